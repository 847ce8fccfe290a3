"""What the tests of figures look at: the words, where they are drawn, and whether they are legible."""

import xml.etree.ElementTree as ET
from html import unescape

from matplotlib.backends.backend_agg import FigureCanvasAgg
from pages import meet

from mobility.present.print import sheet

HOSTILE = "</text><script>x()</script>$\\frac{1}{0}$ %d {{7*7}} -- > \u202egnp\x1b[31m\ud800 \U0001f480 שלום &lt;\"'"
HOSTILE_NAME = HOSTILE.replace("\ud800", "")  # no table holds half letters, which a title may


def read(svg):
    """Parse an SVG; return the tree and the texts in its comments, which are the words that it draws."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))  # noqa: S314 - our own
    tree = ET.fromstring(svg, parser)  # noqa: S314
    return tree, [unescape(node.text.strip()) for node in tree.iter() if node.tag is ET.Comment]


@sheet.house_style()
def boxes(figure):
    """Return the words of a figure and where they are drawn, measured by the renderer, not by our own widths."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    found = {}
    for where in (figure, *figure.axes):
        for text in where.texts:
            if text.get_text() and not text.get_path_effects():
                found[text] = text.get_window_extent(renderer).extents / figure.dpi * 72
    return found


def check(figure):
    """Nothing is cut at the edge, nothing lies on anything else; return the words."""
    found = boxes(figure)
    wide, high = figure.get_size_inches() * 72
    for text, box in found.items():
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= wide and box[3] <= high, text.get_text()  # noqa: PT018
        assert text.get_fontsize() >= 5.5
    texts = list(found.items())
    for i, (one, box) in enumerate(texts):
        for other, second in texts[i + 1 :]:
            assert not meet(box, second, 1.5), (one.get_text(), other.get_text())
    tree, words = read(sheet.picture(figure, ".svg"))
    assert "script" not in "".join(str(node.tag) for node in tree.iter())
    return words
