"""Thickening a curated network: what is added, what is left as it is, on drawn extracts with hand-worked answers."""

import csv
import json
import shutil

import pytest

from extracts import done, refused, run
from mobility.model.files import default_folder
from mobility.model.network import Network

# a and b are joined by a road along 41.0 N, which is curated; the ground also has a way by c in the north (and a lane
# that leads nowhere in the south). Degrees of longitude are 84 km here.
NODES = {1: (41.0, 20.0), 2: (41.0, 20.5), 3: (41.0, 21.0), 4: (41.2, 20.5), 5: (40.9, 20.5)}
WAYS = {10: ((1, 2, 3), "primary"), 11: ((1, 4), "secondary"), 12: ((4, 3), "secondary"), 13: ((2, 5), "secondary")}
PLACES = (
    ("a", "Alfa", 41.0, 20.0, "AL", "city"),
    ("b", "Beta", 41.0, 21.0, "AL", "city"),
    ("c", "Gamma", 41.25, 20.45, "AL", "city"),
)


def extract(path, nodes=NODES, ways=WAYS):
    lines = ['<osm version="0.6">']
    lines += [f'<node id="{i}" lat="{lat}" lon="{lon}"/>' for i, (lat, lon) in nodes.items()]
    for key, (refs, kind) in ways.items():
        steps = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{key}">{steps}<tag k="highway" v="{kind}"/></way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def curated(tmp_path):
    """A folder with the link a-b (84 km), a project that upgrades it, a structure on it and a corridor along it."""
    home = tmp_path / "curated"
    home.mkdir()
    shutil.copy(default_folder() / "schema.csv", home)

    def table(name, head, *body):
        with (home / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([head.split(), *body])

    table(
        "places", "id name lat lon country kind accuracy_km confidence source",
        *[(*row, 1, "high", "estimate: drawn") for row in PLACES],
    )  # fmt: skip
    table(
        "links",
        "id name from to mode corridors country length_km status road_class length_confidence attr_confidence source",
        ("a-b-road", "Alfa–Beta", "a", "b", "road", "T", "AL", "84.0", "open", "motorway", "high", "high",
         "estimate: drawn"),
        ("c-a-road", "Gamma–Alfa", "c", "a", "road", "access", "AL", "60", "closed", "primary", "low", "low",
         "estimate: drawn"),
    )  # fmt: skip
    table("corridors", "code name description confidence source", ("T", "T", "a to b", "high", "estimate: drawn"),
          ("access", "access", "x", "low", "estimate: drawn"))  # fmt: skip
    table("countries", "iso2 name confidence source", ("AL", "Albania", "high", "estimate: drawn"))
    table("projects", "id name upgrades mode country status confidence source",
          ("p", "P", "a-b-road", "road", "AL", "planned", "low", "estimate: drawn"))  # fmt: skip
    table("upgrades", "project link attribute today after status confidence source",
          ("p", "a-b-road", "max_gross_t", "", "60", "planned", "low", "estimate: drawn"))  # fmt: skip
    table("structures", "id name kind links lat lon confidence source",
          ("bridge", "Bridge", "bridge", "a-b-road", 41.0, 20.8, "low", "estimate: drawn"))  # fmt: skip
    table("corridor_stops", "corridor branch mode order place confidence source",
          *[("T", "main", "road", i, p, "high", "estimate: drawn") for i, p in enumerate("ab", 1)])  # fmt: skip
    return home


def add(curated, tmp_path, *words, **drawing):
    file = extract(tmp_path / "x.osm", **drawing)
    return done("import", "osm", file, "--onto", curated, "-o", tmp_path / "copy", "--country", "AL", *words)


def test_the_way_round_is_added_and_nothing_curated_changes(curated, tmp_path):
    result = add(curated, tmp_path, "-f", "json")
    listed = json.loads(result.stdout)["rows"]
    assert [r["kind"] for r in listed] == ["link"]
    before, after = rows(curated / "links.csv"), rows(tmp_path / "copy" / "links.csv")
    assert after[: len(before)] == before
    (new,) = after[len(before) :]
    assert (new["from"], new["to"], new["mode"], new["corridors"]) in {
        ("a", "b", "road", "relief"),
        ("b", "a", "road", "relief"),
    }
    assert float(new["length_km"]) == pytest.approx(2 * 47.5, abs=1)  # by c: two sides of 42 km east and 22 km north
    assert new["road_class"] == "secondary"
    assert rows(tmp_path / "copy" / "places.csv") == rows(curated / "places.csv")
    net = Network.load(tmp_path / "copy")
    assert net.links.loc[new["id"], "geometry"].bounds[3] == pytest.approx(41.2)


def test_adding_again_adds_nothing(curated, tmp_path):
    add(curated, tmp_path)
    file = tmp_path / "x.osm"
    again = done("import", "osm", file, "--onto", tmp_path / "copy", "-o", tmp_path / "again", "--country", "AL",
                 "-f", "json")  # fmt: skip
    assert json.loads(again.stdout)["rows"] == []
    for name in ("links", "places", "projects"):
        assert (tmp_path / "again" / f"{name}.csv").read_bytes() == (tmp_path / "copy" / f"{name}.csv").read_bytes()


def test_a_way_that_joins_in_the_middle_divides_the_link(curated, tmp_path):
    """The northern way leaves the road at 20.3 E: 25.2 of 84 km. All that named the link names the pieces."""
    nodes = NODES | {6: (41.0, 20.3), 2: (41.01, 20.6)}
    ways = {10: ((1, 6, 2, 3), "primary"), 11: ((6, 4), "secondary"), 12: ((4, 3), "secondary")}
    add(curated, tmp_path, nodes=nodes, ways=ways)
    copy = tmp_path / "copy"
    pieces = [r for r in rows(copy / "links.csv") if r["corridors"] == "T"]
    junction = rows(copy / "places.csv")[-1]
    assert (float(junction["lat"]), float(junction["lon"])) == pytest.approx((41.0, 20.3), abs=0.01)
    assert [(p["from"], p["to"]) for p in pieces] == [("a", junction["id"]), (junction["id"], "b")]
    assert [float(p["length_km"]) for p in pieces] == pytest.approx([25.2, 58.8], abs=0.5)
    assert {p["road_class"] for p in pieces} == {"motorway"}
    ids = ";".join(p["id"] for p in pieces)
    assert rows(copy / "projects.csv")[0]["upgrades"] == ids
    assert [r["link"] for r in rows(copy / "upgrades.csv")] == ids.split(";")
    assert rows(copy / "structures.csv")[0]["links"] == pieces[1]["id"]
    assert [r["place"] for r in rows(copy / "corridor_stops.csv")] == ["a", junction["id"], "b"]
    relief = [r for r in rows(copy / "links.csv") if r["corridors"] == "relief"]
    assert [{r["from"], r["to"]} for r in relief] == [{junction["id"], "b"}]
    assert Network.load(copy).build("p").links.loc[pieces[0]["id"], "max_gross_t"] == 60


def test_a_copy_may_be_a_geopackage(curated, tmp_path):
    file = extract(tmp_path / "x.osm")
    done("import", "osm", file, "--onto", curated, "-o", tmp_path / "copy.gpkg", "--country", "AL")
    assert len(Network.load(tmp_path / "copy.gpkg").links) == 3


def test_onto_needs_a_copy_to_write(curated, tmp_path):
    file = extract(tmp_path / "x.osm")
    refused(run("import", "osm", file, "--onto", curated), "-o COPY")
    refused(run("import", "osm", file, "--onto", curated, "--refresh", "-o", tmp_path / "c"), "no --refresh")


def test_check_names_the_way_that_is_missing(curated, tmp_path):
    """Losing the road a-b costs 11 km on the ground, everything in the tables: the way in the north is missing."""
    ground = tmp_path / "ground.gpkg"
    done("import", "osm", extract(tmp_path / "x.osm"), "-o", ground, "--country", "AL")
    found = json.loads(done("check", curated, "--ground", ground, "-f", "json").stdout)
    assert found["summary"] == {"road": {"comparable": 1, "overstated": 1, "share": 1.0}}
    (row,) = found["rows"]
    assert (row["link"], row["extra_km"], row["overstated"], row["missing"]) == ("a-b-road", None, True, "41.20,20.50")
    assert row["ground_extra_km"] == pytest.approx(2 * 47.5 - 84, abs=1)
    table = done("check", curated, "--ground", ground)
    assert "a-b-road" in table.stdout
    assert "overstated for 1 of 1 by road (100.0%)" in table.stderr


def test_after_thickening_nothing_is_missing(curated, tmp_path):
    add(curated, tmp_path)
    ground = tmp_path / "ground.gpkg"
    done("import", "osm", tmp_path / "x.osm", "-o", ground, "--country", "AL")
    found = json.loads(done("check", tmp_path / "copy", "--ground", ground, "-f", "json").stdout)
    assert found["summary"]["road"]["overstated"] == 0


def test_a_network_without_ground_says_what_is_needed(curated):
    refused(run("check", curated, "--ground"), "say what it is compared with")
