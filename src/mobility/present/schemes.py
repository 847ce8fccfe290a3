"""How pages look in the light and in the dark, and where a reader's system allows a few colours only.

One table: each colour of a page has a name, which scripts and style sheets use as `var(--mob-NAME)`. What is drawn on
paper is always light.
"""

from __future__ import annotations

from functools import lru_cache

from mobility.present import style

# What a page itself is made of: in the light, in the dark, and where the system chooses the colours ("": as else).
ROLES = {
    "ink": ("#1A1A1A", "#EDEBE7", "CanvasText"),
    "soft": ("#484848", "#B9B5AE", "CanvasText"),
    "paper": ("#FFFFFF", "#1B1D20", "Canvas"),
    "panel": ("#FFFFFFF2", "#1B1D20F2", "Canvas"),
    "hover": ("#E6E6E6", "#33373C", "Canvas"),
    "rule": ("#D6D3CD", "#44484D", "CanvasText"),
    "edge": ("#7C776F", "#8B8780", "ButtonText"),
    "tint": ("#EEF3F6", "#29323A", "Canvas"),
    "picked": ("#D3E4EE", "#2F4A5C", "Canvas"),
    "aside": ("#F2F0EA", "#2A2B2C", "Canvas"),
    "result": ("#FFF7CC", "#3A3619", "Canvas"),
    "link": ("#00558A", "#7CC4F4", "LinkText"),
    "focus": ("#0072B2", "#6CC0F5", "Highlight"),
    "casing": (style.ROUTE_CASING, "#000000", "CanvasText"),
    "land": (style.LAND, "#282B2E", "Canvas"),
    "water": (style.WATER, "#0A1A30", "Canvas"),
    "coast": (style.COAST, "#5F7F94", "CanvasText"),
    "border": (style.BORDER, "#9C958A", "CanvasText"),
    "river": (style.RIVER, "#3D7EA8", ""),
    "land-ink": (style.LAND_INK, "#BDB6AB", "CanvasText"),
    "water-ink": (style.WATER_INK, "#8EC3E6", "CanvasText"),
}
# Lines that mean something keep their colours where the system chooses the others: in the dark they are lighter.
DARK = {
    style.GROUP_COLOURS["VIII"]: "#4DB2F5",
    style.GROUP_COLOURS["X"]: "#FF8B3D",
    style.GROUP_COLOURS["Vc"]: "#20E0A6",
    style.GROUP_COLOURS["R10"]: "#F195CE",
    style.GROUP_COLOURS["IV"]: "#9486FF",
    style.GROUP_COLOURS["other"]: "#978E98",
    style.GROUP_COLOURS["relief"]: "#857F74",
    style.ROUTE_COLOUR: style.ROUTE_COLOUR,
    style.BEFORE_COLOUR: "#BDBDBD",
    style.WORST_COLOUR: "#EC51A6",
    style.GAINED_COLOUR: "#5C88F5",
    style.LOST_COLOUR: "#F69150",
    style.SAME_COLOUR: "#93866F",
    style.PROTECTED_COLOUR: "#61CEF3",
    style.CLOSED_COLOUR: "#F2F2F2",
    style.QUIET_COLOUR: "#67615A",
    **dict(zip(style.REACH_COLOURS, ("#FDE725", "#7AD151", "#0EC277", "#4691B2", "#8A7FD6"), strict=True)),
}
_ROLE_OF = {style.ROUTE_CASING: "casing", "#FFFFFF": "paper"}


def var(role: str) -> str:
    """Return a colour of the page by its role, as a page writes it."""
    if role not in ROLES:
        raise KeyError(role)
    return f"var(--mob-{role})"


def painted(colour: str) -> str:
    """Return the colour of a line as a page writes it: by name where it is another in the dark."""
    if colour in DARK:
        return f"var(--mob-{colour[1:].lower()})"
    return var(_ROLE_OF[colour.upper()]) if colour.upper() in _ROLE_OF else colour


@lru_cache(maxsize=1)
def sheet() -> str:
    """Return the style sheet that declares all colours.

    A browser that does not know `light-dark()` shows the page in the light, and so does paper.
    """
    pairs = {name: (light, dark) for name, (light, dark, _) in ROLES.items()}
    pairs |= {colour[1:].lower(): (colour, dark) for colour, dark in DARK.items()}
    light = "".join(f"--mob-{name}:{one};" for name, (one, _) in pairs.items())
    both = "".join(f"--mob-{name}:light-dark({one},{dark});" for name, (one, dark) in pairs.items() if one != dark)
    forced = "".join(f"--mob-{name}:{system};" for name, (_, _, system) in ROLES.items() if system)
    return (
        f":root{{{light}}}"
        f"@supports(color:light-dark(#fff,#000)){{:root{{color-scheme:light dark;{both}}}"
        ":root[data-scheme=dark]{color-scheme:dark}:root[data-scheme=light]{color-scheme:light}"
        "@media print{:root:root{color-scheme:only light}}}"
        f"@media(forced-colors:active){{:root{{{forced}}}}}"
    )
