"""Valid inputs of every kind, from which hostile ones are made: always the same bytes."""

import io
import shutil
import zipfile
from pathlib import Path

from console import mobility, small_network
from extracts import VALLEY, as_pbf
from fuzz.spoiling import ADDRESS
from mobility.model.files import default_folder

VALID = Path("../valid")
NETWORK = str(VALID / "small")
SCENARIO = b"""# all keys that a scenario knows
title = "Everything"
source = "estimate: drawn"
close = ["gate", "corridor:T:rail", "around:alfa:1km", "area:area.geojson"]
build = ["border-rail", "all"]
set = ["gate:wait=2", "alfa--bravo-road:speed=30"]
profile = "wheeled"
pace = "best"
mode = ["road", "rail"]
transit = "nato"
borders = "emers"
exclude-doubtful = true
exclude-relief = false
include-access = true
detrain = false
allow-empty = true
width = 50.0
"""
EACH = b"""# one change a line
gate
-x bravo -b border-rail
--set gate:wait=2  # longer
"""
ORDERS = b"""# all keys that orders know
title = "A week"
start = 2026-12-01T06:00:00
zone = "Europe/Sofia"
trains = 4
mode = ["road", "rail"]
close = ["gate@d1 06:00-08:00"]

[[force]]
name = "First"
vehicles = 40
from = "alfa"
to = ["echo", "delta"]
ready = "d1 07:00"
earliest = "Tue 09:00"
latest = 2026-12-02T12:00:00
priority = 2
profile = "wheeled"
modes = ["road"]
via = "bravo"
routes = 2
column = 10

[[force]]
name = "Second"
tonnes = 100
cargo = "fuel"
from = "alfa"
to = "delta"
"""
_POINTS = ((-0.05, 41.99), (0.05, 41.99), (0.05, 42.015), (-0.05, 41.99))
_LONLAT = " ".join(f"{x},{y},0" for x, y in _POINTS)
GEOJSON = f"""{{"type": "FeatureCollection", "crs": {{"type": "name", "properties": {{"name": "EPSG:4326"}}}},
 "features": [
{{"type": "Feature", "properties": {{"name": "box"}},
 "geometry": {{"type": "Polygon", "coordinates": [{[list(p) for p in _POINTS]}]}}}},
{{"type": "Feature", "properties": {{}}, "geometry": {{"type": "LineString", "coordinates": [[0, 42], [0, 42.1]]}}}},
{{"type": "Feature", "properties": null, "geometry": {{"type": "GeometryCollection",
 "geometries": [{{"type": "Point", "coordinates": [0, 42.02]}}]}}}}]}}
""".encode()
KML = f"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>F</name><Placemark><name>box</name>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{_LONLAT}</coordinates></LinearRing></outerBoundaryIs></Polygon>
</Placemark><Placemark><LineString><coordinates>{_LONLAT}</coordinates></LineString></Placemark></Folder>
<NetworkLink><Link><href>{ADDRESS}</href></Link></NetworkLink></Document></kml>
""".encode()
GPX = b"""<?xml version="1.0"?>
<gpx version="1.1" creator="hand" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="42.0" lon="0"><name>w</name></wpt>
<rte><rtept lat="42.0" lon="0"/><rtept lat="42.01" lon="0"/></rte>
<trk><trkseg><trkpt lat="42.0" lon="0"><ele>1</ele></trkpt><trkpt lat="42.02" lon="0"/></trkseg></trk></gpx>
"""


GROUND = {
    "road-nodes": b"node,lat,lon\na,42.0,0\nb,42.01,0\nc,42.02,0\nd,42.03,0.001\n",
    "road-edges": b"a,b,km\na,b,1.1\nb,c,1.2\nc,d,1.3\na,c,9\n",
    "rail-nodes": b"node,lat,lon\na,42.0,0\nb,42.01,0\n",
    "rail-edges": b"a,b,km\na,b,1.1\n",
    "towns": b"name,country,lat,lon,population\nSomewhere,AA,42.3,0.1,60000\nElse,BB,42.01,0.1,60000\n",
}


JOURNALS = {
    "routes.journal": ["routes", "--uncertain", "3", "-f", "json"],
    "losses.journal": ["bottlenecks", "--failures", "40", "-f", "json"],
}


def valid(folder):
    """Write the valid inputs of all doors to a folder; always the same bytes."""
    import geopandas as gpd
    from shapely.geometry import Polygon

    small = folder / "small"
    small.mkdir(parents=True)
    small_network(small)
    for name, data in (
        ("area.geojson", GEOJSON),
        ("area.kml", KML),
        ("area.gpx", GPX),
        ("scenario.toml", SCENARIO),
        ("each.txt", EACH),
        ("orders.toml", ORDERS),
    ):
        (folder / name).write_bytes(data)
    area = gpd.GeoDataFrame({"name": ["box"]}, geometry=[Polygon(_POINTS)], crs="EPSG:4326")
    area.to_file(folder / "area.shp")
    area.to_file(folder / "area.gpkg")
    shapefile = {end: (folder / f"area.{end}").read_bytes() for end in ("shp", "shx", "dbf", "prj")}
    (folder / "area.zip").write_bytes(zipped({f"area.{end}": data for end, data in shapefile.items()}))
    (folder / "area.kmz").write_bytes(zipped({"doc.kml": KML}))
    mobility(["export", "-o", str(folder / "small.gpkg")], network=small)
    mobility(["export", "-o", str(folder / "small.parquet")], network=small)
    mobility(["export", "-o", str(folder / "links.geojson")], network=small)
    shutil.copy(default_folder() / "profiles.toml", folder)
    shutil.copy(VALLEY, folder / "valley.osm")
    as_pbf(VALLEY.read_bytes(), folder / "valley.osm.pbf")
    for name, line in JOURNALS.items():
        mobility([*line, "--resume", str(folder / name)], network=small)


def zipped(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()
