"""Run the `$ mobility ...` blocks of README.md and put their real output in: `python tests/tools/readme.py [PART]`.

With a part of a command only those that hold it.
"""

import contextlib
import re
import shlex
import sys
from pathlib import Path

from click.testing import CliRunner

from mobility.cli import cli

README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"(?ms)^```console\n(\$ (?:echo '[^'\n]*' \| )?mobility .*?)\n```$")


def blocks(text):
    """Return the console blocks as (whole block, command, number of lines shown)."""
    return [(match[1], match[1].split("\n", 1)[0][2:], match[1].count("\n")) for match in _BLOCK.finditer(text)]


def output(command):
    """Run a command as the reader would; `echo '...' |` before it and `| head -n N` at its end are ours to obey."""
    command, _, pipe = command.partition(" | head -n ")
    asked, _, command = command.rpartition(" | ")
    with contextlib.chdir(README.parent):
        done = CliRunner(env={"COLUMNS": "110", "NO_COLOR": "1"}).invoke(
            cli, shlex.split(command)[1:], input=asked[6:-1], prog_name="mobility", catch_exceptions=False
        )
    lines = done.stdout.splitlines()
    shown = lines[: int(pipe)] if pipe else lines
    notes = [line for line in done.stderr.splitlines() if line]
    return "\n".join(line.rstrip() for line in [*shown, *notes])


def renewed(text, part=""):
    """Return the README with the output of every block as it is now, whose command holds `part`."""
    for block, command, _ in blocks(text):
        if part not in command:
            continue
        text = text.replace(f"```console\n{block}\n```", f"```console\n$ {command}\n{output(command)}\n```")
    return text


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8"), *sys.argv[1:]), encoding="utf-8")
