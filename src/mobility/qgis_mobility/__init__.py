"""A QGIS plugin: the questions of mobility as Processing algorithms. QGIS imports it from its own folder of plugins."""

from __future__ import annotations

from typing import Any


def classFactory(_iface: Any) -> Any:  # noqa: ANN401, N802 - QGIS calls it so
    """Return the plugin."""
    from .plugin import Plugin

    return Plugin()
