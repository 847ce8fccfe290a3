"""A map by its suffix, and in a notebook."""

import base64

import pytest

from mobility.errors import InputError

pytestmark = pytest.mark.xdist_group("figures")


def test_a_view_is_saved_by_its_suffix(every, file_of, tmp_path):
    for name in ("m.html", "m.PNG", "m.svg"):
        every["routes"].save(tmp_path / name)
        assert (tmp_path / name).read_bytes() == file_of("routes", name[1:].casefold())
    with pytest.raises(InputError, match=r"no picture has the suffix '.gif'"):
        every["routes"].save(tmp_path / "m.gif")
    assert not (tmp_path / "m.gif").exists()


def test_a_notebook_chooses_between_page_and_picture(every, file_of):
    bundle = every["routes"]._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/html", "image/png", "text/plain"}
    assert base64.b64decode(bundle["image/png"]) == file_of("routes", ".png")
    assert "<iframe" in bundle["text/html"]
    assert bundle["text/plain"].startswith(every["routes"].title)
