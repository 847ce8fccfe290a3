"""Every kind of fault in a copy of the tables is found, with the file and line where it stands."""

import json
import math

import pytest
from click.testing import CliRunner

from console import small_network
from hamlet import (
    SUBJECT,
    TABLES,
    add,
    at,
    copy,
    draw,
    faults,
    found,
    header_of,
    key_of,
    load,
    put,
    row_of,
    save,
    settle,
)
from mobility.cli import cli
from mobility.errors import DataError
from mobility.model.files import default_folder
from mobility.model.network import Network

ONE_OF = "is not one of"
UNLISTED = "is not in sources.csv (nor a web address, nor 'estimate: <rule>'); add it there"
MIRROR = "is a mirror; cite the original publisher or article"
PAPER = "is a mirror, dossier or working note; cite what it rests on"


def drop(folder, table, key):
    save(folder, table, [row for row in load(folder, table) if key_of(row) != key], header_of(folder, table))


def straight(folder, start, end):
    """Great circle by the law of cosines, a formula other than the one in src."""
    a, b = (row_of(folder, "places", key) for key in (start, end))
    p, q = math.radians(float(a["lat"])), math.radians(float(b["lat"]))
    turn = math.radians(float(b["lon"]) - float(a["lon"]))
    return 6371.0088 * math.acos(math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(turn))


@pytest.fixture
def full(tmp_path):
    """All of geodata/ with the hamlet."""
    return settle(copy(tmp_path / "full"))


def test_shipped_data_and_hamlet_have_no_fault(hamlet, full):
    """Else the tests below prove nothing."""
    assert faults(default_folder()) == []
    assert found(hamlet)[0] == []
    (twins,) = found(hamlet)[1]
    assert "v-twin and v-ab join the same places by road and are as long" in twins
    assert faults(full) == []


