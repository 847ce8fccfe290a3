"""What the EU asks: every row names its article, the shipped table is sound, and a faulty one is refused."""

import csv
import re

import pytest

from mobility.errors import InputError
from mobility.model.cells import bad_cells
from mobility.model.files import default_folder
from mobility.model.requirements import read_requirements
from mobility.model.tables import read_schema
from mobility.vocabulary import split

ROWS = list(csv.DictReader((default_folder() / "requirements.csv").read_text(encoding="utf-8").splitlines()))
HEAD = "id,name,mode,of,column,test,tells,value,unit,article,network,binds,due,confidence,source,note\n"
ROW = "a,axle load,rail,link,max_axle_t,at least,both,22.5,t,Article 1,TEN-T,Member States,,high,x,\n"


def test_the_cells_are_sound_and_sourced(shipped):
    columns = read_schema(default_folder() / "schema.csv")["requirements"]
    assert list(ROWS[0]) == list(columns)
    for cell, column in columns.items():
        assert list(bad_cells([row[cell] for row in ROWS], column)) == []
    assert {s for row in ROWS for s in split(row["source"])} <= set(shipped.sources["id"])


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_every_requirement_names_where_its_act_says_so(row):
    """The dual-use values stand in numbered rows of the Annex, those of the TEN-T in articles."""
    form = {"eu-2021-1328": r"Annex, Table [34], No \d+", "eu-2024-1679": r"Article \d+\(\d+\).*"}[row["source"]]
    assert re.fullmatch(form, row["article"])
    assert row["confidence"] == "high", "read in the text of the act"


def test_the_values_of_the_acts():
    """As the Official Journal prints them (L 288, 11.8.2021, p. 37; L 2024/1679, 28.6.2024)."""
    found = {row.id: (row.value, row.unit, row.article) for row in read_requirements()}
    assert found["rail_axle"] == ("22.5", "t", "Annex, Table 3, No 13")
    assert found["rail_train"] == ("740", "m", "Annex, Table 3, No 14")
    assert found["rail_gauge"] == ("1435", "mm", "Annex, Table 3, No 8")
    assert found["rail_loading_gauge"] == ("GC;P400", "", "Annex, Table 3, No 9")
    assert found["road_gross"] == ("130", "t", "Annex, Table 4, No 3")
    assert found["road_axle"] == ("12.23", "t", "Annex, Table 4, No 3")
    assert found["bridge_gross"] == ("130", "t", "Annex, Table 4, No 4")
    assert found["tent_axle"][2].startswith("Article 15(2)(b)")
    assert found["tent_train"][2].startswith("Article 15(2)(c)")
    assert found["tent_semitrailer"][2] == "Article 16(8)"


def test_in_words():
    by_id = {row.id: row for row in read_requirements()}
    assert by_id["rail_axle"].label == "axle load 22.5 t"
    assert by_id["rail_axle"].short("20") == "axle load 20 of 22.5 t"
    assert by_id["tent_wire"].label == "fully electrified"
    assert by_id["tent_wire"].short("no") == "fully electrified: no"
    assert by_id["rail_gauge"].short("1520") == "track gauge: 1520 mm"
    assert by_id["rail_loading_gauge"].label == "loading gauge GC or P400"
    assert by_id["rail_axle"].judged
    assert not by_id["tent_ertms"].judged


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "file is missing"),
        (HEAD, "has no rows"),
        (HEAD + ROW + ROW, "requirements.csv:3: id 'a' is used twice"),
        (HEAD + ROW.replace("22.5", "heavy"), "value 'heavy' is no number"),
        (HEAD + ROW.replace("22.5", "-1"), "value '-1' is no number"),
        (HEAD + ROW.replace("max_axle_t", "axles"), "column 'axles' is none of links.csv"),
        (HEAD + ROW.replace("rail,link", "rail,bridge"), "column 'max_axle_t' is none of structures.csv"),
        (HEAD + ROW.replace("rail,", "canal,"), "mode 'canal' is not one of"),
        (HEAD + ROW.replace("Article 1", ""), "article"),
        ("id,value\na,4\n", "column 'name' is missing"),
    ],
)
def test_a_faulty_table_is_refused(tmp_path, text, said):
    file = tmp_path / "requirements.csv"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_requirements(file)
    assert said in str(error.value)
