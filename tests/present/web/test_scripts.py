"""Modules joined into one script: in order, each once, each with its own names; what cannot be joined is refused."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from mobility.present.web import scripts
from mobility.present.web.scripts import GROUND, MAP, MOVING, WHATIF, Module, joined

FOLDER = Path(str(files("mobility.present.web").joinpath("js")))
SOURCES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js"))
TEXTS = {
    "a.js": 'import { b, B } from "./in/b.js";\nimport { c } from "./c.js";\nconst hidden = 1;\n'
    "export const a = [b(), B, c, hidden];\n",
    "in/b.js": 'import { c } from "../c.js";\nexport function b() {\n  return [c, hidden];\n}\nexport class B {}\n'
    "const hidden = 2;\n",
    "c.js": "// A comment.\n/**\n * @type {number}\n */\nexport const c = /** @type {any} */ (3); // stays\n",
}


def read(texts):
    return lambda name: Module.of(name, texts[name])


def wrapped(texts, entry):
    """Join drawn modules as `joined` joins those of the package."""
    names = scripts._ordered(entry, read(texts))
    return "const mobility = {};\n" + "".join(scripts._wrapped(n, read(texts)(n)) for n in names)


def test_what_is_needed_comes_first_and_once():
    assert scripts._ordered("a.js", read(TEXTS)) == ["c.js", "in/b.js", "a.js"]


def test_comments_stay_in_the_sources():
    assert Module.of("c.js", TEXTS["c.js"]) == Module({}, ["c"], "const c = (3); // stays\n")
    for name in (MAP, WHATIF):
        assert not re.search(r"/\*|@param|^ *//", joined(name), re.MULTILINE)


@pytest.mark.browser
def test_modules_keep_their_names_to_themselves(show):
    """Two modules call two things `hidden`; what is not exported is nowhere else."""
    tab = show(f"<!doctype html><script>{wrapped(TEXTS, 'a.js')}</script>")
    assert tab.run('mobility["a.js"].a.map(x => typeof x === "function" ? x.name : x)') == [[3, 2], "B", 3, 1]
    assert tab.run("[typeof hidden, typeof b, Object.keys(mobility).join()]") == [
        "undefined", "undefined", "c.js,in/b.js,a.js",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"a.js": 'import { b } from "./b.js";\nexport const a = 1;\n',
          "b.js": 'import { a } from "./a.js";\nexport const b = 1;\n'}, "modules need each other: a.js > b.js > a.js"),
        ({"a.js": 'import { b, c } from "./b.js";\n', "b.js": "export const b = 1;\n"}, "does not export: c"),
        ({"a.js": 'import * as b from "./b.js";\n'}, "cannot join 'import "),
        ({"a.js": 'import { b } from "leaflet";\n'}, "cannot join 'import "),
        ({"a.js": "export default 1;\n"}, "cannot join 'export default"),
        ({"a.js": "export let a = 1;\n"}, "cannot join 'export let"),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_refused(texts, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        scripts._ordered("a.js", read(texts))


def test_every_module_is_on_a_page_once():
    page = joined(MAP) + "".join(joined(entry, after=MAP) for entry in (GROUND, WHATIF, MOVING))
    assert sorted(re.findall(r'^mobility\["([^"]+)"\] = ', page, re.MULTILINE)) == SOURCES
    assert page.count("const mobility = {}") == 1
    assert not re.search(r"</script|<!--", page, re.IGNORECASE), "would end the script it stands in"


def test_files_are_short():
    """As eslint counts them, and functions too."""
    for name in SOURCES:
        assert len((FOLDER / name).read_text(encoding="utf-8").splitlines()) <= 350, name


def test_the_lock_file_names_no_host_and_the_versions_are_exact():
    folder = Path(__file__).parents[2] / "js"
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
