"""Two countries far from the shipped network, and the relations that draw them."""

# A road from west (1) over the border at 23 degrees east (between 2 and 3) to the east (4), at 54 north.
ROAD = {1: (54.0, 22.0), 2: (54.0, 22.9), 3: (54.0, 23.1), 4: (54.0, 24.0)}
LINE = {10: (55.0, 23.0), 11: (53.0, 23.0)}
FAR = {20: (55.0, 21.0), 21: (53.0, 21.0), 30: (55.0, 25.0), 31: (53.0, 25.0)}
WAY, RAIL = "100: 1 2 3 4; highway=primary", "101: 1 2 3 4; railway=rail"
BORDERS = "200: 10 11;", "201: 10 20 21 11;", "202: 10 30 31 11;"
NATIONAL = "boundary=administrative admin_level=2"


def relation(number, tags, *members, national=NATIONAL):
    """Return a relation; a member is a way, or "node 5 role"."""
    text = []
    for member in members:
        kind, ref, role = (f"way {member} outer" if isinstance(member, int) else member).split()
        text.append(f'<member type="{kind}" ref="{ref}" role="{role}"/>')
    words = "".join('<tag k="{}" v="{}"/>'.format(*w.split("=", 1)) for w in f"type=boundary {national} {tags}".split())
    return f'<relation id="{number}">{"".join(text)}{words}</relation>'


CLOSED = relation(1, "ISO3166-1=PL name=Polska name:en=Poland", 200, 201) + relation(2, "ISO3166-1=LT", 200, 202)
