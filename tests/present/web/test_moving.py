"""The page of a schedule: columns where the plan has them, at every minute that the slider chooses."""

import datetime as dt
from dataclasses import replace

import pytest
from pages import AT, MAP

from drawing import PLAIN, drawn
from mobility import Orders, findings
from mobility.model.orders import Order

H = 3600
STEADY = replace(PLAIN, packet=20, packet_gap_min=58, spacing_veh_km=10)
SET = "(s => {{ s.value = {}; s.dispatchEvent(new Event('input')) }})(document.querySelector('.mob-moves input'))"
SEEN = """(map => ({
  at: (map.eachLayer(l => { if (l instanceof L.CircleMarker && l.options.className === "mob-column")
         (map.found = map.found || []).push([l.getTooltip().getContent(), l.getLatLng().lat, l.getLatLng().lng]) }),
       [map.found || [], map.found = null][0].sort()),
  clock: document.querySelector(".mob-moves output").textContent,
  there: Array.from(document.querySelectorAll(".mob-moves li span")).map(n => n.textContent)
}))(%s)"""


@pytest.fixture(scope="module")
def finding():
    """One column goes 60 km from a to b and 60 on to c; one of another force back from c to b an hour later."""
    net = drawn("a -road 60- b", "b -road 60- c", places={p: AT[p] | {"kind": "city"} for p in "abc"}, profile=STEADY)
    orders = [
        Order("there", 20, None, ("a",), ("c",)),
        Order("back", 20, None, ("c",), ("b",), ready=H),
    ]
    return findings.schedule(net, Orders(dt.datetime(2026, 11, 30, 6), tuple(orders)))  # noqa: DTZ001 - local time


@pytest.mark.browser
def test_columns_move(show, finding):
    tab = show(finding.files["html"](finding).decode())
    lat, lon = ([float(AT[place][axis]) for place in "abc"] for axis in ("lat", "lon"))

    def seen(minute):
        tab.run(SET.format(minute))
        return tab.run(SEEN % MAP)

    now = seen(30)
    assert now["clock"] == "2026-11-30 06:30"
    assert now["at"] == [["there/1", pytest.approx((lat[0] + lat[1]) / 2), pytest.approx((lon[0] + lon[1]) / 2)]]
    now = seen(90)
    assert now["at"] == [
        ["back/1", pytest.approx((lat[1] + lat[2]) / 2), pytest.approx((lon[1] + lon[2]) / 2)],
        ["there/1", pytest.approx((lat[1] + lat[2]) / 2), pytest.approx((lon[1] + lon[2]) / 2)],
    ]
    assert now["there"] == ["0 of 1 there", "0 of 1 there"]
    now = seen(130)
    assert now["at"][1][1:] == [pytest.approx(lat[2]), pytest.approx(lon[2])]
    assert now["there"] == ["1 of 1 there", "1 of 1 there"]


@pytest.mark.browser
def test_it_plays_to_the_end(show, finding):
    tab = show(finding.files["html"](finding).decode(), "narrow")
    tab.run("document.querySelector('.mob-moves button').click()")
    assert tab.run("document.querySelector('.mob-moves button').textContent") == "Pause"
    done = """new Promise(r => { const t = setInterval(() => {
      if (document.querySelector('.mob-moves button').textContent === 'Play') {
        clearInterval(t); r(document.querySelector('.mob-moves input').value); } }, 20) })"""
    assert tab.run(done) == "130"
