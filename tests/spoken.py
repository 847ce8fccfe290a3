"""What pages and maps say, by its English: read from the code of both languages, and from the tables that it says."""

import ast
import re
from pathlib import Path

from mobility.model.network import Network
from mobility.present import style
from mobility.present.backdrop import names
from mobility.present.findings.compliance import _DRAWN
from mobility.present.findings.pairs import BEST_ROUTES
from mobility.present.legend_rows import ROLES
from mobility.present.tables import HEADINGS

PRESENT = Path(style.__file__).parent
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TEMPLATE = re.compile(r"\{\w+(?::[^{}]*)?\}")
# Scripts say these by a name: the texts stand where it is declared, or where it is handed on.
_BY_NAME = {
    "whatif/page.js": ("DRAWING", "LOST"),
    "whatif/panel.js": ("HINT",),
    "whatif/copy.js": ("DONE", "NOT"),
    "whatif/choices.js": ("SELECTS",),
    "whatif/side.js": ("SIDES",),
    "whatif/offers.js": ("GROUPS",),
}

_WHOLE = {"DRAWING", "HINT", "LOST", "DONE", "NOT"}  # one text each, in pieces
_KEYS = {"profile", "pace", "transit", "regime", "profiles", "paces", "transits", "regimes", ""}


def in_scripts():
    """Return the texts of the scripts: those that stand where they are said, and those that are said by a name."""
    found = set()
    folder = PRESENT / "web" / "js"
    for file in folder.rglob("*.js"):
        text = file.read_text(encoding="utf-8")
        for call in _calls(text, "say"):
            found |= set(_LITERAL.findall(re.sub(r'=== "[^"]*"', "", call.partition(", {")[0])))
        for call in _calls(text, "several"):
            found |= set(_LITERAL.findall(call)[-2:])
        for name in _BY_NAME.get(file.relative_to(folder).as_posix(), ()):
            parts = _LITERAL.findall(re.search(rf"const {name} =(.*?);\n", text, re.DOTALL)[1])
            found |= {"".join(parts)} if name in _WHOLE else set(parts)
        found |= {part for part in _LITERAL.findall(text) if re.search(r"(?<!\$)\{\w+\}", part)}
    return found - _KEYS


def _calls(text, name):
    """Yield what stands between the brackets of each call of a function."""
    for at in re.finditer(rf"\b{name}\(", text):
        depth, end = 1, at.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[at.end() : end - 1]


def in_python():
    """Return the texts that Python says, with those of the tables that it says by a name."""
    found = set()
    for file in PRESENT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found |= _said(node)
            if isinstance(node, ast.Assign | ast.For):  # said by a name
                texts = [
                    c.value
                    for c in ast.walk(node.value if isinstance(node, ast.Assign) else node.iter)
                    if isinstance(c, ast.Constant) and isinstance(c.value, str)
                ]
                found |= {text for text in texts if " " in text and "\n" not in text and _TEMPLATE.search(text)}
    fixed = [style.KOSOVO_NOTE, style.ATTRIBUTION, style.BINDS, *style.GROUP_NAMES.values(), *ROLES.values()]
    fixed += [line.label for line in (*style.MODES.values(), *style.STATUS.values())]
    fixed += [label for label, *_ in _DRAWN.values()]
    fixed += [
        BEST_ROUTES,
        f"{BEST_ROUTES} before",
        f"{BEST_ROUTES} after",
        *(f"all {mode} links" for mode in style.MODES),
    ]
    return {text for text in found | set(fixed) if re.search("[A-Za-z]{2}", text) and not text.startswith("#")}


def _said(call):
    args = [a for arg in call.args for a in ((arg.body, arg.orelse) if isinstance(arg, ast.IfExp) else (arg,))]
    texts = [a.value for a in args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    match call.func.id:
        case "say":
            return set(texts)
        case "many" if len(texts) == 1:
            return {texts[0], f"{texts[0]}s"}
        case "many":
            return set(texts)
        case "Section" | "Table" | "_section":
            return set(texts[:1])
        case "Under":
            return set(texts[1:] if len(texts) > 2 else texts)
    return set()


def of_data():
    """Return what the tables of the shipped network and of the land bring to a page by a few words."""
    net = Network.load()
    kinds = {kind.replace("_", " ") for kind in net.places["kind"]} | set(net.links["mode"])
    return kinds | {name.text for name in names()} | set(net.links["length_confidence"]) | set(HEADINGS.values())
