"""A scenario to be briefed on, and drawn networks for small briefs."""

ASKED = [
    "-x",
    "border:tabanovce",
    "-x",
    "country:MK",
    "--from",
    "durres",
    "--from",
    "thessaloniki",
    "--to",
    "set:black-sea",
]
AT = {"a": {"role": "origin", "kind": "port"}, "d": {"role": "destination", "lat": "1", "lon": "1"}}
LINKS = (
    "a -road 10- b",
    "b -rail 20- c",
    "b -road 30- c",
    "c -road 40- d",
    "a -road 900- d",
    "b -road 5- d status=planned",
)