CELLS = [
    # unknown ids
    ("links.from", "qqqq", "from: unknown place 'qqqq'"),
    ("links.to", "v-gatte", "to: unknown place 'v-gatte'; did you mean 'v-gate'?"),
    ("structures.links", "v-twin;qqqq", "links: unknown link 'qqqq'"),
    ("structures.links", "v-twinn", "links: unknown link 'v-twinn'; did you mean 'v-twin'?"),
    ("projects.links", "qqqq", "links: unknown link 'qqqq'"),
    ("projects.country", "QQ", "country: unknown country 'QQ'"),
    ("upgrades.project", "qqqq", "project: unknown project 'qqqq'"),
    ("corridor_stops.corridor", "qqqq", "corridor: unknown corridor 'qqqq'"),
    # numbers
    *(("links.max_speed_kmh", c, f"max_speed_kmh {c!r} is not a number") for c in ("abc", "12.5.1")),
    *(("links.max_speed_kmh", c, f"max_speed_kmh {c!r} is not a finite number")
      for c in ("NaN", "-inf", "1e999", "1_2")),
    ("links.lanes", "2.5", "lanes '2.5' is not a whole number"),
    *((f"links.{c}", "0.0", f"{c} 0.0 must be more than 0") for c in ("max_speed_kmh", "speed_kmh")),
    *((f"links.{c}", "-1", f"{c} -1 must be more than 0") for c in ("max_gross_t", "max_axle_t", "max_width_m")),
    *(
        (f"links.{c}", "-3", f"{c} -3 must be 0 or more")
        for c in ("lanes gauge_mm max_gradient_permille max_train_length_m capacity_trains_day used_trains_day").split()
    ),
    ("structures.length_m", "-3", "length_m -3 must be 0 or more"),
    ("structures.max_gross_t", "-3", "max_gross_t -3 must be more than 0"),
    ("places.accuracy_km", "-1", "accuracy_km -1 must be 0 or more"),
    ("borders.wait_h", "-1", "wait_h -1 must be 0 or more"),
    ("borders.wait_max_h", "-0.5", "wait_max_h -0.5 must be 0 or more"),
    ("projects.cost_eur_m", "-1", "cost_eur_m -1 must be 0 or more"),
    ("structures.lat", "north", "lat 'north' is not a number"),
    ("structures.lat", "-90.5", "lat -90.5 is not between -90 and 90"),
    ("structures.lon", "181", "lon 181 is not between -180 and 180"),
    ("structures.lon", "", "lon is missing"),
    # words
    ("links.road_class", "highway", f"road_class 'highway' {ONE_OF} expressway, motorway, primary, secondary, urban"),
    ("links.mode", "Road", f"mode 'Road' {ONE_OF} rail, road, sea; write 'road'"),
    ("links.status", "built", f"status 'built' {ONE_OF} closed, disused, open, planned, under_construction"),
    ("links.tracks", "3", f"tracks '3' {ONE_OF} 1, 1-2, 2"),
    ("links.oneway", "true", "oneway 'true' must be yes or no"),
    ("places.role", "base", f"role 'base' {ONE_OF} destination, origin"),
    ("places.transfer", "road-air", "transfer 'road-air' is not among rail-sea, road-rail, road-sea"),
    ("borders.usable", "maybe", "usable 'maybe' must be yes or no"),
    # required
    *((f"links.{column}", "", f"{column} is missing") for column in ("name", "length_confidence")),
    *((f"{table}.source", "", "source is missing") for table in TABLES if table != "sources"),
    ("sources.publisher", "", "publisher is missing"),
    # sources
    ("links.source", "v-source; qqqq", f"source 'qqqq' {UNLISTED}"),
    ("links.length_source", "qqqq", f"length_source 'qqqq' {UNLISTED}"),
    ("places.source", "dossier", f"source 'dossier' {UNLISTED}"),
    ("links.source", "estimate:", "source 'estimate:' names no rule; write 'estimate: <rule>'"),
    ("links.source", "estimate: the dossier",
     "source 'estimate: the dossier' rests on a dossier or working note; name the rule itself"),
    ("links.source", "https://www.wikizero.com/x", f"source 'https://www.wikizero.com/x' {MIRROR}"),
    *(
        ("sources.url", url, f"url {url!r} {MIRROR}")
        for url in ("https://de.zxc.wiki/wiki/X", "http://wiki.li/X", "https://docslib.org/doc/1",
                    "https://web.archive.org/web/2020/https://example.org")
    ),
    *((f"sources.{c}", w, f"source 'v-source' {PAPER}") for c, w in [("title", "Our dossier on rail"),
      ("title", "Working note 3"), ("publisher", "a mirror of Wikipedia")]),
    ("sources.publisher", "Wikipedia (de)",
     "url 'https://example.org/a' is not wikipedia.org; cite the article itself"),
    # borders, transfers, upgrades, stops
    ("places.transfer", "road-sea", "transfer road-sea at 'v-b', which has no link of one of these modes"),
    ("upgrades.today", "13", "today '13' differs from length_km '12' of v-twin"),
    ("upgrades.today", "", "today '' differs from length_km '12' of v-twin"),
    *(("upgrades.attribute", c, f"links have no attribute {c!r} that can change")
      for c in ("colour", "geometry", "id")),
    ("upgrades.after", "far", "after: length_km 'far' is not a number"),
    ("corridor_stops.order", "2", "order 2 of 'v-far' does not follow 3"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "cell", "message"), CELLS)
def test_broken_cell(net, where, cell, message):
    """Exactly one fault, at that line: what follows from a bad cell is not reported again."""
    table, column = where.split(".")
    line = put(net, table, **{column: cell} | ({"transfer_source": "v-source"} if column == "transfer" else {}))
    assert faults(net) == [f"{line}: {message}"]


def test_length_that_is_missing(net):
    line = put(net, "links", "v-ab", length_km="")
    assert faults(net) == [f"{line}: length_km is missing"]


def test_link_back_to_its_start(net):
    draw(net, "v-twin", at(net, "v-a", "v-a"))
    line = put(net, "links", to="v-a")
    assert faults(net) == [f"{line}: starts and ends at 'v-a'"]


@pytest.mark.parametrize(("attribute", "today", "after", "message"), [
    ("tracks", "", "3", f"tracks '3' {ONE_OF} 1, 1-2, 2"),
    ("doubtful", "", "perhaps", "doubtful 'perhaps' must be yes or no"),
    ("max_speed_kmh", "", "nan", "max_speed_kmh 'nan' is not a finite number"),
])  # fmt: skip
def test_upgrade_to_a_value_the_column_cannot_hold(net, attribute, today, after, message):
    """Else `build` fails on it, or builds nonsense."""
    line = put(net, "upgrades", attribute=attribute, today=today, after=after)
    assert faults(net) == [f"{line}: after: {message}"]


