"""The plugin and its provider of algorithms."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsProcessingProvider

from .algorithms import QUESTIONS, Ask


class Provider(QgsProcessingProvider):
    """Algorithms that ask `mobility`."""

    def loadAlgorithms(self) -> None:  # noqa: N802 - names of QGIS
        """Add them."""
        for question in QUESTIONS:
            self.addAlgorithm(Ask(question))

    def id(self) -> str:
        """Return how scripts call the provider."""
        return "mobility"

    def name(self) -> str:
        """Return how the toolbox calls it."""
        return "Military mobility"


class Plugin:
    """What QGIS starts and stops."""

    def __init__(self) -> None:
        self.provider: Provider | None = None

    def initProcessing(self) -> None:  # noqa: N802
        """Add the provider."""
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self) -> None:  # noqa: N802
        """Start: there is nothing but the provider."""
        self.initProcessing()

    def unload(self) -> None:
        """Stop."""
        QgsApplication.processingRegistry().removeProvider(self.provider)
