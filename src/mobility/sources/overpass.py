"""OpenStreetMap by Overpass: osmnx asks, keeps its cache and its manners; a query is cut into pieces and can resume."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.sources.extract import Node, Way
from mobility.sources.gathering import gather
from mobility.sources.tags import BORDER_KEYS, KEPT, NODE_KEYS, plain
from mobility.vocabulary import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import networkx as nx
    import requests

    from mobility.sources.extract import Extract, Selection

    Step = Callable[[str], None]

URL = "https://overpass-api.de/api"
NOMINATIM = "https://nominatim.openstreetmap.org/"
PIECE_KM2 = 20_000.0  # one request covers no more
_BUSY, _AGAIN = {429, 504}, 5  # answers after which osmnx asks again, and how often in a row that is tolerated
_TRIES, _PAUSE_S = 4, 15.0  # when an answer does not come in time
_STAMP = re.compile(r'"timestamp_osm_base": "(\d{4}-\d\d-\d\d)')


def read(
    area: shapely.Geometry,
    selection: Selection,
    *,
    url: str = URL,
    cache: Path = Path("cache"),
    step: Step = lambda _: None,
) -> Extract:
    """Ask Overpass for an area, in pieces and politely; what was answered before is taken from the cache.

    Parameters
    ----------
    area
        Polygon or polygons in degrees.
    selection
        Which ways to take.
    url
        Overpass endpoint, without /interpreter.
    cache
        Folder of answers: asking again after an interruption resumes.
    step
        Called with a few words now and then.

    Raises
    ------
    InputError
        When the server cannot be reached, stays busy, or does not answer in full.
    """
    filters = _filters(selection)
    folder = cache / hashlib.sha256(f"{url} {filters} {area.wkt}".encode()).hexdigest()[:12]
    pieces = list(_pieces(area))
    points: dict[int, Node] = {}
    segments: dict[tuple[int, int, int], dict[str, str]] = {}
    with _osmnx(folder, step, overpass_url=url):
        if len(list(folder.glob("*.json"))) < len(pieces) * len(filters):
            _reach(url)
        for number, piece in enumerate(pieces, 1):
            step(f"piece {number} of {len(pieces)}")
            graph = _graph(piece, filters, folder, step)
            for key, node in graph.nodes(data=True):
                points[key] = Node(key, node["x"], node["y"], {k: node[k] for k in NODE_KEYS if k in node})
            for tail, head, data in graph.edges(data=True):
                segments[data["osmid"], tail, head] = data
    ways = (Way(way, [tail, head], _tags(data)) for (way, tail, head), data in segments.items())
    extract = gather(ways, lambda _: points.values(), f"Overpass API, {url}", selection, whole=False)
    asked = partial(countries_at, url=url, folder=folder / "countries", step=step)
    return replace(extract, date=min(map(_stamp, folder.glob("*.json")), default=""), ask=asked)


def countries_at(
    lat: float, lon: float, *, url: str = URL, folder: Path = Path("cache"), step: Step = lambda _: None
) -> list[dict[str, str]]:
    """Ask Overpass for the tags of the countries that a point lies in; what was answered before is kept in a folder.

    Raises InputError when the server does not answer.
    """
    import requests

    file = folder / f"{lat:.5f},{lon:.5f}.json"
    if not file.exists():
        step(f"asking which country {lat:.2f},{lon:.2f} is in")
        query = f'[out:json][timeout:60];is_in({lat:.5f},{lon:.5f});area._["admin_level"="2"];out tags;'
        words: dict[str, Any] = {"headers": {"User-Agent": f"mobility {VERSION}"}, "hooks": {"response": _watch(step)}}
        while True:  # a busy server is left in peace after a few times
            try:
                answer = requests.post(f"{url.rstrip('/')}/interpreter", {"data": query}, timeout=90, **words)
            except requests.RequestException as error:
                raise InputError(f"no answer from {url} ({_reason(error)}); or give --country XX") from None
            if answer.status_code not in _BUSY:
                break
            time.sleep(_PAUSE_S)
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(answer.text, encoding="utf-8")
    found = json.loads(file.read_text(encoding="utf-8"))["elements"]
    return [area.get("tags", {}) for area in found]


def place(name: str, *, url: str = NOMINATIM, cache: Path = Path("cache"), step: Step = lambda _: None) -> Any:  # noqa: ANN401 - shapely has no types
    """Return the polygon of a place by name (Nominatim); raises InputError when there is none."""
    import osmnx
    import requests

    with _osmnx(cache, step, nominatim_url=url):
        try:
            return osmnx.geocode_to_gdf(name).geometry.iloc[0]
        except requests.RequestException as error:
            raise InputError(f"cannot reach {url}: {_reason(error)}") from None
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(f"no area is called {name!r} in OpenStreetMap ({plain(str(error))})") from None


def _stamp(file: Path) -> str:
    """Return the date of the data in an answer, which stands at its beginning."""
    with file.open(encoding="utf-8") as lines:
        found = _STAMP.search(lines.read(1000))
    return found[1] if found else ""


def _filters(selection: Selection) -> list[str]:
    """Return one Overpass filter for each kind of way."""
    yards = "" if "service" in selection.rails else '["service"!~"^(yard|siding|spur)$"]'
    filters = {
        "road": f'["highway"~"^({"|".join(selection.roads)})(_link)?$"]["area"!~"yes"]',
        "rail": f'["railway"="rail"]{yards}',
        "sea": '["route"="ferry"]',
    }
    border = ['["boundary"~"^(administrative|disputed)$"]["admin_level"="2"]'] if selection.borders else []
    return [filters[mode] for mode in selection.modes] + border


def _pieces(area: shapely.Geometry) -> Iterator[shapely.Polygon]:
    """Halve polygons until each is small enough for one request."""
    from pyproj import Geod

    for part in getattr(area, "geoms", [area]):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        if abs(Geod(ellps="WGS84").geometry_area_perimeter(part)[0]) <= PIECE_KM2 * 1e6:
            yield part
            continue
        west, south, east, north = part.bounds
        if (east - west) * np.cos(np.radians((south + north) / 2)) > north - south:
            middle = (west + east) / 2
            halves = [(west, south, middle, north), (middle, south, east, north)]
        else:
            middle = (south + north) / 2
            halves = [(west, south, east, middle), (west, middle, east, north)]
        for half in halves:
            yield from _pieces(part.intersection(shapely.box(*half)))


def _graph(piece: shapely.Polygon, filters: list[str], folder: Path, step: Step) -> nx.MultiDiGraph:
    """Ask for one piece, again when the answer does not come; nothing there is an empty graph."""
    import networkx as nx
    import osmnx
    import requests

    for trial in range(1, _TRIES + 1):
        try:
            return osmnx.graph_from_polygon(
                piece, simplify=False, retain_all=True, truncate_by_edge=True, custom_filter=filters
            )
        except (requests.Timeout, requests.ConnectionError) as error:
            if trial == _TRIES:
                raise InputError(
                    f"no answer from {osmnx.settings.overpass_url} ({_reason(error)}); {folder} keeps what came before"
                ) from None
            step(f"no answer ({_reason(error)}); asking again")
            time.sleep(_PAUSE_S * trial)
        except json.JSONDecodeError:  # an interruption has cut an answer in the cache short
            for file in folder.glob("*.json"):
                _drop_if_broken(file)
        except InputError:
            raise
        except ValueError as error:
            if "No data elements" in str(error) or "no graph nodes" in str(error):
                break
            raise InputError(f"Overpass: {plain(str(error))}") from None
    return nx.MultiDiGraph()


def _drop_if_broken(file: Path) -> None:
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        file.unlink()


@contextmanager
def _osmnx(folder: Path, step: Step, **values: Any) -> Iterator[None]:  # noqa: ANN401
    """Set osmnx up for a while: its settings are global."""
    from osmnx import settings

    values |= {
        "all_oneway": True,  # each way once, its `oneway` as written
        "cache_folder": folder,
        "doh_url_template": None,  # ask no one else for addresses
        "http_user_agent": f"mobility {VERSION} (OSMnx)",
        "max_query_area_size": 4 * PIECE_KM2 * 1e6,  # the pieces are made here
        "requests_kwargs": {"hooks": {"response": _watch(step)}},
        "useful_tags_node": [*NODE_KEYS],
        "useful_tags_way": sorted({*KEPT, *BORDER_KEYS}),
    }
    before = {name: getattr(settings, name) for name in values}
    resolve = socket.getaddrinfo  # osmnx ties it to one address
    for name, value in values.items():
        setattr(settings, name, value)
    try:
        yield
    finally:
        socket.getaddrinfo = resolve
        for name, value in before.items():
            setattr(settings, name, value)


def _watch(step: Step) -> Callable[..., None]:
    """Return what looks at each answer of Overpass: an answer that is not whole must not become a network."""
    busy = 0

    def look(response: requests.Response, **_: Any) -> None:  # noqa: ANN401
        nonlocal busy
        if response.request.method != "POST":
            return
        said = f"{response.url} answered {response.status_code} {response.reason}"
        if response.status_code in _BUSY:
            busy += 1
            if busy == _AGAIN:
                raise InputError(f"{said} {busy} times in a row; try later: what was answered is kept in the cache")
            step(f"{response.status_code} {response.reason}: the server is busy, asking again in a minute")
            return
        busy = 0
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not response.ok or not isinstance(answer, dict) or "elements" not in answer:
            raise InputError(f"{said}: {plain(response.text) or 'nothing'}")
        if "remark" in answer:
            raise InputError(f"Overpass did not answer in full: {plain(str(answer['remark']))}; ask for a smaller area")

    return look


def _reach(url: str) -> None:
    """Raise InputError at once when there is no server, where osmnx would wait a minute first."""
    import requests

    try:
        requests.get(f"{url.rstrip('/')}/status", timeout=20)
    except requests.Timeout:
        pass  # slow is not absent
    except requests.RequestException as error:
        raise InputError(f"cannot reach Overpass at {url}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    """Return what is wrong from the end of a network error's long text."""
    return plain(str(error).rpartition(": ")[2]).strip("()\"'") or type(error).__name__


def _tags(data: dict[str, Any]) -> dict[str, str]:
    """Return an edge's tags; osmnx has turned ways that are one-way against their nodes."""
    tags = {key: data[key] for key in (*KEPT, *BORDER_KEYS) if key in data}
    return tags | ({"oneway": "yes"} if tags.get("oneway") in {"-1", "reverse"} else {})