def test_unknown_country_of_a_link_and_unknown_link_of_an_upgrade(net, here):
    line = put(net, "links", country="QQ")
    message = f"changes country without a border place: it is in QQ, from v-a ({here}) to v-b ({here})"
    assert faults(net) == [f"{line}: {message}", f"{line}: country: unknown country 'QQ'"]
    put(net, "links", country=here)
    line = put(net, "upgrades", link="qqqq")
    message = "project 'v-project' does not list 'qqqq' among its upgrades"
    assert faults(net) == [f"{line}: link: unknown link 'qqqq'", f"{line}: {message}"]


@pytest.mark.parametrize(("column", "cell", "limit"), [("lat", "91", 90), ("lon", "-200", 180)])
def test_places_are_on_the_globe(net, column, cell, limit):
    line = put(net, "places", "v-far", **{column: cell})
    assert f"{line}: {column} {cell} is not between -{limit} and {limit}" in faults(net)


def test_what_is_sound(net):
    """Numbers as people write them; every kind of source; words that only look like working papers."""
    for cell in ("12.", "1.2e1", " 12 ", "+12"):
        put(net, "links", length_km=cell)
        assert faults(net) == [], cell
    for source in ("v-source;v-source", "https://example.org/x", "estimate: rule of thumb", "v-source; estimate: x"):
        put(net, "links", source=source)
        assert faults(net) == [], source
    for word in ("decoding the cxy line", "C80 rail", "dossierless", "mirrored"):
        put(net, "sources", title=word)
        assert faults(net) == [], word


@pytest.mark.parametrize(("table", "key"), [
    *((t, "id") for t in ("places", "links", "projects", "structures", "sources")),
    ("corridors", "code"), ("countries", "iso2"), ("borders", "place and mode"),
    ("upgrades", "project and link and attribute"),
])  # fmt: skip
def test_key_used_twice(net, table, key):
    row = row_of(net, table, SUBJECT[table])
    words = " ".join(row[c] for c in key.split(" and "))
    first = put(net, table).rpartition(":")[2]
    line = add(net, table, row)
    assert faults(net) == [f"{line}: {key} {words!r} is used twice (first in line {first}); choose another"]


@pytest.mark.parametrize("twin", ["V-Bridge", "v–bridge", "v_brídge", "-v-bridge-"])
def test_like_folding_id(net, twin):
    first = put(net, "structures").rpartition(":")[2]
    line = add(net, "structures", row_of(net, "structures", "v-bridge") | {"id": twin})
    message = f"id {twin!r} reads like 'v-bridge' when folded (first in line {first}); choose another"
    assert faults(net) == [f"{line}: {message}"]


@pytest.mark.parametrize(("share", "fuzz", "sound"), [
    (0.981, 0, True), (0.979, 0, False), (0.88, 0.4, True), (0.88, 0.1, False), (0.2, 3, True),
])  # fmt: skip
def test_length_limit_is_098_beyond_both_accuracies(net, share, fuzz, sound):
    """A hamlet step is about 7.5 km: 10 % short is 0.75 km, within 0.4 km at either end."""
    km = straight(net, "v-a", "v-b")
    length = f"{share * km:.3f}"
    for place in ("v-a", "v-b"):
        put(net, "places", place, accuracy_km=str(fuzz))
    line = put(net, "links", length_km=length)
    put(net, "upgrades", today=length)
    assert sound == (float(length) >= 0.98 * km - 2 * fuzz)
    message = f"{line}: length_km {length} is shorter than the straight line of {km:.1f} km"
    assert faults(net) == ([] if sound else [message])


def test_line_off_its_ends(net):
    a, b = at(net, "v-a", "v-b")
    line, km = put(net, "links"), straight(net, "v-a", "v-b")
    for points, expected in [
        ([[a[0], a[1] + 0.004], b], []),  # a little off is sound
        ([[a[0], a[1] + 0.01], b], ["its line ends 1.1 km from v-a"]),
        ([a, [b[0], b[1] + 0.01]], ["its line ends 1.1 km from v-b"]),
        ([b, a], []),  # a drawing has no direction
        ([a, a], [f"its line ends {km:.1f} km from v-b"]),
        (None, ["has no line in links.geojson"]),
    ]:
        draw(net, "v-twin", points)
        assert faults(net) == [f"{line}: {message}" for message in expected]


def test_land_link_in_the_wrong_country(net, here, there):
    line = put(net, "links", country=there)
    message = f"changes country without a border place: it is in {there}, from v-a ({here}) to v-b ({here})"
    assert faults(net) == [f"{line}: {message}"]


