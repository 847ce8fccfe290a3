"""Names as people type them."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.errors import AmbiguousNameError, UnknownNameError
from mobility.model.names import Named, NameIndex, fold, fold_all

DURRES = Named("place", "durres", "Durrës")
INDEX = NameIndex(lambda: [
    (DURRES, ["Durres"], ["Durazzo", "Δυρράχιο", "Драч"]), (Named("place", "arad", "Arad"), [], []),
    (Named("place", "arad-west", "Arad West"), [], ["Arad"]), (Named("place", "nis", "Niš"), [], ["Ниш", "Nissa"]),
    (Named("place", "nice", "Nice"), [], ["Nissa"]), (Named("link", "arad-nis-road", "Arad–Niš"), ["Niš–Arad"], []),
    (Named("link", "arad-nis-rail", "Arad–Niš"), ["Niš–Arad"], []),
    (Named("project", "new-bridge", "Neue Brücke"), [], []), (Named("structure", "bridge", "Neue Brücke"), [], []),
])  # fmt: skip
ANY = ("place", "link", "project", "structure")


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("durres", "durres"),
        ("Durrës", "durres"),
        ("DURRËS", "durres"),
        ("  Durrës  ", "durres"),
        ("Durre\u0308s", "durres"),  # accent typed as a mark of its own
        ("Librazhd–Përrenjas", "librazhd-perrenjas"),
        ("Librazhd-Përrenjas", "librazhd-perrenjas"),
        ("Librazhd — Përrenjas", "librazhd-perrenjas"),
        ("Librazhd−Përrenjas", "librazhd-perrenjas"),
        ("librazhd_perrenjas", "librazhd-perrenjas"),
        ("librazhd perrenjas", "librazhd-perrenjas"),
        ("Librazhd --- Përrenjas", "librazhd-perrenjas"),
        ("Çanakkale BOĞAZI", "canakkale-bogazi"),
        ("Kapıkule", "kapikule"),
        ("KAPIKULE", "kapikule"),
        ("İpsala", "ipsala"),
        ("Łódź", "lodz"),
        ("Đakovo", "dakovo"),
        ("đakovo", "dakovo"),
        ("Ærø", "aero"),
        ("Œuvre", "oeuvre"),
        ("Ørsted", "orsted"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("STRAẞE", "strasse"),
        ("Suðuroy", "suduroy"),
        ("Țăndărei", "tandarei"),
        ("Székesfehérvár", "szekesfehervar"),
        ("Қазақ", fold("қазақ")),
        ("ΑΛΕΞΑΝΔΡΟΎΠΟΛΗ", fold("αλεξανδρουπολη")),
        ("Λάρισας", fold("ΛΑΡΙΣΑΣ")),  # final sigma
        ("Й", fold("й")),
        ("ﬁume", "fiume"),  # ligature
        ("Ｎｉš", "nis"),  # full width
        ("E-65/A3 (planned)", "e-65-a3-planned"),
        ("", ""),
        ("–", ""),
        (" _-_ ", ""),
    ],
)
def test_fold(typed, folded):
    assert fold(typed) == folded


@settings(max_examples=100)
@given(st.text())
@example("№ 3")
@example("Kipoi™")
@example("𝐃urres")
@example("ŉ")
@example("İI")
def test_fold_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


def test_fold_is_idempotent_for_every_letter():
    letters = (chr(c) for c in range(0x20000) if unicodedata.category(chr(c)) not in {"Cn", "Co", "Cs"})
    assert [c for c in letters if fold(fold(c)) != fold(c)] == []


@settings(max_examples=80)
@given(st.text(alphabet="abc dëžđŁıøß–-_/КΩς", max_size=20))
def test_case_and_form_do_not_matter(text):
    assert fold(text.upper()) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@pytest.mark.parametrize("letter", "łđıøßæœð")
def test_letters_nfkd_leaves_alone_become_ascii(letter):
    assert fold(letter).isascii()
    assert fold(letter.upper()) == fold(letter)


@pytest.mark.parametrize("typed", [
    "durres", "Durrës", "DURRES", " dürres ", "Durazzo", "ΔΥΡΡΆΧΙΟ", "δυρραχιο", "драч", "place:durres",
    "PLACE: Durrës",
])  # fmt: skip
def test_one(typed):
    assert INDEX.one(typed, ANY) is DURRES
    assert INDEX.one("–arad–", ("place",)).id == "arad"


@pytest.mark.parametrize("part", ["durre", "urres", "durres-port", "west", "arad nis", "new bridge road"])
def test_match_is_whole(part):
    with pytest.raises(UnknownNameError):
        INDEX.find(part, ("place", "project", "structure"))
    with pytest.raises(UnknownNameError):  # nor is the name of a link split at its dash
        INDEX.one("Arad–Niš", ("place",))


def test_id_beats_name_and_name_beats_alias():
    index = NameIndex(
        lambda: [
            (Named("place", "x", "Alpha"), [], ["Beta"]),
            (Named("place", "alpha", "Gamma"), [], []),
            (Named("place", "y", "Beta"), [], []),
        ]
    )
    assert index.one("Alpha", ("place",)).id == "alpha"
    assert index.one("beta", ("place",)).id == "y"
    assert INDEX.one("Arad", ("place",)).id == "arad"


def test_link_names_match_both_ways_and_find_all():
    for typed in ("Arad–Niš", "nis-arad", "ARAD - NIŠ"):
        assert [hit.id for hit in INDEX.find(typed, ("link",))] == ["arad-nis-road", "arad-nis-rail"]
    assert [hit.id for hit in INDEX.find("arad-nis-rail", ("link",))] == ["arad-nis-rail"]


@pytest.mark.parametrize(("typed", "kinds", "ids"), [
    ("nissa", ("place",), ["place:nice", "place:nis"]),
    ("Arad–Niš", ("link",), ["link:arad-nis-rail", "link:arad-nis-road"]),
    ("neue brucke", ANY, ["project:new-bridge", "structure:bridge"]),
])  # fmt: skip
def test_ambiguity_lists_the_ids(typed, kinds, ids):
    with pytest.raises(AmbiguousNameError) as caught:
        INDEX.one(typed, kinds)
    assert str(caught.value) == f"{typed!r} names 2 things: {', '.join(ids)}. Give one of these ids."
    assert caught.value.exit_code == 2
    for key in ids:  # what it lists can be typed
        assert (INDEX.one(key, ANY).kind, INDEX.one(key, ANY).id) == tuple(key.split(":"))


def test_prefix_narrows_and_only_to_kinds_asked_for():
    with pytest.raises(UnknownNameError, match="no link is called"):
        INDEX.find("link:durres", ANY)
    with pytest.raises(UnknownNameError, match="no place is called 'link:arad-nis-rail'"):
        INDEX.find("link:arad-nis-rail", ("place",))


@pytest.mark.parametrize(("typed", "kinds", "hint"), [
    ("Durës", ("place",), "Did you mean Durrës (durres)?"),
    ("durrës port", ("place",), "Did you mean Durrës (durres)?"), ("Drač", ("place",), "no place is called 'Drač'."),
    ("arad-nis-roda", ("link",), "Arad–Niš (arad-nis-road)"), ("new-bridg", ANY, "Neue Brücke (new-bridge)"),
])  # fmt: skip
def test_suggestions(typed, kinds, hint):
    with pytest.raises(UnknownNameError) as caught:
        INDEX.one(typed, kinds)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("typed", ["", "  ", "–", "zzzzzzzz", "🚂", "place:", "a" * 5000])
def test_nothing_near(typed):
    with pytest.raises(UnknownNameError) as caught:
        INDEX.one(typed, ("place",))
    assert str(caught.value) == f"no place is called {typed!r}."


def test_suggestions_are_of_the_kind_asked_for():
    index = NameIndex(
        lambda: [(Named("place", "here", "Alpha Beta"), [], []), (Named("project", "ab-project", "Alpha Beta"), [], [])]
    )
    with pytest.raises(UnknownNameError) as caught:
        index.one("Alpha Bets", ("project",))
    assert "Alpha Beta (ab-project)" in str(caught.value)
    with pytest.raises(UnknownNameError) as caught:
        INDEX.one("durrees", ("place",))
    assert str(caught.value).count("(durres)") == 1
    with pytest.raises(UnknownNameError, match=r"Did you mean Durrës \(durres\)\?"):
        INDEX.one("durr", ("place",))


@pytest.mark.parametrize(("typed", "place"), [
    ("Скопје", "skopje"), ("СКОПЈЕ", "skopje"), ("Shkup", "skopje"), ("Üsküp", "skopje"), ("София", "sofia"),
    ("Београд", "beograd"), ("Ниш", "nis"), ("Niš", "nis"), ("Бургас", "burgas"), ("Варна", "varna"), ("Русе", "ruse"),
    ("Θεσσαλονίκη", "thessaloniki"), ("ΘΕΣΣΑΛΟΝΙΚΗ", "thessaloniki"), ("Thessaloníki", "thessaloniki"),
    ("Αλεξανδρούπολη", "alexandroupoli"), ("αλεξανδρουπολη", "alexandroupoli"), ("DURRËS", "durres"),
    ("durres", "durres"), ("Крива Паланка", "kriva-palanka"),
])  # fmt: skip
def test_aliases_of_the_shipped_network(shipped, typed, place):
    assert shipped.names.one(typed, ("place",)).id == place


def test_every_shipped_id_is_found_by_itself(shipped):
    for kind, ids in {
        "place": shipped.places.index,
        "link": shipped.links.index,
        "project": shipped.projects["id"],
        "structure": shipped.structures["id"],
        "border": shipped.borders["place"],
    }.items():
        for key in ids:
            assert shipped.names.one(key, (kind,)).id == key
            assert shipped.names.one(f"{kind}:{key.upper()}", (kind,)).id == key


def test_every_shipped_name_is_found(shipped):
    for kind, frame in {
        "place": shipped.places,
        "link": shipped.links,
        "project": shipped.projects,
        "structure": shipped.structures,
    }.items():
        for key, name in zip(frame["id"], frame["name"], strict=True):
            hits = [hit.id for hit in shipped.names.find(name, (kind,))]
            assert key in hits or fold(name) in {fold(hit) for hit in hits}, (kind, key, name)
    for place, name in zip(shipped.borders["place"], shipped.borders["name"], strict=True):
        assert place in [hit.id for hit in shipped.names.find(name, ("border",))], name


def test_names_on_a_drawn_network():
    net = drawn("a -road 10- b", "a -rail 8- b", places={"a": {"name": "Łask", "alt_names": "Ласк; Old Łask"}})
    assert net.names.one("lask", ("place",)).id == "a"
    assert net.names.one("ЛАСК", ("place",)).id == "a"
    assert net.names.one("old lask", ("place",)).id == "a"
    assert [hit.id for hit in net.names.find("b–a", ("link",))] == ["a--b-road", "a--b-rail"]
    assert [hit.id for hit in net.names.find("Łask–b", ("link",))] == ["a--b-road", "a--b-rail"]


WORDS = [
    "v–bridge",
    "a",
    "A b",
    "-x-",
    "Čačak",
    "a--b",
    "a\nb",
    "\n",
    "",
    "_",
    "x_y",
    "n1–n0",
    "É",
    "a\u2028b",
    "9",
    " - ",
]


@pytest.mark.parametrize("words", [[word] for word in WORDS] + [WORDS, WORDS[:4], WORDS[8:12], ["a", "b-c"], []])
def test_many_are_folded_as_each(words):
    assert list(fold_all(words)) == [fold(word) for word in words]
    assert list(fold_all([*words, "plain-word"])) == [*map(fold, words), "plain-word"]


def test_ids_that_are_alike_are_both_found():
    """Nothing checks the tables that a reader of another format hands over."""
    things = [Named("place", "a-b", "one"), Named("place", "A b", "two"), Named("link", "a-b", "three")]
    ids = [("place", ["a-b", "A b"], ["one", "two"]), ("link", ["a-b"], ["three"])]
    index = NameIndex(lambda: [(thing, [], []) for thing in things], lambda: ids)
    assert index.find("a-b", ("place", "link")) == things
    other = NameIndex(lambda: [(thing, [], []) for thing in things[1:]], lambda: [("place", ["A b"], ["two"]), ids[1]])
    assert other.find("a-b", ("place", "link")) == things[1:]
    assert other.find("a-b", ("link",)) == things[2:]
    with pytest.raises(UnknownNameError, match=r"Did you mean two \(A b\)\?"):
        other.find("a-bb", ("place",))
