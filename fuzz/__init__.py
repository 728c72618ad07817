"""Coverage-guided fuzzing of every parser: `python -m fuzz TARGET --minutes 5`, see `make fuzz`."""
