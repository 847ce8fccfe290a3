"""Phrases that all findings share."""

from drawing import drawn
from mobility.present.phrases import are, change, data_words, many, named, percent, profile_words


def test_counts_and_shares():
    assert (percent(0.053), many(1, "pair"), many(1200, "pair")) == ("5 %", "1 pair", "1,200 pairs")
    assert (many(2, "loss", "losses"), are(1), are(2)) == ("2 losses", "1 pair is", "2 pairs are")


def test_names_stand_for_ids_and_a_shared_name_has_its_mode():
    span = {"id": "span", "name": "Old Bridge", "links": "a--b-road"}
    places = {"c": {"name": "Charlie", "country": "XK"}}
    net = drawn("a -road 10- b", "a -rail 8- b", "b -road 5- c country=XK", places=places, structures=[span])
    asked = ["a--b-road", "a--b-rail", "b--c-road", "c", "span", "XK", "nothing"]
    assert named(net, asked) == ["a–b (road)", "a–b (rail)", "b–c", "Charlie", "Old Bridge", "XK*", "nothing"]


def test_profile_and_changes_in_words():
    net = drawn("a -road 10- b", "b -road 5- c", "a -road 1- c status=planned")
    assert change(net) == ""
    assert profile_words(net) == "Profile plain, by road, rail, sea; trains at the pace planning."
    assert change(net.close("b").build("a–c")) == "2 links closed; 1 link built or upgraded"


def test_the_data_are_named(shipped):
    assert data_words(shipped).startswith(f"Data: {shipped.identity.name} {shipped.identity.sha256[:8]}, sources to 20")
