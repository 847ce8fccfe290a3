"""Under the Python of QGIS: start without a window, run an algorithm of the plugin, print what it made as JSON.

`headless.py FOLDER NETWORK`: where `qgis_mobility` is, and a network.
"""

import json
import sys

from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer

sys.path[:0] = [sys.argv[1]]
import qgis_mobility  # noqa: E402

app = QgsApplication([], GUIenabled=False)
app.initQgis()
try:
    plugin = qgis_mobility.classFactory(None)
    plugin.initGui()
    registry = QgsApplication.processingRegistry()
    made = {"algorithms": sorted(a.id() for a in registry.providerById("mobility").algorithms())}
    for name, given in (("routes", {"close": "gate"}), ("places", {}), ("route", {"FROM": "alfa", "TO": "nowhere"})):
        out, said = f"{sys.argv[3]}/{name}.gpkg", QgsProcessingFeedback()
        asked = {"network": sys.argv[2], "profile": 0, "OUTPUT": out, **given}
        algorithm = registry.createAlgorithmById(f"mobility:{name}")
        _, done = algorithm.run(asked, QgsProcessingContext(), said)
        layer = QgsVectorLayer(out, name, "ogr")
        made[name] = {
            "done": done, "rows": layer.featureCount() if done else 0, "said": said.textLog()[-300:],
            "fields": [field.name() for field in layer.fields()], "crs": layer.crs().authid(),
            "drawn": sum(feature.hasGeometry() for feature in layer.getFeatures()) if done else 0,
        }  # fmt: skip
    plugin.unload()
finally:
    app.exitQgis()
sys.stdout.write(json.dumps(made))
