"""One process that tries inputs of one door and says of each what became of it: a JSON line before, and one after.

What must hold of every input is in `broken`. Whoever started this process sees a crash or a hang by the missing line.
"""

import contextlib
import faulthandler
import json
import math
import os
import re
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time
import warnings
from pathlib import Path
from random import Random

from click.testing import CliRunner

from console import finite
from fuzz import broken_doors, doors, valid
from loading import load_once
from mobility.cli import cli
from mobility.model.network import Network

SPACE_GB, MEMORY_MB = 6, 1024  # of addresses, which libraries reserve in plenty; and of memory that is in use
_WARNING = re.compile(r"^\S+\.py:\d+: \w*Warning", re.MULTILINE)
_ASKED = []  # requests to a network
_EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"}


def _heard(event, details):
    if event in _EVENTS:
        _ASKED.append(f"{event} {details[-1]!r}")
        raise PermissionError(13, "no network in a fuzz test")


def files(*folders):
    return {str(f): f.read_bytes() for folder in folders for f in sorted(folder.rglob("*")) if f.is_file()}


def broken(words, result, before, after, scratch):
    """Return which promise an input broke, "" if none."""
    asked = f"a network request: {_ASKED[0]}" if _ASKED else ""
    return asked or _said(words, result) or _done(before, after, scratch)


def _said(words, result):
    """Return what is wrong with an answer."""
    error, status, out, err = result.exception, result.exit_code, result.stdout, result.stderr
    last = (err.strip().splitlines() or [""])[-1]
    if error is not None and not isinstance(error, SystemExit):
        return f"{type(error).__name__} came out"
    if status not in {0, 1, 2}:
        return f"exit status {status}: {last}"
    if "Traceback (most" in out + err:
        return "a traceback is shown"
    if warning := _WARNING.search(err):
        return f"a warning of a library is shown: {warning[0]}"
    if status == 2 and not last.startswith("Error: "):
        return f"refused, but the last line on stderr is {last!r}"
    if status == 0 and words[-2:] == ["-f", "json"] and "import" not in words:  # which has rows with --refresh only
        try:
            json.loads(out, parse_constant=finite)
        except (AssertionError, ValueError) as wrong:
            return f"no JSON: {wrong}"
    return ""


def peak_mb():
    """Return the most memory this process held; `ru_maxrss` would count that of the one which started it, too."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def _done(before, after, scratch):
    """Return what was done that should not be."""
    if before != after:
        return f"changed its input: {[name for name in {*before, *after} if before.get(name) != after.get(name)]}"
    if left := [str(f) for f in Path().rglob("*.part")] + [f.name for f in scratch.iterdir()]:
        return f"left behind: {left}"
    mb = peak_mb()
    return f"{mb:.0f} MB of memory" if mb > MEMORY_MB else ""


def answers(network):
    """Return what is said to the questions of the journals when there is none to go on from."""
    return {name: CliRunner().invoke(cli, ["--network", network, *line]) for name, line in valid.JOURNALS.items()}


def other(words, result, known):
    """Return whether an answer with a journal is not the answer without."""
    right = next(r for name, r in known.items() if words[2 : 2 + len(valid.JOURNALS[name])] == valid.JOURNALS[name])
    return "a journal changed the answer" * (result.exit_code == 0 and result.stdout != right.stdout)


def try_one(seed, door, number, known, scratch):
    """Make an input in an empty folder `box`, try it there, and return what became of it."""
    shutil.rmtree("../box", ignore_errors=True)
    Path("../box").mkdir()
    os.chdir("../box")
    for name in ("in", "out"):
        Path(name).mkdir()
    make, command = broken_doors.DOORS.get(door) or (doors.DOORS[door], doors.COMMANDS.get(door, cli))
    words = make(Random(f"{seed} {door} {number}"))
    _ASKED.clear()
    before, start = files(Path("in"), valid.VALID), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        result = CliRunner().invoke(command, words, prog_name="mobility")
    seconds = time.process_time() - start
    said = broken(words, result, before, files(Path("in"), valid.VALID), scratch)
    if door == "journal" and not said:
        said = other(words, result, known)
    what = {"words": words, "status": result.exit_code, "s": seconds, "mb": peak_mb()}
    return what | {"broken": said, "stderr": result.stderr}


def main():
    """Try inputs `first` to `stop` of a door: `child.py SEED DOOR FIRST STOP LIMIT_S UNTIL FOLDER`."""
    seed, door, first, stop, limit, until, folder = sys.argv[1:]
    scratch = Path(folder).absolute() / "tmp"
    scratch.mkdir()
    os.environ.update(
        TMPDIR=str(scratch), MOBILITY_DEBUG=f"{folder}/debug.txt", GDAL_HTTP_PROXY="", GDAL_HTTP_TIMEOUT="1"
    )
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)  # noqa: FBT003
    os.environ["GDAL_HTTP_PROXY"] = f"127.0.0.1:{listener.getsockname()[1]}"  # for requests Python does not see
    tempfile.tempdir = None
    valid.valid(Path(folder) / "valid")
    Path(folder, "box").mkdir()
    os.chdir(Path(folder, "box"))
    Network.load = staticmethod(load_once)  # the sound network of most doors is read once: a Network is never changed
    known = answers(valid.NETWORK)
    said = os.fdopen(os.dup(1), "w", buffering=1)
    log = Path(folder, "native.txt").open("w")  # noqa: SIM115 - libraries that are not Python write there
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    faulthandler.register(signal.SIGXCPU, file=log, chain=True)
    sys.addaudithook(_heard)
    resource.setrlimit(resource.RLIMIT_AS, (SPACE_GB << 30, SPACE_GB << 30))
    for number in range(int(first), int(stop)):
        print(json.dumps({"number": number}), file=said)
        # Seconds of processor time, so that a busy machine breaks nothing; by the clock only what waits for ever.
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + int(limit), resource.RLIM_INFINITY))
        faulthandler.dump_traceback_later(10 * float(limit), exit=True, file=log)
        found = try_one(seed, door, number, known, scratch)
        faulthandler.cancel_dump_traceback_later()
        with contextlib.suppress(BlockingIOError):
            listener.accept()
            found["broken"] = found["broken"] or "a network request by a library"
        log.flush()
        if not found["broken"] and (text := Path(folder, "native.txt").read_text(errors="replace").strip()):
            found["broken"] = f"a library wrote to the terminal: {text[:200]}"
        print(json.dumps(found), file=said)
        if found["broken"] or time.time() > float(until):  # after what is broken a new process goes on
            break


if __name__ == "__main__":
    main()
