"""Options that commands share: what is refused, names in any spelling, scenario files, networks."""

import re
import shlex
import shutil
import warnings

import click
import geopandas as gpd
import pytest
import shapely

from console import COMMANDS as ASKED
from console import ask, mobility, refused, table_of, whole
from mobility.cli import COMMANDS, cli
from mobility.commands.options import Command


def test_commands_share_the_scenario_options():
    """DESIGN section 6: the same on every analysis, list, map, report and export."""
    words = set("close build set profile mode transit borders scenario output quiet".split())
    words |= {"exclude-doubtful", "exclude-relief", "include-access", "allow-empty", "width"}
    for name in set(ASKED) - {"check"}:
        known = {opt.removeprefix("--") for option in cli.get_command(None, name).params for opt in option.opts}
        assert words <= known, name


@pytest.mark.parametrize(("asked", "status"), [
    ("route alfa delta", 0), ("route alfa foxtrot", 1), ("route alfa delta -x gate -x mode:sea", 1),
    ("route alfa delta --via foxtrot", 1), ("route alfa delta --transit no-BB", 0),
    ("route alfa delta -x country:BB", 1),
    ("routes --from alfa --to foxtrot --to delta", 0), ("check", 0), ("check nowhere-at-all", 2), ("", 2),
    ("route alfa delta -x border:gate -x mode:sea", 1), ("route bravo gate -x border:gate", 0),
    ("route alfa foxtrot -b Foxtrot–Delta", 0), ("route alfa foxtrot -b all -x delta--foxtrot-road", 1),
    ("route bravo delta -m rail", 1), ("route bravo delta -m rail -b 'BORDER RAILWAY'", 0),
    ("route bravo delta -m rail -b project:border-rail", 0), ("route bravo delta -m rail -b ALL", 0),
    ("route bravo delta -m rail -b corridor:T", 0), ("route alfa delta --set gate:wait=0", 0),
    # options in any case
    ("route alfa delta -p HEAVY --transit NATO --borders Schengen", 0), ("route alfa delta -m ROAD -m sea", 0),
    ("route alfa delta --transit no-bb --exclude-doubtful --include-access --allow-empty", 0),
])  # fmt: skip
def test_exit_status(run, asked, status):
    assert run(asked).exit_code == status


