"""Changes of the code that its tests should notice: what is changed, and that it is changed where it runs."""

import ast
import os

import pytest

from fuzz.changes import SRC, Changed, changed, put_in, sites
from mobility.model import sphere

WHAT = {
    "a + b": {"a + b  ->  a - b"},
    "x = a < b < c": {"a < b < c  ->  a <= b < c"},
    "a and not b": {"a and (not b)  ->  a or not b", "not b  ->  not not b"},
    "f(2, True)": {"2  ->  3", "2  ->  1", "True  ->  False"},
    "def f():\n    return 1.5": {"return 1.5  ->  return None", "1.5  ->  2.5", "1.5  ->  0.5"},
    "def f(a: Literal[1]):\n    raise E(1 + 1)": set(),
    "if TYPE_CHECKING:\n    x = 1": set(),
    "a if b else c": {"a if b else c  ->  a if not b else c"},
}


@pytest.mark.parametrize("text", WHAT)
def test_what_is_changed(text):
    count = len(sites(ast.parse(text)))
    assert {sites(ast.parse(text))[number][1]() for number in range(count)} == WHAT[text]


def _first(what):
    source = (SRC / "model" / "sphere.py").read_text(encoding="utf-8")
    count = len(sites(ast.parse(source)))
    return next(found for number in range(count) if what in (found := changed("model/sphere.py", number))[1])


def test_a_function_is_changed_wherever_it_is_kept():
    kept = sphere.mercator
    _, _, before, after = _first("return np.stack([lon")
    if not (child := os.fork()):
        os._exit(0 if put_in("model/sphere.py", before, after) and kept([0.0], [0.0]) is None else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert sphere.mercator([0.0], [0.0]) is not None


def test_what_runs_at_import_is_changed_when_it_is_loaded():
    _, _, before, after = _first("EARTH_KM * np.pi / 180")
    assert not put_in("model/sphere.py", before, after)
    code = Changed("model/sphere.py", after).get_code("mobility.model.sphere")
    assert code.co_filename == sphere.__file__
    assert code != compile(before, sphere.__file__, "exec")