@pytest.mark.parametrize("order", ["{here}-{there}", "{there}-{here}", "{here}", "{there}"])
def test_land_link_that_changes_country_without_border_place_and_a_sea_link_may(net, here, there, order):
    code = order.format(here=here, there=there)
    row = row_of(net, "links", "v-twin") | {"id": "v-jump", "to": "v-far", "country": code, "length_km": "40"}
    line = add(net, "links", row)
    draw(net, "v-jump", at(net, "v-a", "v-far"))
    message = f"changes country without a border place: it is in {code}, from v-a ({here}) to v-far ({there})"
    assert faults(net) == [f"{line}: {message}"]
    put(net, "links", "v-jump", mode="sea", road_class="")
    assert faults(net) == []


def test_border_place_without_a_crossing(net, here, there):
    """Nor is a crossing of the other mode one."""
    line = put(net, "places", "v-gate")
    both = " and ".join(sorted([here, there]))
    put(net, "borders", mode="rail")
    assert faults(net) == [f"{line}: 'v-gate' has road links of {both} but no row in borders.csv"]
    drop(net, "borders", "v-gate")
    assert faults(net) == [f"{line}: 'v-gate' has road links of {both} but no row in borders.csv"]


def test_place_in_two_countries_that_is_no_border(net, here, there):
    line = put(net, "places", "v-gate", kind="city")
    assert faults(net) == [f"{line}: lies in {here}-{there} but is no border_crossing or rail_border"]


def test_crossing_of_other_countries(net, here, there):
    other = next(r["iso2"] for r in load(net, "countries") if r["iso2"] not in {here, there})
    line = put(net, "borders", countries=f"{here}-{other}")
    assert faults(net) == [f"{line}: countries {here}-{other} differ from those of 'v-gate' ({here}-{there})"]


def test_piece_cut_off_is_a_fault(full):
    drop(full, "links", "v-tie")
    draw(full, "v-tie", None)
    lonely = add(full, "places", row_of(full, "places", "v-a") | {"id": "v-lonely"})
    line = put(full, "places", "v-a")
    message = "is cut off from the network over all links: "
    every, notices = found(full)
    assert every == [f"{line}: {message}v-a, v-b, v-far, v-gate"]
    assert f"{lonely}: no link meets v-lonely" in notices


def test_a_large_piece_apart_is_a_notice(full):
    drop(full, "links", "v-tie")
    draw(full, "v-tie", None)
    put(full, "links", "v-ab", length_km="2000")
    line = put(full, "places", "v-a")
    every, notices = found(full)
    assert every == []
    assert f"{line}: is cut off from the network over all links: v-a, v-b, v-far, v-gate" in notices


@pytest.mark.parametrize("status", ["planned", "disused"])
def test_island_among_open_links_is_a_notice(full, status):
    put(full, "links", "v-tie", status=status)
    line = put(full, "places", "v-a")
    every, notices = found(full)
    assert every == []
    assert f"{line}: open road links form an island: v-a, v-b, v-far, v-gate" in notices
    Network.load(full)  # a notice stops nothing


def test_what_a_place_handles_without_source(net):
    line = put(net, "places", capacity_day="100", runway_m="2000")
    assert faults(net) == [f"{line}: capacity_day and runway_m stated without capacity_source"]
    put(net, "places", capacity_source="v-source")
    assert faults(net) == []


def test_transfer_without_source(net):
    add(net, "links", row_of(net, "links", "v-twin") | {"id": "v-rail", "mode": "rail", "road_class": ""})
    draw(net, "v-rail", at(net, "v-a", "v-b"))
    line = put(net, "places", transfer="road-rail")
    assert faults(net) == [f"{line}: transfer has no transfer_source"]
    put(net, "places", transfer_source="qqqq")
    assert faults(net) == [f"{line}: transfer_source 'qqqq' {UNLISTED}"]
    put(net, "places", transfer_source="v-source")
    assert faults(net) == []


def test_upgrade_that_the_project_does_not_list(net):
    put(net, "projects", upgrades="v-ab")
    assert faults(net) == [f"{put(net, 'upgrades')}: project 'v-project' does not list 'v-twin' among its upgrades"]


