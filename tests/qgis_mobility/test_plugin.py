"""The QGIS plugin: under QGIS without a window where that is installed, else against stand-ins for what it uses."""

import configparser
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import mobility
from mobility.cli import COMMANDS, cli

FOLDER = Path(mobility.__file__).parent
PYTHON = "/usr/bin/python3"  # QGIS of Debian has its modules there


def has_qgis():
    if not Path(PYTHON).exists():
        return False
    return subprocess.run([PYTHON, "-c", "import qgis.core"], check=False, capture_output=True).returncode == 0


def test_what_qgis_reads_of_it():
    about = configparser.ConfigParser()
    about.read(FOLDER / "qgis_mobility" / "metadata.txt", encoding="utf-8")
    assert about["general"]["version"] == mobility.__version__
    assert about["general"]["hasProcessingProvider"] == "yes"


@pytest.mark.slow
@pytest.mark.skipif(not has_qgis(), reason="QGIS (python3-qgis) is not installed")
def test_under_qgis(small, tmp_path):
    own = tmp_path / "own"
    own.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mobility "$@"\n', encoding="utf-8")
    own.chmod(0o700)
    home = Path(shutil.copytree(FOLDER / "qgis_mobility", tmp_path / "plugins" / "qgis_mobility")).parent
    words = [PYTHON, Path(__file__).with_name("headless.py"), home, small, tmp_path]
    settings = {"QT_QPA_PLATFORM": "offscreen", "MOBILITY_PROGRAM": str(own), "HOME": str(tmp_path)}
    env = {**os.environ, **settings}
    run = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, env=env, timeout=120)
    assert run.returncode == 0, run.stderr
    made = json.loads(run.stdout[run.stdout.index("{") :])
    assert "mobility:bottlenecks" in made["algorithms"]
    routes = made["routes"]
    assert (routes["done"], routes["crs"]) == (True, "EPSG:4326"), routes
    assert routes["rows"] > 0
    assert {"from", "to", "time_h"} <= set(routes["fields"])
    assert made["places"]["drawn"] == made["places"]["rows"] > 0
    assert not made["route"]["done"]
    assert "no place is called 'nowhere'" in made["route"]["said"]


class Stub:
    """Stands for a class of QGIS: takes anything, remembers its parameters."""

    TypeVectorPoint, TypeVectorLine = 0, 2

    def __init__(self, *given, **more):
        self.given, self.more = given, more

    def addParameter(self, parameter):  # noqa: N802
        self.parameters = [*getattr(self, "parameters", []), parameter]

    def addAlgorithm(self, algorithm):  # noqa: N802
        self.algorithms = [*getattr(self, "algorithms", []), algorithm]


def test_every_parameter_is_an_option_of_its_command(monkeypatch):
    core = ModuleType("qgis.core")
    core.__getattr__ = lambda name: type(name, (Stub,), {})
    monkeypatch.setitem(sys.modules, "qgis", ModuleType("qgis"))
    monkeypatch.setitem(sys.modules, "qgis.core", core)
    for name in ("plugin", "algorithms"):
        monkeypatch.delitem(sys.modules, f"mobility.qgis_mobility.{name}", raising=False)
    provider = importlib.import_module("mobility.qgis_mobility.plugin").Provider()
    provider.loadAlgorithms()
    assert provider.id() == "mobility"
    assert len(provider.algorithms) > 5
    for algorithm in provider.algorithms:
        again = algorithm.createInstance()
        again.initAlgorithm()
        assert again.name() in COMMANDS
        assert again.displayName()
        assert again.shortHelpString()
        command = cli.get_command(SimpleNamespace(), again.name())
        known = {word for param in command.params for word in param.opts}
        known |= {param.metavar or param.name.upper() for param in command.params} | {"OUTPUT", "--network"}
        for parameter in again.parameters:
            word = parameter.given[0]
            assert (word if word.isupper() else f"--{word}") in known, (again.name(), word)
    for name in ("plugin", "algorithms"):
        sys.modules.pop(f"mobility.qgis_mobility.{name}", None)
