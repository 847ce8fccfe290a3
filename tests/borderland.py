"""A drawn network with all that can be closed, built or set, and what the tests look at."""

from functools import cache

import pandas as pd

from drawing import drawn
from mobility.model.tables import SMALL_TABLES

GATE = {"country": "AA-BB", "kind": "border_crossing"}


def active(net):
    return net.links.index[net.links["active"]].tolist()


def closed(net):
    return net.links.index[~net.links["active"]].tolist()


def frames(net):
    return {name: pd.DataFrame(getattr(net, name)).copy() for name in ("places", "links", *SMALL_TABLES)}


def same(one, two):
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, two[name], obj=name)
    return True


@cache
def rich_network():
    """Two countries, a road and a railway over a border, a planned bypass, a closed crossing, a sea link.

    a ==(road, road twin, rail)== b --road-- gate | --road-- c ~~sea~~ d
                                  b --rail-- gate | --rail-- c
                                  b --planned road-- shut | --planned road-- c
    """
    return drawn(
        "a -road 10- b corridors=T;U",
        "a -road 12- b",
        "a -rail 8- b corridors=U",
        "b -road 10- gate",
        "gate -road 10- c country=BB",
        "b -rail 10- gate corridors=U",
        "gate -rail 10- c country=BB corridors=U-alt",
        "b -road 9- shut status=planned",
        "shut -road 9- c country=BB status=under_construction",
        "c -sea 50- d country=BB-CC",
        places={
            "a": {"lon": "10", "lat": "40", "name": "Ałfa", "alt_names": "Алфа"},
            "b": {"lon": "11", "lat": "40"},
            "gate": GATE | {"lon": "12", "lat": "40"},
            "shut": GATE | {"lon": "12", "lat": "41"},
            "c": {"lon": "13", "lat": "40", "country": "BB"},
            "d": {"lon": "14", "lat": "40", "country": "CC"},
        },
        borders=[
            {"place": "gate", "countries": "AA-BB", "mode": "road", "wait_h": "2"},
            {"place": "gate", "countries": "AA-BB", "mode": "rail", "wait_h": "3"},
            {"place": "shut", "countries": "AA-BB", "mode": "road", "wait_h": "1", "usable": "no"},
        ],
        projects=[
            {"id": "bypass", "name": "Bypass", "links": "b--shut-road;shut--c-road", "upgrades": "a--b-road"},
            {"id": "fast-rail", "name": "Fast rail", "upgrades": "a--b-rail"},
        ],
        upgrades=[
            {"project": "bypass", "link": "a--b-road", "attribute": "max_gross_t", "after": "80"},
            {"project": "fast-rail", "link": "a--b-rail", "attribute": "speed_kmh", "after": "120"},
            {"project": "fast-rail", "link": "a--b-rail", "attribute": "tracks", "after": "1-2"},
            {"project": "fast-rail", "link": "a--b-rail", "attribute": "doubtful", "after": "yes"},
        ],
        structures=[
            {"id": "viaduct", "name": "Viaduct", "links": "a--b-road;a--b-rail"},
            {"id": "ford", "name": "Ford", "links": ""},
        ],
    )


ROAD, TWIN, RAIL = "a--b-road", "a--b-road-2", "a--b-rail"
AB = [ROAD, TWIN, RAIL]
