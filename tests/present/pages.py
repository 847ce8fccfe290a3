"""What the tests of pages look at, and the network they draw."""

import time
from itertools import combinations

HOSTILE = "</script ><script>hit=1</script ><img src=x onerror=hit=1>`${hit=1}`{{7*7}}{%x%}\"'\\&lt;שלום"
TURNED = "\u202e\u2066\u200f"  # turn the direction of writing: dropped
# What the page shows now: boxes are [left, top, right, bottom] in pixels.
SEEN = """(() => {
  const box = n => { const b = n.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  const all = s => Array.from(document.querySelectorAll(s));
  const legend = document.querySelector(".mob-legend");
  return {
    labels: all(".mob-label").filter(n => getComputedStyle(n).visibility === "visible")
      .map(n => [n.textContent, box(n)]),
    controls: all(".leaflet-control").map(box), map: box(document.querySelector(".leaflet-container")),
    legend: box(legend), open: legend.open,
    rows: all(".mob-legend .mob-row")
      .map(n => [(n.lastElementChild || n).textContent, n.querySelector("svg") !== null, box(n)]),
    sizes: all(".mob-legend .mob-row, .mob-note, .mob-label, .mob-find, .mob-table")
      .map(n => parseFloat(getComputedStyle(n).fontSize)),
    note: document.querySelector(".mob-note").textContent, noteBox: box(document.querySelector(".mob-note")),
    title: document.querySelector(".mob-title h1").textContent, head: document.title,
    lang: document.documentElement.lang, name: document.querySelector(".leaflet-container").getAttribute("aria-label"),
    dashes: Object.fromEntries(["road", "rail", "sea", "planned", "closed"].map(
      c => [c, [...new Set(all("path.mob-" + c).map(n => n.getAttribute("stroke-dasharray")))]])),
    closed: all("path.mob-closed").length, crosses: all(".mob-cross").map(box), routes: all("path.mob-route").length,
    flags: all(".leaflet-attribution-flag").filter(n => n.getBoundingClientRect().width).length,
    hit: typeof hit, cards: all(".mob-card").map(n => [n.firstChild.textContent, box(n), n.textContent]),
    images: all("img").length
  };
})()"""
# A point on the line that comes nearest to the middle of the view; a circle's line is its rim.
MIDDLE = """Array.from(document.querySelectorAll("%s")).map(p => {
  const m = p.getScreenCTM(), q = p.getPointAtLength(p.getTotalLength() / 2);
  return [q.x + m.e, q.y + m.f];
}).sort((a, b) => Math.hypot(a[0] - innerWidth / 2, a[1] - innerHeight / 2)
  - Math.hypot(b[0] - innerWidth / 2, b[1] - innerHeight / 2))[0]"""
# How many paths of a kind are seen.
COUNT = """Array.from(document.querySelectorAll("path.mob-%s")).filter(n => n.style.display !== "none").length"""
MAP = "Object.values(window).find(v => v instanceof L.Map)"
AT = {
    "a": {"lat": "41.3", "lon": "19.5", "role": "origin", "kind": "port"},
    "b": {"lat": "42.0", "lon": "21.4", "country": "XK"},
    "c": {"lat": "42.7", "lon": "23.3"},
    "d": {"lat": "43.2", "lon": "27.9", "role": "destination", "kind": "port"},
}
LINKS = (
    "a -road 10- b corridors=VIII",
    "b -rail 20- c corridors=Xb;Vc",
    "b -road 30- c corridors=VIII-alt",
    "c -road 40- d corridors=VIII",
    "a -sea 900- d corridors=T",
    "b -rail 90- d status=planned corridors=R10",
)


def meet(one, other, slack=0.0):
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > slack and min(one[3], other[3]) - max(one[1], other[1]) > slack
    )


def check_labels(seen):
    left, top, right, bottom = seen["map"]
    for (name, box), (other, second) in combinations(seen["labels"], 2):
        assert not meet(box, second), (name, other)
    for name, box in seen["labels"]:
        assert left <= box[0] and top <= box[1] and box[2] <= right and box[3] <= bottom, (name, box)  # noqa: PT018
        for control in seen["controls"]:
            assert not meet(box, control), (name, control)


def until(tab, script):
    """Return what a script says once it says something."""
    late = time.monotonic() + 10
    while not (found := tab.run(script)) and time.monotonic() < late:
        time.sleep(0.05)
    assert found, script
    return found
