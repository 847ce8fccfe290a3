"""The what-if page of a network with things applied starts exactly there, or says in one line that it cannot."""

import json
import re
from dataclasses import replace

import pytest
from whatif_pages import AT, LINKS, SEEN

from drawing import drawn
from mobility import Scenario, best_route, whatif_page
from mobility.errors import InputError, NoRouteError

PROJECT = {"id": "p", "name": "Fast", "upgrades": "new"}
CHANGE = {"project": "p", "link": "new", "attribute": "speed_kmh", "after": "600"}


def small():
    return drawn(*LINKS, places=AT, projects=[PROJECT], upgrades=[CHANGE])


def start_of(page):
    return json.loads(re.search(r'"start":(\{[^}]*\})', page.html())[1])


CHANGES = {
    "nothing": lambda net: net,
    "closed": lambda net: net.close("link:a--b-road"),
    "closed twice": lambda net: net.close("link:a--b-road").close("c"),
    "built": lambda net: net.close("b").build("link:new"),
    "a project": lambda net: net.build("p"),
    "closed before the profile": lambda net: replace(net, profile=None).close("link:b--d-road").under("plain"),
    "another profile": lambda net: net.under("heavy").close("link:a--b-road"),
    "a value set": lambda net: net.close("b").set("a--c-road", "speed", 30),
}


@pytest.mark.browser
@pytest.mark.parametrize("change", CHANGES)
def test_the_start_is_the_librarys_answer(change, show):
    net = CHANGES[change](small())
    tab = show(whatif_page(net, ["a"], ["d"]).html())
    tab.run("new Promise(done => setTimeout(done, 30))")
    tab.settle()
    seen = tab.run(SEEN)
    try:
        legs = best_route(net, "a", "d")
        says = f"a – d: {legs['time_h'].sum():.1f} h, {legs['length_km'].sum():.0f} km"
    except NoRouteError:
        says = "a – d: no route"
    assert seen["title"].split(" (")[0] == says
    assert seen["closed"] == int((net.links["closure"] != "").sum())
    assert len(seen["changes"]) == len(net.closed) + len(net.applied.get("build", ()))


def test_the_start_as_data():
    net = small().close("link:a--b-road").build("p")
    page = start_of(whatif_page(net, ["a"], ["d"]))
    same = start_of(
        whatif_page(small(), ["a"], ["d"], given=Scenario(profile="plain", close=("link:a--b-road",), build=("p",)))
    )
    assert page == same
    assert (page["closed"], page["built"]) == (["link:a--b-road"], ["project:p"])


def test_what_cannot_be_the_start():
    net = small().close("link:a--b-road")
    with pytest.raises(InputError, match="give that, or `given`, not both"):
        whatif_page(net, ["a"], ["d"], given=Scenario(profile="plain"))
    by_hand = replace(net, links=net.links.assign(active=False))
    with pytest.raises(InputError, match="cannot start from this network"):
        whatif_page(by_hand, ["a"], ["d"])
    change = CHANGE | {"attribute": "oneway", "after": "yes"}
    fixed = drawn(*LINKS, places=AT, projects=[PROJECT], upgrades=[change]).build("p")
    with pytest.raises(InputError, match="cannot undo -b p"):
        whatif_page(fixed, ["a"], ["d"])
