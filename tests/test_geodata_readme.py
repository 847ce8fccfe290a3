"""geodata/README.md tells the truth: its counted parts are those of the files, and nothing is left out."""

import csv
import re

import pytest

from tools.data_dictionary import GEODATA, PARTS, counts, dictionary, doubtful, lengths, lines, rewritten, rows, waits

TEXT = (GEODATA / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    """A network of four links, two of them doubtful for the same reason.

    a ==(road 10 high, rail 30 low)== b --road 20 medium (planned)-- c --sea 40 low-- a
    """
    links = [
        ("a-b-road", "A–B", "road", "VIII", "10", "open", "", "", "", "high"),
        ("a-b-rail", "A–B", "rail", "VIII", "30", "open", "", "works", "yes", "low"),
        ("b-c-road", "B–C", "road", "access", "20", "planned", "2030", "", "", "medium"),
        ("b-d-rail", "B–D", "rail", "VIII", "60", "open", "", "works", "yes", "high"),
        ("c-a-sea", "C–A", "sea", "sea", "40", "open", "", "", "", "low"),
    ]
    head = "id name mode corridors length_km status opens restriction doubtful length_confidence".split()
    write(tmp_path / "links.csv", head, links)
    places = [("a", "port", "road-rail", "estimate: drawn"), ("b", "city", "road-rail", "x"), ("c", "port", "", "")]
    write(tmp_path / "places.csv", ["id", "kind", "transfer", "transfer_source"], places)
    borders = [("b", "internal", "road", "0.5"), ("c", "internal", "road", "0.50"), ("b", "outer", "rail", "2")]
    write(tmp_path / "borders.csv", ["place", "regime", "mode", "wait_h"], borders)
    made = ("straight", "straight", "osm-simplified")
    features = ",".join(f'{{"type":"Feature","properties":{{"geometry_source":"{m}"}}}}' for m in made)
    (tmp_path / "links.geojson").write_text(f'{{"features":[{features}]}}', encoding="utf-8")
    return tmp_path


def write(file, head, body):
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *body])


def test_readme_is_up_to_date():
    assert rewritten(TEXT) == TEXT, "run: python tests/tools/data_dictionary.py"


def test_counts_by_mode_and_status(folder):
    text = counts(folder)
    assert "| road | 1 | 0 | 1 | 0 | 0 | 2 | 10 |" in text
    assert "| rail | 2 | 0 | 0 | 0 | 0 | 2 | 90 |" in text
    assert "| all | 4 | 0 | 1 | 0 | 0 | 5 | 140 |" in text
    assert "3 places in 0 countries: 2 port, 1 city." in text
    assert "2 places where the mode can be changed; 1 of them are estimates." in text
    assert "2 links are marked doubtful, 2 of these are open." in text
    assert "1 links are access links only" in text


def test_shares_of_lengths(folder):
    text = lengths(folder)
    assert "| rail | 1 | 0 | 1 | 50 % | 67 % |" in text
    assert "| all | 2 | 1 | 2 | 60 % | 56 % |" in text


def test_waits_are_grouped(folder):
    assert "| internal | road | 0.5 h (2) |" in waits(folder)
    assert "| outer | rail | 2 h (1) |" in waits(folder)


def test_lines_by_how_they_were_made(folder):
    assert [line.split("|")[-2].strip() for line in lines(folder).splitlines()[2:]] == ["2", "1"]


def test_doubtful_links_of_one_reason_share_a_line(folder):
    assert doubtful(folder) == "- A–B, B–D (rail): works."


def test_dictionary_names_every_column(tmp_path):
    schema = [
        ("links", "mode", "one of road|rail", "", "yes", "mode"),
        ("links", "length_km", "number", "km", "no", "L"),
    ]
    write(tmp_path / "schema.csv", "table column type unit required meaning".split(), schema)
    text = dictionary(tmp_path / "schema.csv")
    assert text.startswith("### links.csv\n")
    assert "| `mode` | one of road, rail |  | yes | mode |" in text
    assert "| `length_km` | number | km | no | L |" in text


@pytest.mark.parametrize("part", PARTS)
def test_missing_marker_is_told(part):
    with pytest.raises(ValueError, match=part):
        rewritten(TEXT.replace(f"<!-- /{part} -->", ""))


def test_rewriting_leaves_the_rest_alone():
    marked = re.compile(r"<!-- (\w+) -->.*?<!-- /\1 -->", re.DOTALL)
    spoilt = marked.sub(lambda m: f"<!-- {m[1]} -->\nold\n<!-- /{m[1]} -->", TEXT)
    assert spoilt != TEXT
    assert rewritten(spoilt) == TEXT


@pytest.mark.parametrize("file", sorted(p.name for p in GEODATA.iterdir() if p.is_file() and p.suffix != ".md"))
def test_every_file_is_described_and_licensed(file):
    licences = TEXT.split("## Licences")[1].split("## What stays doubtful")[0]
    assert f"| `{file}` |" in TEXT.split("## Correct a row")[0]
    assert f"`{file}`" in licences


@pytest.mark.parametrize("code", [r["code"] for r in rows(GEODATA / "corridors.csv")])
def test_every_corridor_is_described(code):
    assert f"`{code}`" in TEXT.split("## Corridors")[1].split("## Licences")[0]


def test_every_doubtful_link_is_listed():
    part = TEXT.split("### Links marked doubtful")[1].split("<!-- /doubtful -->")[0]
    names = {r["name"] for r in rows(GEODATA / "links.csv") if r["doubtful"] == "yes"}
    assert {name for name in names if name not in part} == set()
