"""What all findings say of draws."""

from mobility.doubt.intervals import Uncertain
from mobility.present.findings.intervals import drawn_so_often, interval, uncertain_summary


def test_draws_and_intervals_in_words():
    hours = {f"time_h_{kind}{p}": h for kind in ("", "common_") for p, h in (("p5", 2.0), ("p50", 3.0), ("p95", 4.04))}
    drawn = uncertain_summary(Uncertain(None, hours, 1200, 7))
    assert drawn == {"draws": 1200, "seed": 7, **hours}
    assert drawn_so_often(drawn) == "1,200 draws (seed 7)"
    assert interval(drawn, "time_h") == (
        "2.0 to 4.0 h in 90 % of them (median 3.0), 2.0 to 4.0 h with one common factor per country and class"
    )
