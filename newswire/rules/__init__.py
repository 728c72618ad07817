"""Rules and words as data, and the loader that checks them."""
