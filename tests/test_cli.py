"""The command line as a demanding newcomer meets it: every command, every option, every way to get it wrong.

Most tests run on `small`, a drawn network written to a folder, through `--network`; a few on the shipped one,
and some in a real process. No test hands a device of the machine to `-o`: as root a careless tool replaces it.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from console import COMMANDS, mobility
from mobility import __version__
from mobility.cli import cli


def process(*words, env=None, timeout=60, **options):
    """Run a command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "mobility.cli", *map(str, words)],
        timeout=timeout,
        check=False,
        env={**os.environ, **(env or {})},
        **({"capture_output": True, "encoding": "utf-8"} | options),
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    result = mobility([command, "-h"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == mobility([command, "--help"]).stdout
    assert result.stdout.startswith(f"Usage: mobility {command} ")
    assert max(map(len, result.stdout.splitlines())) <= 110


def test_short_help_whoever_parsed_first():
    """Click keeps the first answer to which options ask for help: here that of a program that parses alone."""
    code = (
        "from click.testing import CliRunner; from mobility.cli import cli;"
        "cli.get_command(None, 'route').make_context('route', ['a', 'b'], resilient_parsing=True);"
        "raise SystemExit(CliRunner().invoke(cli, ['route', '-h']).exit_code)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_lists_every_command_and_no_option_lacks_help():
    text = mobility("--help").stdout
    assert set(cli.list_commands(None)) >= set(COMMANDS)
    for name in cli.list_commands(None):
        command = cli.get_command(None, name)
        assert re.search(rf"^  {name} +\S", text, re.MULTILINE), f"{name} is not explained"
        assert all(o.help for o in command.params if o.param_type_name == "option"), (
            f"{name} has an option without help"
        )


def test_version():
    assert mobility("--version").stdout == f"mobility, version {__version__}\n"


def test_a_process_prints_the_same_data_whatever_the_hash_and_folder(small, run, tmp_path):
    one = process("--network", small, "routes", "-f", "json", env={"PYTHONHASHSEED": "7"}, cwd=tmp_path)
    assert (one.returncode, one.stdout) == (0, run("routes -f json").stdout)
    none = process("--network", small, "route", "alfa", "foxtrot", "-q")
    assert (none.returncode, none.stdout, len(none.stderr.splitlines())) == (1, "", 1)


def test_it_works_from_another_folder(tmp_path):
    result = process("routes", "--from", "durres", "--to", "varna", "-f", "csv", "-q", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == 2


def test_a_console_without_the_letters(small):
    """A pipe on Windows is cp1252 and has no Đ and no arrow: replace them or write UTF-8, but do not fall over."""
    env = {"PYTHONIOENCODING": "cp1252"}
    result = process("--network", small, "links", "-x", "delta", env=env, encoding="latin-1")
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr


def test_a_reader_that_leaves_early_is_no_error():
    words = [sys.executable, "-m", "mobility.cli", "links", "-f", "csv"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdout.readline()
        run.stdout.close()
        error = run.stderr.read().decode()
    assert "Traceback" not in error
    assert "Exception" not in error


def test_stdout_on_a_full_disk_is_one_line(small):
    """Opened for writing only, as `> /dev/full` does; its path never reaches `-o`."""
    with Path("/dev/full").open("wb") as full:
        words = ("--network", small, "links", "-f", "json")
        result = process(*words, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert result.returncode not in {0, None}
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("Error: ")


JUNK = [
    "", " ", "-", "--", "-x", "-o", "--set", "\u202e", "\x1b[31m", "🦄", "a" * 3000, "set:", "link:", "area:.",
    "around:alfa:1e-9", "corridor:T", "country:AA", "nan", "-1", "1e999", "{{7*7}}", "%s", "alfa", "alfa–bravo",
]  # fmt: skip
ANYWHERE = [
    "", "route @ delta", "route alfa @", "route alfa delta @", "check @", "routes --from @", "routes --to @",
    "places --kind @", "places --country @", "links --corridor @", "links --kind @", "map --show @", "export -x @",
    *(f"route alfa delta {o} @" for o in "-x -b --set -p -m --transit --borders -s -f -k --via".split()),
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_junk_anywhere_is_never_a_traceback(run, tmp_path, monkeypatch, junk):
    """`mobility` itself fails on an exception and on an exit status other than 0, 1, 2."""
    monkeypatch.chdir(tmp_path)
    for line in ANYWHERE[JUNK.index(junk) % 3 :: 3]:
        result = run([junk if word == "" else word for word in line.split()])
        if result.exit_code == 2:
            assert result.stdout == "" or line.startswith("check")
            assert "Error: " in result.stderr or "Usage: " in result.stderr + result.stdout
    assert list(tmp_path.iterdir()) == []


def test_as_a_module():
    run = subprocess.run([sys.executable, "-m", "mobility", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout == f"mobility, version {__version__}\n"
