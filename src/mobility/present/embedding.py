"""A map inside somebody else's page."""

from __future__ import annotations

import html

from mobility.present.language import say
from mobility.present.views import View
from mobility.present.web.page import OfflineMap, plain


def embed(shown: View | OfflineMap, height: int = 540) -> str:
    """Return a map as an iframe that holds the whole page: HTML to paste into a page that allows inline scripts.

    The frame is sandboxed: its scripts run, but cannot reach the page around it. Any number of frames
    stand in one page.

    Parameters
    ----------
    shown
        A map, as of `mobility.route_map`, or the page of `mobility.whatif_page`.
    height
        Of the frame in CSS pixels; it is as wide as what it stands in.
    """
    page = shown.page() if isinstance(shown, View) else shown
    name = html.escape(say("Map: {title}", title=plain(page.title)))
    allowed = "allow-scripts allow-popups allow-popups-to-escape-sandbox"  # popups: links to sources
    look = f"width:100%;height:{height:d}px;border:0"
    return f'<iframe title="{name}" sandbox="{allowed}" style="{look}" srcdoc="{html.escape(page.html())}"></iframe>'
