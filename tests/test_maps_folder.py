"""maps/ holds what its commands make now, and the check can fail."""

import shutil
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from tools import maps
from tools.maps import EXAMPLES, MAPS, outdated, readme, same


@pytest.mark.slow
def test_every_example_is_up_to_date():
    assert outdated() == [], "run: python tests/tools/maps.py"


def test_what_differs_is_named(tmp_path, monkeypatch):
    shutil.copytree(MAPS, tmp_path, dirs_exist_ok=True)
    now = {name: (MAPS / name).read_bytes() for name, _, _ in EXAMPLES}
    monkeypatch.setattr(maps, "made", lambda _: now | {"routes.html": now["routes.html"] + b" "})
    (tmp_path / "old.png").touch()
    (tmp_path / "whatif.html").unlink()
    (tmp_path / "README.md").write_text(readme("0.1") + "more")
    files = [line.split(" ")[0] for line in outdated(tmp_path)]
    assert files == ["old.png", "README.md", "routes.html", "whatif.html"]


def test_pictures_may_differ_by_a_few_pixels_only():
    def png(*boxes):
        image, out = Image.new("RGB", (100, 100), "white"), BytesIO()
        for box in boxes:
            ImageDraw.Draw(image).rectangle(box, fill="#D55E00")
        image.save(out, "PNG")
        return out.getvalue()

    assert same("a.png", png(), png((0, 0, 2, 2)), "")
    assert not same("a.png", png(), png((0, 0, 20, 20)), "")


def test_svg_of_another_matplotlib_is_compared_by_title_and_styles():
    old = b'<dc:title>T</dc:title><path d="M 1 1" style="fill: red"/>'
    moved, painted = old.replace(b"1 1", b"1 2"), old.replace(b"red", b"blue")
    assert not same("a.svg", old, moved, maps.mpl.__version__)
    assert same("a.svg", old, moved, "0.1")
    assert not same("a.svg", old, painted, "0.1")
    assert not same("a.svg", old, old.replace(b"T", b"U"), "0.1")


def test_small_enough_to_clone():
    assert sum(file.stat().st_size for file in MAPS.iterdir()) < 6 << 20
