"""Questions as Processing algorithms: their parameters, and the answer as a layer."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsJsonUtils,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from .asking import AskingError, Question, ask

_BY = ("section", "link", "structure", "place", "border", "country")
_PAIRS = (("from", "From: places, several apart by ;", ()), ("to", "To: places, several apart by ;", ()))
QUESTIONS = (
    Question("places", "Places of the network", "All places that can be named.", points=True),
    Question("links", "Links of the network", "All links, whether they are open to the profile, and why not."),
    Question(
        "route", "Best route", "The legs of the best route, or of the k best.",
        takes=(("FROM", "From", ()), ("TO", "To", ()), ("via", "By way of", ())), needs=("FROM", "TO"),
    ),
    Question("routes", "Routes of all pairs", "Hours, km and borders of every origin and destination.", takes=_PAIRS),
    Question("whatif", "What a closure or project changes", "Every pair before and after.", takes=_PAIRS),
    Question(
        "bottlenecks", "What losses cost", "What the loss of each section, bridge, border or country costs.",
        takes=(*_PAIRS, ("by", "Losses by", _BY)),
    ),
    Question("redundancy", "Gains of projects", "What each planned link would buy.", takes=_PAIRS),
    Question(
        "reach", "What can be reached", "Places within some hours.", points=True,
        takes=(("PLACE", "From", ()), ("hours", "Hours", ())), needs=("PLACE", "hours"),
    ),
)  # fmt: skip
_SHARED = (
    ("network", "Network (folder or GeoPackage; empty: the shipped one)", ()),
    ("close", "Close: names, several apart by ;", ()),
    ("build", "Build: projects, several apart by ;", ()),
    ("profile", "Profile", ("mixed", "wheeled", "heavy", "peacetime")),
)
_OUTPUT = "OUTPUT"


class Ask(QgsProcessingAlgorithm):
    """A question as an algorithm."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def createInstance(self) -> Ask:  # noqa: N802 - names of QGIS
        """Return another one like it."""
        return Ask(self.question)

    def name(self) -> str:
        """Return how scripts call it."""
        return self.question.name

    def displayName(self) -> str:  # noqa: N802
        """Return how the toolbox calls it."""
        return self.question.title

    def shortHelpString(self) -> str:  # noqa: N802
        """Return what it answers."""
        return f"{self.question.about} Names are those of `mobility places` and `mobility links`."

    def initAlgorithm(self, _config: Any = None) -> None:  # noqa: ANN401, N802
        """State the parameters."""
        for word, label, options in (*self.question.takes, *_SHARED):
            needed = word in self.question.needs
            if options:
                given = QgsProcessingParameterEnum(word, label, list(options), defaultValue=0, usesStaticStrings=False)
            else:
                given = QgsProcessingParameterString(word, label, optional=not needed)
            self.addParameter(given)
        kind = QgsProcessing.TypeVectorPoint if self.question.points else QgsProcessing.TypeVectorLine
        self.addParameter(QgsProcessingParameterFeatureSink(_OUTPUT, self.question.title, kind))

    def processAlgorithm(self, parameters: Any, context: Any, feedback: Any) -> dict[str, Any]:  # noqa: ANN401, N802
        """Ask, and write the answer as a layer."""
        given = {}
        for word, _, options in (*self.question.takes, *_SHARED):
            if options:
                given[word] = options[self.parameterAsEnum(parameters, word, context)]
            else:
                given[word] = self.parameterAsString(parameters, word, context)
        try:
            text = ask(self.question.name, given, feedback.isCanceled, feedback.pushInfo)
        except AskingError as error:
            raise QgsProcessingException(str(error)) from None
        fields = QgsJsonUtils.stringToFields(text)
        kind = QgsWkbTypes.Point if self.question.points else QgsWkbTypes.MultiLineString
        crs = QgsCoordinateReferenceSystem("EPSG:4326")
        sink, target = self.parameterAsSink(parameters, _OUTPUT, context, fields, kind, crs)
        for found in QgsJsonUtils.stringToFeatureList(text, fields):
            sink.addFeature(_as(found, points=self.question.points), QgsFeatureSink.FastInsert)
        return {_OUTPUT: target}


def _as(found: QgsFeature, *, points: bool) -> QgsFeature:
    """Return a row with its line as lines; what is no line (a border, a change of mode) has none."""
    shape = found.geometry()
    if not points:
        shape.convertToMultiType()
        if QgsWkbTypes.geometryType(shape.wkbType()) != QgsWkbTypes.LineGeometry:
            found.clearGeometry()
        else:
            found.setGeometry(shape)
    return found
