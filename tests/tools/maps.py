"""Make maps/ and its README: `python tests/tools/maps.py`; `--check` says which files are out of date."""

import re
import shlex
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
from click.testing import CliRunner
from PIL import Image

from mobility.cli import cli

MAPS = Path(__file__).parents[2] / "maps"
BUILT = "map --show whatif -s viii-built --from set:adriatic --to set:black-sea"
GAINS = "redundancy --project corridor:VIII --project corridor:VIII:rail --project corridor:VIII:road"
GAINS += " --project tirana-durres-rail --project nis-presevo-rail --from set:adriatic --to set:black-sea"
FORCE = "--vehicles 1000 --from durres --from thessaloniki --from alexandroupoli --to constanta -m road -m rail"
EXAMPLES = [  # (file, command that makes it, what it shows)
    ("routes.png", "map", "The best route of every pair; the picture of the main page"),
    ("network.html", "map --show network", "The whole network: corridors, modes, status, what is planned"),
    ("routes.html", "map", "The same as a page: search, legend that shows and hides, cards with sources, table"),
    ("viii-built.html", BUILT, "Corridor VIII complete against today, from the Adriatic to the Black Sea"),
    ("viii-built.png", BUILT, "The same for print"),
    ("whatif.html", "map --interactive", "A page in which a click closes or builds and the new route is shown at once"),
    ("bottlenecks.png", "bottlenecks --by structure", "The bridges and tunnels whose loss costs most"),
    ("gains.svg", GAINS, "What Corridor VIII and some single projects buy, for print at any size"),
    ("deploy.html", f"map --show deploy {FORCE}", "How a brigade moves from three ports: flows as widths, what binds"),
    ("arrivals.png", f"deploy {FORCE} --table origins", "When it is complete, from each port alone and from all"),
    ("strip-viii-rail.png", "strip VIII -m rail", "The railway of Corridor VIII stop by stop"),
]
MEAN, STRONG, SHARE = 1.0, 48, 0.01  # of 255: mean difference of a PNG; a pixel that differs; how many may


def command(name, words):
    """Return the command as a reader types it."""
    return f"mobility {words} -o maps/{name}"


def made(folder):
    """Make every example in a folder; return their bytes by name."""
    for name, words, _ in EXAMPLES:
        done = CliRunner().invoke(cli, [*shlex.split(words), "-o", str(folder / name)], catch_exceptions=False)
        if done.exit_code:
            raise SystemExit(f"{command(name, words)}: {done.stderr}")
    return {name: (folder / name).read_bytes() for name, _, _ in EXAMPLES}


def readme(version=mpl.__version__):
    """Return maps/README.md."""
    rows = "\n".join(f"| [{name}]({name}) | {what} | `{command(name, words)}` |" for name, words, what in EXAMPLES)
    return f"""# Examples

Made by `python tests/tools/maps.py`, all of them; with `--check` it says which are out of date. The pages open with no
network. The pictures were made with matplotlib {version}.

| file | what it shows | command |
| --- | --- | --- |
{rows}

**Licences.** The drawings are under the [MIT licence](../LICENSE), like the code. Lines of railways contain data
© OpenStreetMap contributors (ODbL); land and boundaries are Natural Earth, adapted (public domain; they imply no
endorsement); places come from GeoNames (CC BY 4.0) and OurAirports; the pages hold Leaflet (BSD-2-Clause). Keep the
note below each map when you use it. Where the numbers come from: [geodata/README.md](../geodata/README.md).
"""


def same(name, old, new, version):
    """Return whether two files show the same: pages and SVG byte by byte, PNG but for a few pixels.

    SVG written by another version of matplotlib has other bytes: then its title and the style of everything drawn,
    in order, must be the same.
    """
    if name.endswith(".png"):
        with Image.open(BytesIO(old)) as a, Image.open(BytesIO(new)) as b:
            if a.size != b.size:
                return False
            apart = np.abs(np.asarray(a.convert("RGB"), int) - np.asarray(b.convert("RGB"), int))
        return bool(apart.mean() < MEAN and (apart.max(axis=2) > STRONG).mean() < SHARE)
    if name.endswith(".svg") and version != mpl.__version__:
        old, new = (re.findall(rb'<dc:title>.*?<|style="[^"]*"', text) for text in (old, new))
    return old == new


def outdated(folder=MAPS):
    """Return the files of maps/ that differ from what is made now, and those that are no example."""
    about = (folder / "README.md").read_text(encoding="utf-8")
    version = re.search(r"matplotlib (\S+)\.\n", about)[1]
    names = {name for name, _, _ in EXAMPLES}
    wrong = sorted(file.name for file in folder.iterdir() if file.name not in {*names, "README.md"})
    wrong += ["README.md"] * (about != readme(version))
    with tempfile.TemporaryDirectory() as fresh:
        for name, new in made(Path(fresh)).items():
            file = folder / name
            if not (file.exists() and same(name, file.read_bytes(), new, version)):
                wrong.append(f"{name} (made with matplotlib {version}, here is {mpl.__version__})")
    return wrong


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        wrong = outdated()
        sys.exit(f"out of date: {', '.join(wrong)}; run: python tests/tools/maps.py" if wrong else 0)
    made(MAPS)
    (MAPS / "README.md").write_text(readme(), encoding="utf-8")
