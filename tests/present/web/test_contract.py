"""What Python puts into pages against contract.d.ts, where its shape is written down: exactly these keys."""

import datetime as dt
import json
import re
from importlib.resources import files

import pytest
from pages import AT, LINKS

from drawing import drawn
from mobility import Orders, findings
from mobility.model.orders import Order
from mobility.model.scenario import Scenario
from mobility.present import maps
from mobility.present.web.whatif import whatif_page

TEXT = files("mobility.present.web").joinpath("js", "contract.d.ts").read_text(encoding="utf-8")
PLAIN = {"string": str, "number": (int, float), "boolean": bool}


def interfaces(text):
    """Read the interfaces: per name its keys and their types; a key of another that it extends is one of its own."""
    text, found = re.sub(r" *//.*", "", text), {}
    shape = re.compile(r"^export interface (\w+)(?: extends (\w+))? \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
    for name, base, body in shape.findall(text):
        keys = re.findall(r"^  (\w+\??): (.+);$", body, re.MULTILINE)
        assert len(keys) == len(body.splitlines()), name
        found[name] = found.get(base, {}) | dict(keys)
    assert len(found) == text.count("export interface ") == text.count("export ")
    return found


CONTRACT = interfaces(TEXT)


def fault(value, kind, at=""):
    """Return where a value is not of a type of the contract, and how; "" where it is."""
    if kind.endswith("[]"):
        return listed(value, [kind[:-2].removeprefix("(").removesuffix(")")] * len(value), at, type(value) is list)
    if kind.startswith("["):
        parts = parts_of(kind[1:-1], ",")
        return listed(value, parts, at, isinstance(value, list) and len(value) == len(parts))
    if len(options := parts_of(kind, "|")) > 1:
        return "" if any(not fault(value, option, at) for option in options) else f"{at}: {value!r} is no {kind}"
    if kind.startswith("Record<string, "):
        return listed(list(value.values()), [kind[15:-1]] * len(value), at, isinstance(value, dict))
    if kind in CONTRACT:
        return keyed(value, CONTRACT[kind], at)
    if kind in PLAIN:
        good = isinstance(value, PLAIN[kind]) and (kind == "boolean" or not isinstance(value, bool))
    else:
        good = value == {"null": None, "true": True}.get(kind, kind.strip('"')) and isinstance(value, str | bool | None)
    return "" if good else f"{at}: {value!r} is no {kind}"


def parts_of(kind, sign):
    """Split a type at a sign that stands in no bracket."""
    parts, depth = [""], 0
    for char in kind:
        depth += (char in "[<(") - (char in "]>)")
        if char == sign and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def listed(values, kinds, at, good):
    if not good:
        return f"{at}: {values!r} is no list of {kinds}"
    faults = (fault(value, kind, f"{at}[{i}]") for i, (value, kind) in enumerate(zip(values, kinds, strict=True)))
    return next(filter(None, faults), "")


def keyed(value, keys, at):
    kinds = {key.rstrip("?"): kind for key, kind in keys.items()}
    needed = {key for key in keys if not key.endswith("?")}
    if not needed <= set(value) <= set(kinds):
        return f"{at}: keys that only one side has: {sorted(set(value) ^ set(kinds))}"
    return next(filter(None, (fault(value[key], kinds[key], f"{at}.{key}") for key in value)), "")


@pytest.fixture(scope="module")
def net():
    """Each feature of the contract at least once: a project, denied transit, a border, a change of mode."""
    places = AT | {"b": AT["b"] | {"kind": "border_crossing", "country": "AA-XK", "transfer": "road-rail",
                                   "transfer_source": "estimate: drawn"}}  # fmt: skip
    links = [*LINKS, "b -road 7- c country=XK id=spur", "c -road 8- d doubtful=yes corridors=access max_gross_t=1"]
    border = {"place": "b", "mode": "road", "countries": "AA-XK", "wait_h": 1}
    upgrade = {"project": "p", "link": "spur", "attribute": "length_km", "after": "5"}
    project = {"id": "p", "links": "b--d-rail", "upgrades": "spur"}
    return drawn(*links, places=places, borders=[border], projects=[project], upgrades=[upgrade])


def drawn_with(html):
    """Return the network, what a map adds to it and what the what-if page adds, as a page holds them."""
    (base,) = re.findall(r"<script>const mobility_\w+ = (.*);</script>", html)
    (own,) = re.findall(r"\.drawNetwork\(\w+, \w+, (.*)\);", html)
    engine = re.findall(r"\.whatIfPage\(\w+, (.*)\);", html)
    return [json.loads(text) for text in (base, own, *engine)]


def test_maps_hold_what_the_contract_says(net):
    for view in (
        maps.network_map(net.close("link:a--b-road", "border:b")),
        maps.route_map(net, ["a"], ["d"]),
        maps.whatif_map(net, net.close("place:c"), ["a"], ["d"]),
        maps.bottleneck_map(net, ["a"], ["d"]),
    ):
        base, own = drawn_with(view.page().html())
        assert fault(base, "MapBase") == ""
        assert fault(own, "MapOwn") == ""


def test_the_what_if_page_holds_what_the_contract_says(net):
    given = Scenario(profile="plain", close=("link:spur",), build=("p",), transit="no-XK", set=("b:wait=2",))
    base, own, engine = drawn_with(whatif_page(net, ["a"], ["d"], given=given).html())
    assert fault(base, "MapBase") == fault(own, "MapOwn") == fault(engine, "EngineData") == ""
    filled = (
        "closures",
        "builds",
        "changed",
        "paces",
        "transits",
        "borders",
        "crossings",
        "transfers",
        "fixed",
        "options",
    )
    assert [key for key in filled if not engine[key]] == []
    assert all(engine["start"][key] for key in ("closed", "built"))


def test_the_page_of_a_schedule_holds_what_the_contract_says():
    places = AT | {"a": AT["a"] | {"capacity_day": 480, "capacity_source": "estimate: x"}}
    net = drawn("a -road 60- b", "b -road 60- c", places=places)
    orders = [Order("x", 20, None, ("a",), ("c",)), Order("y", 20, None, ("c",), ("b",), ready=3600)]
    found = findings.schedule(net, Orders(dt.datetime(2026, 11, 30, 6), tuple(orders)))  # noqa: DTZ001 - local time
    (given,) = re.findall(r"\.showMoves\(\w+, (.*)\);", found.files["html"](found).decode())
    moves = json.loads(given)
    assert fault(moves, "Moves") == ""
    assert len(moves["clock"]) == moves["minutes"] // 60 + 1
    assert moves["columns"][0]["steps"][0][2:] == [-1, 0], "it lands at a"
    assert moves["columns"][1]["steps"] == [[60, 120, 1, 1]]


def test_the_first_pair_is_of_ports_unless_given():
    roles = {"a": {"role": "origin"}, "b": {"role": "origin", "kind": "port"}, "c": {"role": "destination"}}
    net = drawn("a -road 1- b", "b -road 1- c", places=roles)
    for given, pair in (([], ("b", "c")), ([["a"], None], ("a", "c")), ([["c"], ["b", "a"]], ("c", "b"))):
        start = json.loads(
            re.search(r'"start":(\{[^}]*\})', whatif_page(net, *given, given=Scenario(profile="plain")).html())[1]
        )
        assert (start["from"], start["to"]) == tuple(map(list(net.places.index).index, pair))


def test_what_differs_is_found(net):
    """A key too many or too few, at any depth, or a value of another kind."""
    base, own = drawn_with(maps.route_map(net, ["a"], ["d"]).page().html())
    for spoil, where in (
        (lambda b: b["style"].pop("worst"), ".style: keys"),
        (lambda b: b["links"].update(more=1), ".links: keys"),
        (lambda b: b["places"]["kind"]["rows"].append("x"), ".places.kind.rows["),
        (lambda b: b["world"].append([1, 2]), ".world: "),
        (lambda b: b["letters"].update(x=1), ".letters["),
    ):
        spoilt = json.loads(json.dumps(base))
        spoil(spoilt)
        assert fault(spoilt, "MapBase").startswith(where)
    own["layers"][0]["colour"] = None
    assert fault(own, "MapOwn") == ".layers[0].colour: None is no string"
    own["legend"][1]["of"] = "place"
    assert "is no" in fault(own["legend"][1], "LegendRow")
