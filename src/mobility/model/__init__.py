"""What exists: the tables, the network made of them, names and movement profiles."""
