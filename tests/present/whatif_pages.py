"""What the tests of the what-if page share: a drawn network, and what a page shows."""

from mobility.model.scenario import Scenario

AT = {
    "a": {"lat": "41.3", "lon": "19.5", "role": "origin", "kind": "port"},
    "b": {"lat": "42.0", "lon": "21.4", "kind": "border_crossing", "country": "AA-BB"},
    "c": {"lat": "40.7", "lon": "23.3"},
    "d": {"lat": "43.2", "lon": "27.9", "role": "destination", "kind": "port"},
}
# a to d takes 20 min by b; by c 60 min; by the planned link 35 min.
LINKS = (
    "a -road 10- b",
    "b -road 10- d",
    "a -road 30- c",
    "c -road 30- d",
    "a -road 35- d id=new status=planned",
    "b -rail 1- c country=BB",
)
START = Scenario(profile="plain")
SEEN = """(() => {
  const count = s => document.querySelectorAll(s).length;
  const text = s => (document.querySelector(s) || {textContent: ""}).textContent;
  return {
    title: text(".mob-title h1"), result: text(".mob-result"), worst: text(".mob-worst"), notice: text(".mob-notice"),
    status: text("[role=status]"), command: text(".mob-command"), hash: location.hash,
    changes: [...document.querySelectorAll(".mob-changes li")].map(n => n.firstChild.textContent.trim()),
    legs: [...document.querySelectorAll(".mob-legs:not(.mob-pairs) tr")].slice(1).map(n => n.firstChild.textContent),
    focus: document.activeElement.dataset.key || document.activeElement.getAttribute("aria-label")
      || document.activeElement.tagName,
    closed: count("path.mob-closed"), planned: count("path.mob-planned"), crosses: count(".mob-cross"),
    hit: typeof hit, images: count("img")
  };
})()"""