def test_gap_between_stops_and_stops_of_a_mode_without_links(net):
    rows = load(net, "corridor_stops")
    save(net, "corridor_stops", [*rows[:-3], *rows[-2:]])
    assert faults(net) == [f"{net}/corridor_stops.csv:{len(rows) - 1}: no road link joins 'v-a' and 'v-gate'"]
    save(net, "corridor_stops", rows[:-4] + [row | {"mode": "rail"} for row in rows[-4:]])
    pairs = [("v-a", "v-b"), ("v-b", "v-gate"), ("v-gate", "v-far")]
    assert faults(net) == [
        f"{net}/corridor_stops.csv:{len(rows) - 1 + n}: no rail link joins {a!r} and {b!r}"
        for n, (a, b) in enumerate(pairs)
    ]


def test_several_faults_are_all_reported_at_once(full, here, there):
    expected = [
        put(full, "places", "v-far", confidence="sure") + f": confidence 'sure' {ONE_OF} high, low, medium",
        put(full, "links", "v-ab", length_km="nan") + ": length_km 'nan' is not a finite number",
        put(full, "links", country=there)
        + f": changes country without a border place: it is in {there}, from v-a ({here}) to v-b ({here})",
        put(full, "links", "v-gf", source="qqqq") + f": source 'qqqq' {UNLISTED}",
        put(full, "sources", url="https://wikizero.com/x") + f": url 'https://wikizero.com/x' {MIRROR}",
        put(full, "structures", links="qqqq") + ": links: unknown link 'qqqq'",
        put(full, "upgrades", today="7") + ": today '7' differs from length_km '12' of v-twin",
        put(full, "borders", wait_h="-2") + ": wait_h -2 must be 0 or more",
        put(full, "corridor_stops", order="1") + ": order 1 of 'v-far' does not follow 3",
        add(full, "projects", row_of(full, "projects", "v-project"))
        + f": id 'v-project' is used twice (first in line {len(load(full, 'projects'))}); choose another",
    ]
    assert sorted(faults(full)) == sorted(expected)
    with pytest.raises(DataError, match=r"and 9 more: run `mobility check") as caught:
        Network.load(full)
    assert sorted(map(str, caught.value.faults)) == sorted(expected)


def test_check_prints_them_and_exits_1(net):
    assert CliRunner().invoke(cli, ["check", str(net)]).exit_code == 0
    expected = {
        f"{put(net, 'links', max_speed_kmh='0')}: max_speed_kmh 0 must be more than 0",
        f"{put(net, 'structures', lat='x')}: lat 'x' is not a number",
        f"{net}/profiles.toml:1: rules.rail.default_line_kmh is missing",
    }
    (net / "profiles.toml").write_text("[rules]\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", str(net)])
    assert result.exit_code == 1
    assert {text for text in result.stdout.splitlines() if not text.startswith("notice: ")} == expected
    rows = json.loads(CliRunner().invoke(cli, ["check", str(net), "-f", "json"]).stdout)["rows"]
    assert {f"{r['file']}:{r['line']}: {r['message']}" for r in rows if r["severity"] == "fault"} == expected


@pytest.mark.parametrize(("km", "mode", "told"), [(10.05, "road", True), (10.2, "road", False), (10, "rail", False)])
def test_links_that_may_be_one(tmp_path, km, mode, told):
    """Two links of a mode between the same places, as long: a question, not a fault."""
    home = small_network(tmp_path)
    rows = load(home, "links")
    twin = row_of(home, "links", "alfa--bravo-road") | {"id": "again", "from": "bravo", "to": "alfa", "mode": mode}
    save(home, "links", [*rows, twin | {"length_km": str(km)}], header_of(home, "links"))
    every, notices = found(home)
    assert every == []
    assert sum("again and alfa--bravo-road join the same places by road" in text for text in notices) == told


@pytest.mark.parametrize(
    ("road_class", "name", "told"), [("motorway", "A1", False), ("motorway", "", True), ("", "A1", True)]
)
def test_a_motorway_and_the_old_road_beside_it_are_two(tmp_path, road_class, name, told):
    """They must differ in class and in name: an import calls a motorway primary, and both ways by their ends."""
    home = small_network(tmp_path)
    rows = load(home, "links")
    old = row_of(home, "links", "alfa--bravo-road")
    twin = old | {"id": "again", "road_class": road_class or old["road_class"], "name": name or old["name"]}
    save(home, "links", [*rows, twin], header_of(home, "links"))
    assert any("again and alfa--bravo-road" in text for text in found(home)[1]) == told
