"""The scripts of the pages: the ES modules of js/ joined into one that needs no loader and no build step.

A page is one file that opens from disk, where a browser loads no modules. So each module becomes a function of its
own, in the order in which they need each other, and what it exports an entry of `mobility`: nothing else is global.
Comments stay in the sources.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

MAP, GROUND, SPEECH = "map/map.js", "map/ground.js", "speech.js"
WHATIF, MOVING = "whatif/page.js", "moving/moving.js"
_IMPORT = re.compile(r'^import \{ ([^}]+) \} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|const|class) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^ *//.*\n|(?:^ *)?/\*\*[\s\S]*?\*/[ \n]?", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class Module(NamedTuple):
    """One file: the names it imports, by module; those it exports; and its code without the words that say so."""

    imports: dict[str, list[str]]
    exports: list[str]
    code: str

    @classmethod
    def of(cls, name: str, text: str) -> Module:
        """Read a module.

        Raises
        ------
        ValueError
            When it imports or exports in a way that is not joined: only `import { a, b } from "./c.js";` in one
            line, and `export` before a function, constant or class.
        """
        folder = posixpath.dirname(name)
        imports = {
            posixpath.normpath(posixpath.join(folder, path)): names.split(", ") for names, path in _IMPORT.findall(text)
        }
        code = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))
        if left := _LEFT.search(code):
            raise ValueError(f"{name}: cannot join {left[0]!r}")
        return cls(imports, _EXPORT.findall(text), code)


def called(name: str) -> str:
    """Return what a page calls a module."""
    return f'mobility["{name}"]'


@lru_cache
def joined(entry: str, after: str = "") -> str:
    """Return a module and all that it needs as one script; without what a page has from that of another module."""
    modules = {name: _read(name) for name in _ordered(entry, _read)}
    had = _ordered(after, _read) if after else []
    new = "".join(_wrapped(name, module) for name, module in modules.items() if name not in had)
    return new if after else f"const mobility = {{}};\n{new}"


@lru_cache
def _read(name: str) -> Module:
    return Module.of(name, files("mobility.present.web").joinpath("js", name).read_text(encoding="utf-8"))


def _ordered(entry: str, read: Callable[[str], Module], users: tuple[str, ...] = ()) -> list[str]:
    """Return a module and all it needs, each once and after what it needs.

    Raises ValueError on a circle, or where a module imports what another does not export.
    """
    if entry in users:
        raise ValueError(f"modules need each other: {' > '.join([*users, entry])}")
    found: dict[str, None] = {}
    for name, wanted in read(entry).imports.items():
        if missing := set(wanted) - set(read(name).exports):
            raise ValueError(f"{entry} imports what {name} does not export: {', '.join(sorted(missing))}")
        found |= dict.fromkeys(_ordered(name, read, (*users, entry)))
    return [*found, entry]


def _wrapped(name: str, module: Module) -> str:
    """Return a module as a function that gives what it exports."""
    needs = "".join(f"const {{ {', '.join(n)} }} = {called(other)};\n" for other, n in module.imports.items())
    gives = ", ".join(module.exports)
    return f'{called(name)} = (() => {{\n"use strict";\n{needs}{module.code}return {{ {gives} }};\n}})();\n'
