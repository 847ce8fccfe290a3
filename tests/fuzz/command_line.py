"""The door that all use: every command and its options, as click knows them, with sound and with hostile words."""

import os
import shutil

import click

from fuzz.spoiling import hostile, raw, spoil
from fuzz.valid import NETWORK, VALID
from mobility.cli import COMMANDS, cli

_NOT_ASKED = {"place", "overpass", "nominatim", "help"}  # they ask somebody else on purpose
_WRITTEN = {"output", "resume", "folder", "cache", "onto", "workers"}  # what is written to, and processes
_PLACES = "alfa|bravo|delta|echo|set:west|set:east|42.01,0.0|Älfa|foxtrot|novo selo|railgate"
_THINGS = """gate|bravo|alfa–bravo|alfa--bravo-road|alfa--bravo-road>|corridor:T|corridor:T:rail|corridor:U:only
country:BB|border:gate|border:AA-BB|mode:rail|old-bridge|around:alfa:25km|around:42,0:1km|area:in/area.geojson|area:in/area.kml"""
# Sound words for each option or argument that is no choice.
_WORDS = f"""
against=today|in/scenario.toml
along=corridor:T|alfa--bravo-road
bbox=20,40,21,42|0,0,1,1
borders=today|emers|schengen|permit-3-days
budget=100|1e9|0
buffer=20km|1
build=all|border-rail|foxtrot-road|corridor:T|delta--foxtrot-road
cache=out/cache
cargo=ammunition
close={_THINGS.replace(chr(10), "|")}
corridor=T|U|VIII
count=1|2|3
country=AA|BB
destination={_PLACES}
failures=1|2|3
file=in/valley.osm
folder=out/new
force=brigade|battalion
from_={_PLACES}
ground=in|{NETWORK}
horizon=24|240
k=1|2
kind=city|port|border_crossing
many=links|sections|structures|projects|in/each.txt|-|in|nothing
max_km=10|100
max_snap=5km
mode=road|rail|sea|ROAD
onto={NETWORK}
origin={_PLACES}
output=out/x.csv|out/x.json|out/x.md|out/x.geojson|out/x.html|out/x.gpkg|out/x.graphml|-||out/x.png|out/x.svg|out/x.txt
output=out/x.|out/.csv|.|/dev/null|out/no/x.csv|{NETWORK}/links.csv|{NETWORK}/new.csv|/dev/full|in/area.geojson/x.csv
output=out/{"x" * 300}.csv
pace=best|planning|observed|all
path={NETWORK}|in
polygon=in/area.geojson|in/area.kml
profile=wheeled|heavy|peacetime|mixed|all
project=border-rail|foxtrot-road
rails=main
resume=out/j|out/no/j|{NETWORK}/links.csv|in
roads=motorway,trunk|primary
scenario=in/scenario.toml|in/area.geojson|in
seconds=1|2
seed=0|1|99
set=gate:wait=2|gate:open=0|alfa--bravo-road:speed=30|mode:rail:speed=9|delta--echo-road:limit=1|gate:capacity=5
set=old-bridge:failure=0.5|gate:wait=nan|gate:open=1|country:AA:speed=1
share=alfa=1|alfa=0.5
ship=roro
simplify=5|0
snap=all|city|set:west
spare={_THINGS.replace(chr(10), "|")}
start=Mon 06:00|Sun 23:59|Tue
tiles=https://a.b/{{z}}/{{x}}/{{y}}.png
title=A title
to_={_PLACES}
tonnes=1|1000
top=1|5
trains=1|5
transit=any|nato|eu|no-BB|no-XX|sdp|nato+partners
uncertain=1|2|3
vehicles=1|10|3000
via={_PLACES}
width=50|1|1e5
workers=1|0|x|62
"""
_KNOWN = {}
for _line in _WORDS.strip().splitlines():
    _name, _, _some = _line.partition("=")
    _KNOWN.setdefault(_name, []).extend(_some.split("|"))
_KNOWN["set_after"] = _KNOWN["set"]
# Those that take longest are asked less often.
_OFTEN = {"report": 1, "map": 3, "import": 3, "redundancy": 4, "whatif": 8, "route": 8, "routes": 6}


def _value(random, param):
    known = getattr(param.type, "choices", None) or _KNOWN.get(param.name, ("1", "x"))
    word, how = str(random.choice(list(known))), random.random()
    if param.name not in _WRITTEN and how < 0.12:
        word = hostile(random)
    elif param.name not in _WRITTEN and how < 0.2:
        word = spoil(random, raw(word)).decode("utf-8", "replace")
    return word


def command_line(random):
    """All commands and their options, as click knows them, with sound and with hostile words."""
    names = sorted(COMMANDS.keys() - {"serve"})  # it answers until it is stopped
    name = random.choices(names, [_OFTEN.get(name, 5) for name in names])[0]
    command = cli.get_command(None, name)
    words = [name]
    if isinstance(command, click.Group):
        command, words = command.commands["osm"], [name, "osm"]
        shutil.copy(VALID / "valley.osm", "in")
    for file in ("area.geojson", "area.kml", "scenario.toml", "each.txt", "orders.toml"):
        shutil.copy(VALID / file, "in")
    options = [p for p in command.params if isinstance(p, click.Option) and p.name not in _NOT_ASKED]
    for param in command.params:
        if isinstance(param, click.Argument) and (random.random() < 0.95 or name == "import"):
            file = {"import": "in/valley.osm", "schedule": "in/orders.toml"}.get(name)
            words.append(file if file and param.name == "file" else _value(random, param))
    if name in {"map", "report", "export", "import"} and random.random() < 0.9:
        out = {
            "map": "html",
            "report": random.choice(("html", "html", "md")),
            "export": random.choice(("csv", "gpkg", "geojson", "graphml")),
        }
        words += ["-o", f"out/x.{out.get(name, 'gpkg')}"]
    if name == "import":
        words += ["--country", "AA"]
    for param in random.sample(options, min(len(options), random.choice((0, 1, 1, 2, 2, 3, 4)))):
        words.append(random.choice(param.opts))
        if not param.is_flag:
            words.append(_value(random, param))
    network = NETWORK
    if name == "check" or random.random() < 0.03:  # the network is not the one that no output may touch
        words = [word.replace(NETWORK, "in") for word in words]
        network = random.choice(("in", hostile(random)))
    # What a system hands over: bytes without NUL, those that are no UTF-8 as halves of letters.
    return [os.fsdecode(raw(word).replace(b"\0", b"")) for word in ("--network", network, *words)]