REFUSED = {
    "rout": ["'route'"],
    "link": ["'links'"],
    "nosuch": ["nosuch"],
    # usage
    "route": [], "route alfa": [], "route alfa delta echo": [], "route alfa delta --nosuch": [],
    "routes alfa delta": [], "route alfa delta -f xml": [], "route alfa delta -f ''": [], "route alfa delta -k": [],
    "links --from alfa": [], "routes --from alfa --to alfa": [],
    **{f"route alfa delta -k {k}": ["-k"] for k in ("0", "-1", "1.5", "x", "''", "1e3", "101")},
    "route set:west delta -k 2": ["-k", "--via"],
    "route alfa set:east --diverse": ["-k", "--via"],
    "route alfa delta --via bravo -k 2": ["-k", "--via"],
    # places
    "route alfa ÄLFA": ["same place"],
    "route set:west alfa": ["same place"],
    "route link:alfa--bravo-road delta": [],
    "route project:border-rail delta": [],
    "route alf delta": ["'alf'"],
    "route novo delta": ["'novo'"],
    "route alfa Djelta": [],
    "route 'al\nfa\x1b[31m' delta": [],
    **{f"route '{word}' delta": ["east", "north-east", "west"] for word in ("set:nope", "set:", "set:west;east")},
    **{
        line: ["novo-1", "novo-2"]
        for line in ("route 'novo selo' delta", "route alfa delta --via 'novo selo'", "routes --from 'novo selo'",
                     "route alfa delta -x 'novo selo'")
    },
    # near misses
    "route alpha delta": ["Did you mean", "alfa"],
    "route alfa delta --via brav": ["Did you mean", "bravo"],
    "route alfa delta -x bravoo": ["Did you mean", "bravo"],
    "route alfa delta -b border-rial": ["Did you mean", "border-rail"],
    "routes --from alffa": ["Did you mean", "alfa"],
    "route alfa delta -x border:gat": ["Did you mean", "gate"],
    "route alfa delta -x structure:old-brige": ["Did you mean", "old-bridge"],
    "route alfa delta -x around:brvo:5km": ["Did you mean", "bravo"],
    "route alfa delta --set gatte:wait=1": ["Did you mean", "gate"],
    "map -o x.html --to ekho": ["Did you mean", "echo"],
    # closures and builds
    "links -x corridor:ZZ": ["ZZ", "T", "U"],
    "links -x country:ZZ": ["ZZ", "AA", "BB"],
    "links -x mode:air": ["air", "road"],
    "links -x structure:bare-bridge": ["bare-bridge", "no link"],
    "links -x around::5km": ["around:PLACE:25km"],
    "links -x around:bravo:1e9km": ["around:PLACE:25km"],
    "links -x area:nowhere.geojson": ["nowhere.geojson"],
    "links -x area:": ["area:FILE"],
    "links -b nope": ["nope"],
    "links -b alfa--bravo-road": ["open already"],
    "links -b country:AA": ["AA"],
    # values to set, words of options, kinds
    **{
        f"links --set '{value}'": []
        for value in ("", "x:wait", "gate:wait=x", "gate:wait=nan", "gate:wait=1e300", "alfa--bravo-road:wait=1",
                      "alfa:speed=5", "alfa--bravo-road:speed=0", "alfa--bravo-road:speed=1e-300", ":wait=1")
    },
    **{
        f"route alfa delta {words}": []
        for words in ("-p nope", "-p ''", "--transit nope", "--transit ''", "--transit no-ZZ", "--borders nope",
                      "--borders ''", "-m air", "-m ''", "-s nowhere.toml")
    },
    **{f"{line} x": ["'x'"] for line in ("places --kind", "places --country", "places --corridor", "links --kind")},
}  # fmt: skip


@pytest.mark.parametrize(("line", "words"), REFUSED.items(), ids=REFUSED)
def test_refused_in_one_line(run, line, words):
    refused(run(line), *words)


@pytest.mark.parametrize("name", ["", " \t", "–", "place:", "🦄", "a" * 5000, "%s%n", "../../etc"])
def test_names_of_nothing(run, name):
    for where in ("route {} delta", "routes --from {}", "links -x {}", "links -b {}", "route alfa delta --via {}"):
        refused(run([name if w == "{}" else w for w in where.split()]))


def test_a_value_of_zero_is_called_what_it_is(run):
    """A wait may be 0, so the refusal of -1 may not ask for "a number above 0"."""
    result = run("route alfa delta --set gate:wait=-1")
    refused(result)
    assert "above 0" not in result.stderr


@pytest.mark.parametrize("name", ["ALFA", "A\u0308lfa", " alfa ", "АЛЬФА", "PLACE: Älfa"])
def test_place_in_any_spelling(run, name):
    for end in ("delta", "delta grad", "Đelta — Grad"):
        (first, *_) = table_of(run(["route", name, end, "-f", "csv", "-q"]).stdout)[1]
        assert first["from"] == "alfa"


def test_sets(small):
    every = ask("routes --from set:west --to set:east", network=small)["rows"]
    assert [(r["from"], r["to"]) for r in every] == [(a, b) for a in ("alfa", "bravo") for b in ("delta", "echo")]
    assert ask(["routes", "--from", "SET: West", "--to", "set:EAST"], network=small)["rows"] == every
    doubled = ask("routes --from alfa --from set:west --to delta", network=small)["rows"]
    assert [r["from"] for r in doubled] == ["alfa", "bravo"], "a set and its member count once"
    nearest = ask("route set:west set:east", network=small)["summary"]["time_h"]
    assert nearest == pytest.approx(min(r["time_h"] for r in every))


