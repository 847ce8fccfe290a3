"""`mobility shell`: the same answers as the commands give alone, one after another, with the network read once."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from console import mobility, whole
from mobility.cli import cli
from mobility.model.network import Network


def shell(*lines, network, status=0):
    result = CliRunner().invoke(cli, ["--network", str(network), "shell"], input="\n".join(lines), prog_name="mobility")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.output
    return result


def test_answers_are_those_of_the_commands(small):
    lines = [
        "routes -f csv",
        "whatif -x gate -f json",
        "mobility whatif -x gate -b border-rail",
        "route alfa delta -x bravo--echo-sea",
        "bottlenecks -f csv",
        "whatif --set-after gate:wait=3 -f csv",
        "routes -f csv",
    ]
    alone = [mobility(line.removeprefix("mobility "), network=small) for line in lines]
    result = shell(*lines, network=small)
    assert result.stdout == "".join(one.stdout for one in alone)
    assert result.stderr == "".join(one.stderr for one in alone)


def test_a_line_of_options_asks_what_if(small):
    assert shell("-x gate -f csv", network=small).stdout == mobility("whatif -x gate -f csv", network=small).stdout


def test_what_is_wrong_with_a_line_is_told_and_the_next_is_answered(small):
    lines = [
        "nonsense",
        "-x nowhere",
        "route 'alfa",
        "shell",
        "",
        "# a remark",
        "--help",
        "routes -f json",
        "quit",
        "routes",
    ]
    result = shell(*lines, network=small, status=2)
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 4
    assert "No such command 'nonsense'" in errors[0]
    assert "nowhere" in errors[1]
    assert "No closing quotation" in errors[2]
    assert "Traceback" not in result.stderr
    assert len(whole(result.stdout[result.stdout.index("{") :])["rows"]) == 2  # and nothing after "quit"


def test_the_answer_no_is_told_by_the_status(small):
    assert "no route" in shell("route alfa novo-1", network=small, status=1).stderr.casefold()


def test_tables_are_read_once(small, monkeypatch):
    loaded, load = [], Network.load
    monkeypatch.setattr(Network, "load", staticmethod(lambda *a, **k: loaded.append(a) or load(*a, **k)))
    shell(*(f"-x gate --set gate:wait={n}" for n in range(20)), "routes", network=small)
    assert len(loaded) == 1


def test_what_is_kept_is_not_changed(small):
    """The same question before and after others that close, build and set."""
    asked = [
        "whatif -x gate -f csv",
        "-b border-rail -f csv",
        "--set-after gate:wait=9 -f csv",
        "whatif -x gate -f csv",
    ]
    parts = shell(*asked, network=small).stdout.split("from,to")
    assert parts[1] == parts[4]


def test_a_reader_that_goes_ends_it(small):
    words = [sys.executable, "-m", "mobility.cli", "--network", str(small), "shell"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write(b"routes\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"2 of 2 pairs connected")
        process.stdout.close()
        process.stdin.write(b"links\n" * 50)
        process.stdin.close()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 141


@pytest.mark.parametrize("line", ["\x00", "\udc80", "x" * 200_000, "-x " * 2000, "'" * 501, "\\"])
def test_hostile_lines(small, line):
    result = CliRunner().invoke(
        cli, ["--network", str(small), "shell"], input=f"{line}\nroutes -f csv\n".encode(errors="surrogateescape")
    )
    assert result.exit_code == 2
    assert result.stdout.startswith("from,to")
    assert "Traceback" not in result.stderr
