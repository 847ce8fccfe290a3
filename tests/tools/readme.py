"""Put the real output into the `$ mobility ...` blocks of README.md and docs/: `python tests/tools/readme.py [PART]`.

With a part of a command only those that hold it.
"""

import contextlib
import re
import shlex
import sys
from pathlib import Path

from click.testing import CliRunner

from mobility.cli import cli

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_BLOCK = re.compile(r"(?ms)^```console\n(\$ (?:echo '[^'\n]*' \| )?mobility .*?)\n```$")


def blocks(text):
    """Return the console blocks as (whole block, command, number of lines shown)."""
    return [(match[1], match[1].split("\n", 1)[0][2:], match[1].count("\n")) for match in _BLOCK.finditer(text)]


def output(command):
    """Run a command as the reader would; `echo '...' |` before it and `| head -n N` (or tail) after it are obeyed."""
    found = re.fullmatch(r"(?:echo '(.*)' \| )?(.*?)(?: \| (head|tail) -n (\d+))?", command)
    asked, command, end, number = found.groups()
    with contextlib.chdir(ROOT):
        done = CliRunner(env={"COLUMNS": "110", "NO_COLOR": "1"}).invoke(
            cli, shlex.split(command)[1:], input=asked, prog_name="mobility", catch_exceptions=False
        )
    lines = done.stdout.splitlines()
    many = int(number or len(lines))
    shown = lines[-many:] if end == "tail" else lines[:many]
    notes = [line for line in done.stderr.splitlines() if line]
    return "\n".join(line.rstrip() for line in [*shown, *notes])


def renewed(text, part=""):
    """Return a page with the output of every block as it is now, whose command holds `part`."""
    for block, command, _ in blocks(text):
        if part not in command:
            continue
        text = text.replace(f"```console\n{block}\n```", f"```console\n$ {command}\n{output(command)}\n```")
    return text


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(renewed(page.read_text(encoding="utf-8"), *sys.argv[1:]), encoding="utf-8")