def inactive(small, closure, *more):
    result = mobility("links -f json -x", closure, *more, network=small)
    assert result.exit_code == 0, result.stderr
    return {r["id"] for r in whole(result.stdout)["rows"] if r["reason"].startswith("closed:")}, result.stderr


TWINS = "alfa--bravo-road alfa--bravo-road-2 alfa--bravo-rail"


@pytest.mark.parametrize(("closure", "shut"), [
    ("alfa--bravo-road", "alfa--bravo-road"), ("Bravo - Alfa", TWINS), ("echo", "delta--echo-road bravo--echo-sea"),
    ("Old Bridge", "gate--delta-road"), ("CORRIDOR:u", "bravo--gate-road gate--delta-road"),
    ("mode:RAIL", "alfa--bravo-rail bravo--railgate-rail railgate--delta-rail"), ("border:gate", ""),
    ("country:bb",
     "gate--delta-road delta--echo-road railgate--delta-rail delta--foxtrot-road bravo--echo-sea"),
    ("around:railgate:1km", "bravo--railgate-rail railgate--delta-rail"),
    ("AROUND:Railgate: 1 KM", "bravo--railgate-rail railgate--delta-rail"),
])  # fmt: skip
def test_every_kind_of_closure(small, closure, shut):
    more = ()
    if "railgate" in closure.casefold():  # its links are not built
        refused(mobility("links -x", closure, network=small), "closes nothing", "(planned)", "--allow-empty")
        more = ("--allow-empty",)
    closed, note = inactive(small, closure, *more)
    assert closed == set(shut.split())
    assert "closed: " in note


def area(tmp_path, box, name="area.gpkg", crs="EPSG:3035"):
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(*box)], crs="EPSG:4326").to_crs(crs).to_file(tmp_path / name)
    return f"area:{tmp_path / name}"


def test_an_area(small, tmp_path):
    around_gate = area(tmp_path, (-0.005, 42.018, 0.005, 42.022))  # and not railgate
    assert inactive(small, around_gate)[0] == {"bravo--gate-road", "gate--delta-road"}
    far = area(tmp_path, (10, 10, 11, 11))
    refused(mobility("links -x", far, network=small), "closes nothing: it lies at 10.50 N 10.50 E and meets no link")
    closed, note = inactive(small, far, "--allow-empty")
    assert closed == set()
    assert "nothing" in note
    assert "left out feature (1) meets no link" in note


POLYGON = (
    b'{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,%s],[1,0],[0,1],[0,0]]]}}'
)


@pytest.mark.parametrize("content", [b"", bytes(range(256)), POLYGON % b"1", POLYGON % b"NaN"])
def test_bad_area_files(run, tmp_path, content):
    """One line, and no warning of a library."""
    (tmp_path / "a.geojson").write_bytes(content)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        refused(run("route alfa delta -x", f"area:{tmp_path / 'a.geojson'}"), "a.geojson")
    assert [str(w.message) for w in heard] == []


def test_set_wait_and_speed(small):
    def answer(*words):
        one = ask("route alfa delta -m road", *words, network=small)
        (leg,) = [r for r in one["rows"] if r["link"] == "gate--delta-road"]
        return one["summary"]["time_h"], leg["driving_h"]

    assert answer("--set", "gate:wait=3")[0] == pytest.approx(answer()[0] + 2)
    assert answer("--set", "gate--delta-road:speed=5")[1] == pytest.approx(10 / 5)
    assert answer("--set", "GATE–Đelta grad:speed=5") == answer("--set", "link:gate--delta-road:speed=5")


