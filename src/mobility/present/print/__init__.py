"""Print: maps, charts and strips as matplotlib figures."""
