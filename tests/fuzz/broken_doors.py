"""Doors that are broken on purpose, each in its own way: as these are seen, silence about the others is worth much."""

import json
import os
import socket
import sys
import time
import warnings
from pathlib import Path

import click


def _breaks(how):
    def make(_random):
        Path("in/input.csv").write_text("a\n1\n")
        return ["-f", "json" if how is _says_nan else "csv"]

    @click.command
    @click.option("-f", "fmt")
    def command(fmt):
        del fmt
        how()

    return make, command


def _dies():
    os.kill(os.getpid(), 9)


def _works():
    while True:
        pass


def _says_nan():
    click.echo(json.dumps(float("nan")))


def _hogs():
    return len(bytearray(1200 << 20))


def _connects():
    with socket.socket() as ours:
        ours.connect_ex(("127.0.0.1", 9))


# What it does, and a word of what must be said of it.
BROKEN = {
    "traceback": (lambda: 1 / 0, "ZeroDivisionError"),
    "status": (lambda: sys.exit(70), "status 70"),
    "interrupted": (lambda: sys.exit(130), "status 130"),
    "shown": (lambda: click.echo("Traceback (most recent call last)"), "traceback"),
    "warning": (lambda: warnings.warn("of a library", stacklevel=1), "warning"),
    "speechless": (lambda: sys.exit(2), "refused, but"),
    "slow": (_works, "signal 24"),
    "stuck": (lambda: time.sleep(100), "Timeout"),
    "dead": (_dies, "signal 9"),
    "greedy": (_hogs, "MB of memory"),
    "nosy": (_connects, "network request"),
    "careless": (lambda: Path("in/input.csv").write_text("b"), "changed its input"),
    "untidy": (lambda: Path("out/.1.part").write_text(""), "left behind"),
    "not_json": (_says_nan, "JSON"),
    "noisy": (lambda: os.write(2, b"ERROR 4: no such driver"), "wrote to the terminal"),
}
DOORS = {f"broken_{name}": _breaks(how) for name, (how, _) in BROKEN.items()}
