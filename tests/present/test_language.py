"""The language of pages: a full table, the marks of numbers, and pages in which no English is left."""

import json
import re

import pytest
from click.testing import CliRunner
from whatif_pages import AT, LINKS, START

import spoken
from drawing import PLAIN, drawn
from mobility.cli import cli
from mobility.errors import InputError
from mobility.present import findings, language, maps, style
from mobility.present.language import number, say, speaking
from mobility.present.web.whatif import whatif_page

PLACE = re.compile(r"\{\w+(?::[^{}]*)?\}")
# English that is said in sentences which no page shows in German: docs/limits.md.
SENTENCES = {"change", "changes", "closure", "closures", "column", "columns", "crew", "crews", "deadline", "deadlines"}
SENTENCES |= {"bridge set", "bridge sets", "destinations", "draw", "draws", "force", "forces", "origin", "origins"}
SENTENCES |= {
    "profile and pace",
    "profiles and paces",
    "projects",
    "set",
    "sets",
    "leg",
    "legs",
    "hotspots",
    "{low:g} to {high:g}",
}


def german():
    return {key: text for part, texts in language.table("de").items() if part != "marks" for key, text in texts.items()}


def test_every_text_of_scripts_and_maps_is_in_the_table():
    known = german()
    assert spoken.in_scripts() - set(known) == set()
    assert spoken.in_python() - set(known) - SENTENCES == set()


def test_scripts_get_all_that_they_say():
    known = language.table("de")
    assert spoken.in_scripts() <= set(known["page"] | known["words"])


def test_names_on_land_and_water_and_kinds_are_german_or_the_same():
    """What has no entry is called alike: names of rivers and regions that German takes as they are, and units."""
    alike = {text for text in spoken.of_data() - set(german()) if " " in text or text.islower()}
    assert alike <= {"km", "t", "t/axle", "h", "Kosovo*"}


def test_no_text_loses_or_invents_a_value():
    for key, text in german().items():
        assert set(PLACE.findall(key)) == set(PLACE.findall(text)), key
    parts = [set(texts) for part, texts in language.table("de").items() if part != "marks"]
    assert sum(map(len, parts)) == len(set().union(*parts))  # no text stands twice


def test_numbers_have_the_marks_of_the_language():
    assert say("{hours:.1f} h", hours=1234.5) == "1234.5 h"
    assert number(1234567.25, ",.1f") == "1,234,567.2"
    with speaking("de"):
        assert number(1234567.25, ",.1f") == "1\u202f234\u202f567,2"
        assert say("{hours:.1f} h", hours=1.5) == "1,5 h"
        assert (
            say("{links} of {n:,} cannot be used", links="a, b. {n}", n=1000)
            == "a, b. {n} von 1\u202f000 nicht nutzbar"
        )
        assert say("not in the table, 1.5") == "not in the table, 1.5"
    assert number(1.5, ".1f") == "1.5"


def test_an_unknown_language_is_refused_in_a_line(tmp_path):
    with pytest.raises(InputError, match="no language is called 'fr': it is one of en, de"), speaking("fr"):
        pass
    done = CliRunner().invoke(cli, ["map", "--lang", "fr", "-o", str(tmp_path / "a.html")])
    assert done.exit_code == 2
    assert done.stderr.strip() == "Error: no language is called 'fr': it is one of en, de"


def test_titles_of_all_maps(featured):
    ends = ["a"], ["d"]
    with speaking("de"):
        titles = {
            "routes": maps.route_map(featured, *ends).title,
            "bottlenecks": maps.bottleneck_map(featured, *ends).title,
            "whatif": maps.whatif_map(featured, featured.close("link:a--b-road"), *ends).title,
            "protect": findings.protect(featured, *ends, f=1, k=1).title,
        }
        english = maps.network_map(featured).network.profiled() and findings.routes(featured, *ends).sentences
    assert re.fullmatch(r"\S+ – \S+: \d+,\d h, [\d\u202f]+ km", titles["routes"]), titles
    assert titles["bottlenecks"].startswith("Der Ausfall von ")
    assert "abgeschnitten" in titles["whatif"]
    assert titles["protect"].startswith("Geschützt: ")
    assert "die schlimmste Sperrung des Übrigen" in titles["protect"]
    assert "pairs connected, mean" in english[0]  # sentences stay English as a whole, with English marks
    assert not re.search(r"\d,\d h", english[0])


@pytest.mark.browser
@pytest.mark.xdist_group("map pages")
@pytest.mark.parametrize("kind", ["routes", "whatif", "bottlenecks", "interactive"])
def test_no_english_is_left_on_a_german_page(show, featured, kind):
    """No text of the table that differs in German stands on the page by its English, and the language is named."""
    ends = ["a"], ["d"]
    with speaking("de"):
        if kind == "interactive":
            html = whatif_page(drawn(*LINKS, places=AT, profile=PLAIN), given=START).html()
        else:
            view = {
                "routes": lambda: maps.route_map(featured),
                "whatif": lambda: maps.whatif_map(featured, featured.close("link:a--b-road").build("p"), *ends),
                "bottlenecks": lambda: maps.bottleneck_map(featured, *ends),
            }[kind]()
            html = view.page().html()
    tab = show(html)
    tab.run("document.querySelectorAll('details').forEach(node => { node.open = true; })")
    if kind == "interactive":
        tab.run("document.querySelector('[data-key=worst]')?.click()")
        tab.settle()
    tab.run("document.querySelectorAll('code, .mob-about').forEach(node => { node.hidden = true; })")
    shown = tab.run("""[document.body.innerText, ...[...document.querySelectorAll("[aria-label], [placeholder]")]
        .map(n => `${n.getAttribute("aria-label") || ""}\\n${n.placeholder || ""}`)].join("\\n")""")
    assert tab.run("document.documentElement.lang") == "de"
    others = [(key, text) for key, text in german().items() if text.casefold() != key.casefold()]
    left = [key for key, _ in others if len(key) > 2 and re.search(_pattern(key), shown)]
    german_too = " ".join(text for _, text in others)
    found = {key: re.search(".{0,30}" + _pattern(key) + ".{0,30}", shown)[0] for key in left}
    assert {key: at for key, at in found.items() if not re.search(_pattern(key), german_too)} == {}
    assert style.KOSOVO_NOTE not in json.dumps(shown)


def _pattern(key):
    """Match a text as a whole, whatever its values are."""
    return r"(?<![\w–])" + r"[^\n]{1,60}?".join(map(re.escape, PLACE.split(key))) + r"(?!\w)"
