"""Print: maps, charts and strips as matplotlib figures."""

from mobility.errors import needs

needs("matplotlib", "print", "a picture")
