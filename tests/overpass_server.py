"""A small Overpass API and Nominatim on this machine, which answers from an OSM XML file and can be told to fail."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import shapely


class Server(ThreadingHTTPServer):
    """`faults` are used up one per question: a status, "late", "html", or a remark; `asked` holds what was asked."""

    daemon_threads = True

    def __init__(self, file):
        super().__init__(("127.0.0.1", 0), _Handler)
        root = ET.parse(file).getroot()  # noqa: S314 - our own
        self.nodes = {n.get("id"): n for n in root.iter("node")}
        self.ways = [w for w in root.iter("way") if all(nd.get("ref") in self.nodes for nd in w.iter("nd"))]
        self.areas = []  # polygon and tags of countries
        self.faults, self.asked, self.url = [], [], f"http://127.0.0.1:{self.server_port}/api"
        self.over = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.over.set()
        self.shutdown()
        self.server_close()

    def answer(self, question):
        """Return the ways that pass the filters and touch the polygon, with their nodes; or the areas at a point."""
        if at := re.search(r"is_in\(([-\d.]+),([-\d.]+)\)", question):
            here = shapely.Point(float(at[2]), float(at[1]))
            areas = [{"type": "area", "id": 1, "tags": tags} for area, tags in self.areas if area.contains(here)]
            return {"version": 0.6, "elements": areas}
        filters = re.findall(r'\["(\w+)"(=|~|!~)"([^"]*)"\]', question)
        numbers = list(map(float, re.search(r"poly:'([^']*)'", question)[1].split()))
        area = shapely.Polygon(zip(numbers[1::2], numbers[::2], strict=True))
        ways = [w for w in self.ways if all(_passes(_tags(w), *f) for f in filters) and self.touches(w, area)]
        used = dict.fromkeys(nd.get("ref") for w in ways for nd in w.iter("nd"))
        elements = [
            {"type": "node", "id": int(i), "lat": float(n.get("lat")), "lon": float(n.get("lon")), "tags": _tags(n)}
            for i, n in ((i, self.nodes[i]) for i in used)
        ]
        elements += [
            {
                "type": "way",
                "id": int(w.get("id")),
                "nodes": [int(nd.get("ref")) for nd in w.iter("nd")],
                "tags": _tags(w),
            }
            for w in ways
        ]
        stamp = {"timestamp_osm_base": "2026-11-21T05:00:00Z"}
        return {"version": 0.6, "generator": "test", "osm3s": stamp, "elements": elements}

    def touches(self, way, area):
        points = [
            (float(self.nodes[nd.get("ref")].get("lon")), float(self.nodes[nd.get("ref")].get("lat")))
            for nd in way.iter("nd")
        ]
        return shapely.LineString(points).intersects(area)


def _tags(element):
    return {tag.get("k"): tag.get("v") for tag in element.iter("tag")}


def _passes(tags, key, sign, value):
    if sign == "=":
        return tags.get(key) == value
    found = key in tags and re.search(value, tags[key]) is not None
    return found if sign == "~" else not found


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def say(self, status, body, kind="application/json"):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path.startswith("/api/status"):
            self.say(200, "Connected as: 1\nCurrent time: now\nRate limit: 2\n\n2 slots available now.\n", "text/plain")
        else:
            name = parse_qs(urlsplit(self.path).query)["q"][0]
            ring = [[20.4, 41.05], [20.53, 41.05], [20.53, 41.2], [20.4, 41.2], [20.4, 41.05]]
            shape = (
                {"type": "Polygon", "coordinates": [ring]}
                if name == "Kalaja"
                else {"type": "Point", "coordinates": ring[0]}
            )
            found = {"importance": 1, "geojson": shape, "boundingbox": ["41.05", "41.2", "20.4", "20.53"]}
            found |= {"lat": "41.1", "lon": "20.5", "name": name, "osm_id": 1}
            self.say(200, json.dumps([found] if name in {"Kalaja", "Pika"} else []))

    def do_POST(self):
        question = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0]
        self.server.asked.append((question, dict(self.headers)))
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault == "late":
            self.server.over.wait(3)
        elif fault == "html":
            self.say(200, "<html>Please wait</html>", "text/html")
        elif isinstance(fault, int):
            self.say(fault, "<html>no</html>", "text/html")
        else:
            self.say(200, json.dumps(self.server.answer(question) | ({"remark": fault} if fault else {})))