def test_transit_nato_passes_neither_serbia_nor_bosnia():
    """Issue 2, point 6. Every leg of every pair; a pair's own ends lift the ban for their own countries."""
    one = ask("routes --transit nato -q --from set:adriatic --from set:bases --from set:north-west")
    country = {r["id"]: r["country"] for r in ask("links -q")["rows"]}
    home = {r["id"]: set(r["country"].split("-")) for r in ask("places -q")["rows"]}
    travelled = [(r, link) for r in one["rows"] for link in (r["links"] or "").split(";") if link]
    assert travelled
    for row, link in travelled:
        foreign = {"RS", "BA"} - home[row["from"]] - home[row["to"]]
        assert not foreign & set(country[link].split("-")), (row["from"], row["to"], link)


def scenario(tmp_path, text):
    (tmp_path / "s.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return ["-s", str(tmp_path / "s.toml")]


def test_a_scenario_file_equals_its_options_and_is_printed_as_given(small, tmp_path):
    words = shlex.split(
        "-x Mode:SEA -x echo -b border-rail --set gate:wait=2 -p wheeled -m road -m rail --transit nato "
        "--borders emers --exclude-doubtful --include-access --detrain --allow-empty"
    )
    file = scenario(
        tmp_path,
        'close = ["Mode:SEA", "echo"]\nbuild = "border-rail"\nset = ["gate:wait=2"]\nprofile = "wheeled"\n'
        'mode = ["road", "rail"]\ntransit = "nato"\nborders = "emers"\nexclude-doubtful = true\ninclude-access = true\n'
        "detrain = true\nallow-empty = true",
    )
    by_words = ask("route alfa delta", *words, network=small)
    assert by_words == ask("route alfa delta", *file, network=small)
    assert by_words["scenario"] == {
        "close": ["Mode:SEA", "echo"], "build": ["border-rail"], "set": ["gate:wait=2"], "profile": "wheeled",
        "mode": ["road", "rail"], "transit": "nato", "borders": "emers", "exclude_doubtful": True,
        "include_access": True, "detrain": True, "allow_empty": True,
    }  # fmt: skip
    assert ask("routes", network=small)["scenario"] == {}


def test_options_add_to_the_file(small, tmp_path):
    file = scenario(tmp_path, 'close = ["mode:sea"]\nprofile = "heavy"\n')
    given = ask("routes", *file, "-x", "mode:rail", "-p", "wheeled", network=small)["scenario"]
    assert given == {"close": ["mode:sea", "mode:rail"], "profile": "wheeled"}


@pytest.mark.parametrize(("text", "word"), [
    ('closes = ["x"]', "'closes'"), ("close = [3]", "close"), ('exclude-doubtful = "yes"', "exclude-doubtful"),
    ("hello world", "line 1"), (bytes(range(256)), "cannot be read"), ('mode = ["air"]', "'air'"),
    ('close = ["nowhere"]', "nowhere"), ('close = ["area:a\\u0000b"]', "area"), ('set = ["x"]', "'x'"),
])  # fmt: skip
def test_bad_scenario_files(run, tmp_path, text, word):
    refused(run("route alfa delta", *scenario(tmp_path, text)), word)


def test_networks_that_are_none(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "words.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "zero").write_bytes(b"")
    (tmp_path / "binary.gpkg").write_bytes(bytes(range(256)) * 40)
    for name in ("nowhere", "empty", "words.txt", "zero", "binary.gpkg"):
        refused(mobility("route alfa delta", network=tmp_path / name), name)
        assert mobility("check", network=tmp_path / name).exit_code in {1, 2}
    refused(mobility("check", network=tmp_path / "nowhere"), "nowhere")
    refused(mobility("check", tmp_path / "binary.gpkg"), "binary.gpkg")


@pytest.mark.parametrize(("file", "old", "new", "where"), [
    ("links.csv", b",rail,", b",monorail,", "links.csv:4: "), ("links.csv", b"length_km", b"length", "links.csv:1: "),
    ("links.csv", b"", b"", "links.csv:1: "), ("links.csv", b"", bytes(range(128, 256)), "links.csv:1: "),
    ("places.csv", b",42,", b",nan,", "places.csv:2: "), ("places.csv", b",42,", b',"42,', "places.csv:"),
    ("projects.csv", b"delta--foxtrot-road", b"delta--foxtrot", "projects.csv:3: "),
    ("profiles.toml", b"", b"[rules", "profiles.toml:1: "), ("profiles.toml", b"", b"x = 1", "profiles.toml:1: "),
])  # fmt: skip
def test_one_broken_file_is_one_clear_line(small, tmp_path, file, old, new, where):
    folder = shutil.copytree(small, tmp_path / "broken")
    data = (folder / file).read_bytes() if old else b""
    assert old in data
    (folder / file).write_bytes(data.replace(old, new, 1) if old else new)
    result = mobility("route alfa delta", network=folder)
    refused(result)
    assert re.match(rf"Error: {re.escape(str(folder))}/\w+\.\w+:\d+: \S", result.stderr)
    checked = mobility("check", network=folder)
    assert checked.exit_code == 1
    assert f"{folder}/{where}" in checked.stdout
    assert all(re.match(r"(notice: )?\S+:\d+: \S", line) for line in checked.stdout.splitlines())
    rows = ask("check", network=folder)["rows"]
    assert any(r["severity"] == "fault" and r["file"].endswith(where.split(":")[0]) for r in rows)


def test_a_geopackage_is_a_network_and_half_of_one_is_none(run, tmp_path):
    target, half = tmp_path / "net.gpkg", tmp_path / "half.gpkg"
    assert run("export -o", target).exit_code == 0
    for asked in ("routes -f csv", "links -f csv", "places -f csv", "projects -f csv", "route alfa delta -k 3 -f csv"):
        assert mobility(asked, network=target).stdout == run(asked).stdout
    assert mobility("check", network=target).exit_code == 0
    half.write_bytes(target.read_bytes()[: target.stat().st_size // 2])
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        refused(mobility("route alfa delta", network=half), "half.gpkg")
    assert [str(w.message) for w in heard] == []


# ----------------------------------------------------------------------------------- south of the equator


@pytest.fixture(scope="module")
def south(small, tmp_path_factory):
    """The small network at 42 S: alfa at -42,0, delta at -42.03,0."""
    folder = shutil.copytree(small, tmp_path_factory.mktemp("south") / "net")
    table = folder / "places.csv"
    table.write_text(re.sub(r",(42(?:\.\d+)?),", r",-\1,", table.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


@pytest.mark.parametrize("line", [
    "route {alfa} {delta}", "route {alfa} delta", "route alfa {delta}", "route -p wheeled {alfa} -m road {delta}",
    "route -- {alfa} {delta}", "route {alfa} -- {delta}", "route alfa {delta} --via {bravo}", "routes --from {alfa}",
    "routes --from={alfa} --to {delta}", "routes --from {alfa} --from bravo --to {delta}", "links -x {around}",
    "routes --from {alfa} -x {around}", "whatif --from {alfa} --to {delta} -x mode:sea", "bottlenecks --from {alfa}",
    "interdict -k 1 --from {alfa} --to {delta}", "redundancy --from {alfa} --to {delta}",
    "deploy --vehicles 20 --from {alfa} --to {delta}", "deploy --vehicles 20 --from {alfa} --to delta --share {alfa}=1",
    "map --show routes --from {alfa} -o out.html", "report --from {alfa} --to {delta} -o out.md",
    "routes --from '-42, 0.0'", "route '-42 , -0.0' delta",
])  # fmt: skip
def test_a_place_south_of_the_equator_is_no_option(south, tmp_path, monkeypatch, line):
    monkeypatch.chdir(tmp_path)
    at = {"alfa": "-42,0", "bravo": "-42.01,0", "delta": "-42.03,-0.0", "around": "around:-42.04,0.03:1km"}
    names = at | {"alfa": "alfa", "bravo": "bravo", "delta": "delta"}
    here, named = (mobility(line.format(**words), network=south) for words in (at, names))
    assert here.exit_code == named.exit_code == 0, here.output
    if "-o out" not in line:
        assert here.stdout == named.stdout
    assert " km away" in here.stderr or "{alfa}" not in line
    assert not re.search(r"^ ", here.stderr, re.MULTILINE)  # the word is said as it was typed


@pytest.mark.parametrize("words", [["route", "-91,0", "delta"], ["route", "alfa", "-42,181"], ["routes", "--to=-95,0"]])
def test_a_point_off_the_globe_is_called_what_it_is(south, words):
    refused(mobility(words, network=south), "is no point on the globe")


def test_what_only_begins_like_a_place_is_an_option_still(south):
    for words in (["route", "-42", "delta"], ["route", "alfa", "delta", "-7"], ["routes", "-1.5"]):
        refused(mobility(words, network=south), "No such option")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_knows_such_places(name):
    command = cli.get_command(click.Context(cli), name)
    found = command.commands.values() if isinstance(command, click.Group) else [command]
    assert all(isinstance(one, Command) for one in found)


@pytest.mark.parametrize(("words", "answer"), [
    (["--width", "0"], "width 0: give metres"), (["--width", "nan"], "width nan: give metres"),
    (["--width", "-5"], "width -5: give metres"), (["--width", "1e9"], "not more than 100,000"),
    (["--width", "wide"], "'wide' is not a valid float"),
])  # fmt: skip
def test_a_width_that_is_none(run, words, answer):
    refused(run(["links", *words]), answer)


def test_a_line_closes_what_is_near_it(small, tmp_path):
    """1.1 km west of the gate, whose road runs from south to north."""
    line = shapely.LineString([(-0.0134, 42.018), (-0.0134, 42.022)])
    gpd.GeoDataFrame({"a": [1]}, geometry=[line], crs=4326).to_file(tmp_path / "front.gpkg")
    name = f"area:{tmp_path / 'front.gpkg'}"
    refused(mobility("links -x", name, network=small), "closes nothing: it lies at 42.02 N 0.01 W")
    closed, note = inactive(small, name, "--width", "1200")
    assert closed == {"bravo--gate-road", "gate--delta-road"}
    assert "closed: area front.gpkg, 1200 m beside its lines and points (" in note
    assert ask("links -x", name, "--width", "1200", network=small)["scenario"] == {
        "close": ["area:front.gpkg"], "width": 1200.0,
    }  # fmt: skip
    refused(mobility("whatif --width 1200", network=small), "nothing to compare")


def test_a_scenario_is_found_from_any_folder(small, tmp_path, monkeypatch):
    plans, elsewhere = tmp_path / "plans", tmp_path / "elsewhere"
    plans.mkdir()
    elsewhere.mkdir()
    area(plans, (-0.005, 42.018, 0.005, 42.022), "flood.gpkg")
    (plans / "flood.toml").write_text('title = "Flood"\nclose = ["area:flood.gpkg"]\n', encoding="utf-8")
    line = "whatif --from alfa --to delta -f json -s {}"
    said = []
    for folder, path in ((tmp_path, "plans/flood.toml"), (plans, "flood.toml"), (elsewhere, plans / "flood.toml")):
        monkeypatch.chdir(folder)
        result = mobility(line.format(path), network=small)
        said.append(whole(result.stdout))
        assert str(tmp_path) not in result.stdout + result.stderr
    assert said[0] == said[1] == said[2]
    assert said[0]["scenario"] == {"close": ["area:flood.gpkg"], "title": "Flood"}
    monkeypatch.chdir(elsewhere)
    refused(mobility("links -x area:flood.gpkg", network=small), "there is no such file")
    report = mobility(f"report --from alfa --to delta -s {plans / 'flood.toml'} -o r.md", network=small)
    assert report.exit_code == 0, report.output
    assert str(tmp_path) not in (elsewhere / "r.md").read_text(encoding="utf-8")
