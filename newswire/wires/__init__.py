"""Which wires and editions are there, and whose is a URL?"""
