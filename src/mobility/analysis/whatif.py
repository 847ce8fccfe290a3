"""What if: every pair before and after a change, and which links carry the difference."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from mobility.analysis.pairs import Pairs
from mobility.analysis.routes import routes
from mobility.model.network import CRS
from mobility.vocabulary import CONNECTED, LOST_END, NOTICEABLE_H, split

if TYPE_CHECKING:
    import pandas as pd

    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Words

COLUMNS = (
    "from to state_before state_after time_h_before time_h_after delta_h arrival_h_before arrival_h_after "
    "arrival_delta_h length_km_before length_km_after cut_off lost_end newly_connected "
    "disjoint_routes_before disjoint_routes_after links_before links_after"
).split()


def whatif(
    before: Network,
    after: Network,
    origins: Ends = None,
    destinations: Words = None,
) -> gpd.GeoDataFrame:
    """Return every pair before and after a change.

    Parameters
    ----------
    before, after
        Two states of one network, each with a profile applied (else `mixed`).
    origins, destinations
        As in `routes`. Pairs with an end that is closed before are left out.

    Returns
    -------
    GeoDataFrame
        One row per pair, EPSG:4326 (the route after, else before). Columns: from, to, state_before,
        state_after, time_h_before, time_h_after, delta_h (positive = slower; NaN unless connected
        both times), arrival_h_before, arrival_h_after and arrival_delta_h (the same with march days, as `routes`
        has them), length_km_before, length_km_after, cut_off (was connected, is no longer),
        lost_end (its origin or destination is closed after: its state is then "lost an end"),
        newly_connected, disjoint_routes_before, disjoint_routes_after, links_before, links_after.

    Examples
    --------
    >>> from mobility import Network, whatif
    >>> net = Network.load().under("wheeled")
    >>> table = whatif(net, net.close("border:tabanovce"), ["thessaloniki"], ["budapest"])
    >>> bool(table["delta_h"].iloc[0] > 0)
    True
    """
    tables = [_kept(net, origins, destinations) for net in (before, after)]
    table = tables[0].merge(tables[1], on=["from", "to"], suffixes=("_before", "_after"), how="left")
    table["lost_end"] = table["state_after"].isna()
    gone = {"state_after": LOST_END, "links_after": "", "disjoint_routes_after": 0}
    table = table.fillna(gone).astype({"disjoint_routes_after": int})
    joined = {when: table[f"state_{when}"] == CONNECTED for when in ("before", "after")}
    table["delta_h"] = table["time_h_after"] - table["time_h_before"]
    table["arrival_delta_h"] = table["arrival_h_after"] - table["arrival_h_before"]
    table["cut_off"] = joined["before"] & ~joined["after"] & ~table["lost_end"]
    table["newly_connected"] = ~joined["before"] & joined["after"]
    shape = table["geometry_after"].where(joined["after"], table["geometry_before"])
    return gpd.GeoDataFrame(table[COLUMNS], geometry=gpd.GeoSeries(shape.array), crs=CRS)


def _kept(network: Network, origins: Ends, destinations: Words) -> gpd.GeoDataFrame:
    """Return the routes of a network, which keeps those asked for last: what is compared with it changes more often."""
    net = network.profiled()
    pairs = Pairs.of(net, origins, destinations)
    if net.kept.get(routes, (None,))[0] != pairs:
        net.kept[routes] = pairs, routes(net, pairs)
    return net.kept[routes][1]


def changed(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows of `whatif` that change by more than half a minute, or connect or not; the largest first."""
    rows = table.assign(by=table["delta_h"].abs())
    rows = rows[(rows["by"] > NOTICEABLE_H) | rows["cut_off"] | rows["newly_connected"]]
    rows = rows.sort_values(["cut_off", "newly_connected", "by"], ascending=False, kind="stable", ignore_index=True)
    return gpd.GeoDataFrame(rows.drop(columns="by"))


def shifted_load(network: Network, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the links whose use changes, the largest gains first.

    Parameters
    ----------
    network
        Either of the two networks compared.
    table
        As `whatif` returns it.

    Returns
    -------
    GeoDataFrame
        Columns link, name, mode, corridors, pairs_before, pairs_after, change, geometry. Pairs are
        best routes that use the link.
    """
    use = [Counter(i for cell in table[f"links_{when}"] for i in split(cell)) for when in ("before", "after")]
    ids = sorted(set(use[0]) | set(use[1]))
    links = network.links.loc[ids, ["name", "mode", "corridors", "geometry"]]
    count = np.array([[u[i] for u in use] for i in ids]).reshape(-1, 2)
    links = links.assign(pairs_before=count[:, 0], pairs_after=count[:, 1], change=count[:, 1] - count[:, 0])
    links = links.rename_axis("link").reset_index()
    links = links[links["change"] != 0].sort_values(["change", "link"], ascending=[False, True], ignore_index=True)
    return gpd.GeoDataFrame(
        links[["link", "name", "mode", "corridors", "pairs_before", "pairs_after", "change", "geometry"]]
    )
