"""How good is what newswire reads? Sections measure, one file of floors judges."""
