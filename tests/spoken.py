"""What pages and maps say, by its English: read from the code of both languages, and from the tables that it says."""

import ast
import re
from pathlib import Path

from mobility.model.network import Network
from mobility.present import style
from mobility.present.backdrop import names
from mobility.present.findings.compliance import _DRAWN
from mobility.present.legend_rows import ROLES
from mobility.present.tables import HEADINGS

PRESENT = Path(style.__file__).parent
_JS = (
    re.compile(r'\bsay\(\s*(?:[^",()]+(?:\([^()]*\))? \? )?"([^"]+)"(?: : "([^"]+)")?'),
    re.compile(r'\bseveral\([^"]*?"([^"]+)", "([^"]+)"'),
)
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
# Scripts say these by a name: the texts stand where it is declared, or where it is handed on.
_BY_NAME = {
    "whatif/page.js": ("DRAWING", "LOST"),
    "whatif/panel.js": ("HINT",),
    "whatif/copy.js": ("DONE", "NOT"),
    "whatif/choices.js": ("SELECTS",),
    "whatif/side.js": ("SIDES",),
    "whatif/offers.js": ("GROUPS",),
}


def in_scripts():
    """Return the texts of the scripts."""
    found = set()
    folder = PRESENT / "web" / "js"
    for file in folder.rglob("*.js"):
        text = file.read_text(encoding="utf-8")
        for pattern in _JS:
            found |= {one for groups in pattern.findall(text) for one in groups if one}
        for name in _BY_NAME.get(file.relative_to(folder).as_posix(), ()):
            declared = re.search(rf"const {name} =(.*?);\n", text, re.DOTALL)[1]
            parts = _LITERAL.findall(declared)
            found |= {"".join(parts)} if name in {"DRAWING", "HINT", "LOST", "DONE", "NOT"} else set(parts)
        found |= {f"{words} {{name}}." for words in re.findall(r'"((?:Closed|Opened again|Built)) \{name\}\."', text)}
        if file.name == "toggle.js":
            found.add("Not built any more: {name}.")
    keys = {"profile", "pace", "transit", "regime", "profiles", "paces", "transits", "regimes", ""}
    return found - keys


def in_python():
    """Return the texts that Python says, with those of the tables that it says by a name."""
    found = set()
    for file in PRESENT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found |= _said(node)
    fixed = [style.KOSOVO_NOTE, style.ATTRIBUTION, style.BINDS, *style.GROUP_NAMES.values(), *ROLES.values()]
    fixed += [line.label for line in (*style.MODES.values(), *style.STATUS.values())]
    fixed += [label for label, *_ in _DRAWN.values()]
    return found | set(fixed)


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
