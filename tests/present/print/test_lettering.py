"""Where names stand: the first free spot that covers least."""

import numpy as np

from mobility.present.print.lettering import Label, placed


def test_a_label_takes_the_first_free_spot_that_covers_least():
    here = Label(50, 50, 3, 20, 10)
    none = np.empty((0, 2))
    assert placed([here], [], none, (100, 100)) == [(55, 45, 75, 55)], "right of its mark"
    assert placed([here, here], [], none, (100, 100))[1] == (25, 45, 45, 55), "the next one left"
    assert placed([here], [(54, 0, 99, 99)], none, (100, 100)) == [(25, 45, 45, 55)]
    assert placed([here], [], np.array([[60.0, 50.0], [30.0, 50.0]]), (100, 100)) == [(40, 55, 60, 65)], "above"
    assert placed([here], [(0, 0, 100, 100)], none, (100, 100)) == [None]
    assert placed([Label(99, 50, 3, 20, 10)], [], none, (100, 100)) == [(74, 45, 94, 55)], "on the map"
