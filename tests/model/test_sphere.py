"""Points on the sphere, and the plane that keeps angles."""

import numpy as np
import pytest

from mobility.model.sphere import mercator


def test_mercator_keeps_angles():
    a, east, north = mercator([20, 20.001, 20], [60, 60, 60.0005])  # cos 60 degrees is a half
    assert np.hypot(*(east - a)) == pytest.approx(np.hypot(*(north - a)), rel=1e-4)
    assert mercator(180, 90).tolist() == mercator(180, 85).tolist()
