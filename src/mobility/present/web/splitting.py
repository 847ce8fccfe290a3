"""A page in three files: under a strict Content-Security-Policy a browser runs no script that stands in a page."""

from __future__ import annotations

import re

from mobility.errors import InputError

_BLOCK = re.compile(r"<(script|style)>(.*?)</\1>\s*", re.DOTALL)
_MADE = re.compile(r"\bnew Function\(|\bFunction\(|(?<![\w.])eval\(")


def split(page: str, name: str) -> dict[str, bytes]:
    """Return a page as NAME.html, NAME.js and NAME.css, by file name; the page, which needs the others, comes last.

    Parameters
    ----------
    page
        With all its scripts and styles inside it, as of `OfflineMap.html`.
    name
        Of the files, without a suffix.

    Raises
    ------
    InputError
        When a script makes code out of text, as MeasureControl's does: where no script may stand in a page, none may.
    """
    found: dict[str, list[str]] = {"script": [], "style": []}

    def taken(block: re.Match[str]) -> str:
        found[block[1]].append(block[2])
        return ""

    rest = _BLOCK.sub(taken, page)
    rest = rest.replace("</head>", f'<link rel="stylesheet" href="{name}.css">\n</head>', 1)
    end = rest.rindex("</html>")
    rest = f'{rest[:end]}<script src="{name}.js"></script>\n{rest[end:]}'
    script = "\n;\n".join(found["script"])  # one after the other, as they stood
    if _MADE.search(script):
        raise InputError(
            "a script of this page makes code out of text (MeasureControl does), and sites that forbid scripts inside "
            "pages forbid that too: leave it out, or write the page as one file"
        )
    return {
        f"{name}.js": script.encode(),
        f"{name}.css": "\n".join(found["style"]).encode(),
        f"{name}.html": rest.encode(),
    }
