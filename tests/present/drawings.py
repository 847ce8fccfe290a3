"""The drawn network that views of each kind show."""

PLACES = {
    "a": {"lat": "41.3", "lon": "19.5", "role": "origin", "kind": "port", "name": "Ä–port"},
    "b": {"lat": "42.0", "lon": "21.4", "country": "XK", "transfer": "road-rail", "transfer_source": "estimate: drawn"},
    "c": {"lat": "42.7", "lon": "23.3", "kind": "border_crossing", "country": "AA-XK"},
    "d": {"lat": "43.2", "lon": "27.9", "role": "destination", "kind": "port"},
    "e": {"lat": "43.6", "lon": "25.0", "kind": "base"},
}
LINKS = (
    "a -road 10- b corridors=VIII",
    "b -rail 20- c corridors=Xb;Vc",
    "b -road 30- c corridors=VIII-alt",
    "c -road 40- d corridors=VIII country=XK",
    "a -sea 900- d corridors=T",
    "b -rail 90- d status=planned corridors=R10",
    "c -road 15- e corridors=IV doubtful=yes",
    "e -road 90- d max_gross_t=1",
)
PROJECT = {"id": "p", "name": "Line P", "links": "b--d-rail", "cost_eur_m": "100"}
