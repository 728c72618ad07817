"""Fixtures of all tests."""

from tests.simulator.fixtures import simulator as simulator
