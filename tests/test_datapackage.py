"""geodata/datapackage.json is that of the files, and a Frictionless data package that validates."""

import csv
import json
import subprocess
import sys

import pytest

from mobility.vocabulary import VERSION
from tools.data_dictionary import GEODATA
from tools.datapackage import field, package

KEYS = {"places": "id"}


def test_it_is_up_to_date():
    told = (GEODATA / "datapackage.json").read_text(encoding="utf-8")
    assert told == package(), "run: python tests/tools/datapackage.py"
    assert json.loads(told)["version"] == VERSION


def column(name, kind, unit="", required="no"):
    return {"column": name, "type": kind, "unit": unit, "required": required, "meaning": "what it is"}


@pytest.mark.parametrize(
    ("told", "made"),
    [
        (column("id", "text", required="yes"), {"type": "string", "constraints": {"required": True}}),
        (column("km", "number", "km"), {"type": "number", "unit": "km"}),
        (column("lanes", "integer", "1"), {"type": "integer", "unit": "1"}),
        (column("new", "yes/no"), {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}),
        (column("mode", "one of road|rail"), {"type": "string", "constraints": {"enum": ["road", "rail"]}}),
        (
            column("modes", "some of road|rail"),
            {"type": "string", "constraints": {"pattern": "^(road|rail)(; ?(road|rail))*$"}},
        ),
        (column("source", "refs sources"), {"type": "string"}),
    ],
)
def test_a_column_becomes_a_field(told, made):
    assert field(told, KEYS) == ({"name": told["column"], "description": "what it is"} | made, None)


def test_one_reference_is_a_foreign_key():
    _, key = field(column("from", "ref places"), KEYS)
    assert key == {"fields": "from", "reference": {"resource": "places", "fields": "id"}}


def test_a_package_has_the_columns_of_the_file_in_its_order(tmp_path):
    """Also where the file leaves one out; the files that are not there are no resources."""
    (tmp_path / "schema.csv").write_text(
        "table,column,type,unit,required,meaning\nplaces,id,text,,yes,key\nplaces,note,text,,no,n\n"
        "places,km,number,km,no,far\nlinks,id,text,,yes,key\nlinks,from,ref places,,yes,start\n",
        encoding="utf-8",
    )
    (tmp_path / "places.csv").write_text("km,id\n1,a\n", encoding="utf-8")
    (tmp_path / "links.csv").write_text("id,from\nx,a\n", encoding="utf-8")
    made = {one["name"]: one for one in json.loads(package(tmp_path))["resources"]}
    assert list(made) == ["links", "places", "schema"]
    assert [f["name"] for f in made["places"]["schema"]["fields"]] == ["km", "id"]
    assert made["places"]["schema"]["primaryKey"] == "id"
    assert "foreignKeys" in made["links"]["schema"]


def test_every_table_of_the_shipped_network_is_a_resource():
    told = {one["path"]: one for one in json.loads(package())["resources"]}
    for file in GEODATA.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            assert [f["name"] for f in told[file.name]["schema"]["fields"]] == next(csv.reader(lines))
    assert {"links.geojson", "profiles.toml", "basemap.geojson", "backdrop.geojson"} < set(told)


@pytest.mark.slow
def test_frictionless_finds_nothing():
    """In a process of its own: its libraries warn."""
    pytest.importorskip("frictionless", reason="validating needs mobility[test]")
    words = [sys.executable, "-m", "frictionless", "validate", str(GEODATA / "datapackage.json")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "INVALID" not in done.stdout
