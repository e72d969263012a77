"""What the page *Standing* says of a verdict that may still change."""

from __future__ import annotations

import pytest

from tests.unit.forecasts import coming
from tests.unit.pictures import standing_of
from trial.domain.verdict import Verdict
from trial.services.forecasts import ForecastView
from trial.ui import standing_text

FEED = [2, 0, 1, 0, 1, 3, 0, 1, 2, 0, 0, 0, 0]
EXTEND = [3, 3, 1, 4, 1, 3, 1, 4, 1, 0, 0, 0, 0]
AS_EVER = "4 weeks can still change it; the people decide at the end."


def lost(*, extend: float, feed: float, weeks_left: int = 4) -> ForecastView:
    """A forecast of a trial that cannot become ready any more."""
    chances = {**dict.fromkeys(Verdict, 0.0), Verdict.EXTEND: extend, Verdict.KEEP_FEEDING: feed}
    return coming(verdicts=chances, needed=None, out_of_reach_since=5, weeks_left=weeks_left)


@pytest.mark.parametrize(
    ("counts", "forecast", "said"),
    [
        (FEED, None, AS_EVER),
        (FEED, coming(), AS_EVER),
        (
            FEED,
            lost(extend=0.2, feed=0.8),
            "Ready is out of reach in this trial, “Extend with conditions” is open for 4 more "
            "weeks; the people decide at the end.",
        ),
        (
            EXTEND,
            lost(extend=0.6, feed=0.4, weeks_left=1),
            "Ready is out of reach in this trial, “Keep feeding the main channels” is open for 1 "
            "more week; the people decide at the end.",
        ),
        (
            [4] * 9 + [0] * 4,
            lost(extend=0.5, feed=0.5),
            "“Extend with conditions” and “Keep feeding the main channels” are open for 4 more "
            "weeks; the people decide at the end.",
        ),
        (
            FEED,
            lost(extend=0.0, feed=1.0),
            "The weeks left will hardly change it; the people decide at the end.",
        ),
        (
            EXTEND,
            lost(extend=0.0, feed=1.0, weeks_left=0),
            "The weeks left will hardly change it; the people decide at the end.",
        ),
    ],
)
def test_what_can_still_change_is_said_of_what_is_within_reach(
    counts: list[int], forecast: ForecastView | None, said: str
) -> None:
    view = standing_of(counts, today=63)
    assert standing_text.meaning(view, forecast).endswith(said)
