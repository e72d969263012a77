"""The forecast's sentences, as tables of what is so and what is said."""

from datetime import date

import pytest

from tests.unit.forecasts import coming
from trial.services.forecasts import Chance, ForecastView, RequiredPostsView
from trial.ui import forecast_text


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.0, "under 1 %"),
        (0.0095, "under 1 %"),
        (0.01, "1 %"),
        (0.708, "70 %"),
        # What is wanted is said only where it is there, and then it is.
        (0.895, "89 %"),
        (0.8995, "89 %"),
        (0.9, "90 %"),
        (0.29, "29 %"),
        (0.9945, "99 %"),
        (0.995, "over 99 %"),
        (1.0, "over 99 %"),
    ],
)
def test_a_chance_is_never_certain(chance: float, said: str) -> None:
    assert forecast_text.share(chance) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.688, 0.728, "68–72 %"), (0.0, 0.0019, ""), (0.998, 1.0, ""), (0.0, 0.011, "0–1 %")],
)
def test_an_interval_is_said_where_its_ends_differ(low: float, high: float, said: str) -> None:
    assert forecast_text.interval(Chance(0.7, low, high)) == said


@pytest.mark.parametrize("ready", [0.701, 0.709])
def test_a_chance_never_stands_outside_its_own_interval(ready: float) -> None:
    near = Chance(ready, ready - 0.0001, ready + 0.0151)
    low, high = forecast_text.interval(near).removesuffix(" %").split("–")
    assert int(low) <= int(forecast_text.share(ready).removesuffix(" %")) <= int(high)


FUTILE = coming(chance=Chance(0.0, 0.0, 0.002), needed=None, out_of_reach_since=9)


@pytest.mark.parametrize(
    ("view", "answer", "way_on"),
    [
        (
            coming(),
            "70 % chance of ready",
            "10 more posts on schedule by Sat 4 Apr make it 90 %.",
        ),
        (
            coming(needed=RequiredPostsView(1, date(2026, 4, 5))),
            "70 % chance of ready",
            "1 more post on schedule by Sun 5 Apr makes it 90 %.",
        ),
        (
            coming(needed=None),
            "70 % chance of ready",
            "Every week kept lifts it; 90 % is more than the weeks left can bring.",
        ),
        (
            coming(needed=None, chance=Chance(0.93, 0.92, 0.94)),
            "93 % chance of ready",
            "Going on like this is all it takes.",
        ),
        (
            coming(needed=None, chance=Chance(0.001, 0.0, 0.004)),
            "Under 1 % chance of ready",
            "Every week kept lifts it; 90 % is more than the weeks left can bring.",
        ),
        (
            FUTILE,
            "Ready is out of reach since week 9",
            "Even perfect weeks from here would not lift score and weeks in band far enough. "
            "Feeding the main channels is the way to go on: the posts keep their reach.",
        ),
        (
            # Short of what is wanted by the least there is: it is not said to be there already.
            coming(
                chance=Chance(0.8995, 0.886, 0.912), needed=RequiredPostsView(3, date(2026, 4, 4))
            ),
            "89 % chance of ready",
            "3 more posts on schedule by Sat 4 Apr make it 90 %.",
        ),
        (
            # Every week that was left is excused.
            coming(needed=None, out_of_reach_since=1, weeks_left=0),
            "Ready is out of reach since week 1",
            "No week is left that counts. "
            "Feeding the main channels is the way to go on: the posts keep their reach.",
        ),
    ],
)
def test_the_answer_and_the_way_on(view: ForecastView, answer: str, way_on: str) -> None:
    assert forecast_text.answer(view) == answer
    assert forecast_text.way_on(view) == way_on


def test_what_was_never_within_reach_names_no_week() -> None:
    never = coming(out_of_reach_since=0)
    assert forecast_text.answer(never) == "Ready is out of reach from the first day on"


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (
            coming(),
            "70 % chance of ready at the end (68–72 %). "
            "10 more posts on schedule by Sat 4 Apr make it 90 %.",
        ),
        (
            coming(chance=Chance(1.0, 0.998, 1.0), needed=None),
            "Over 99 % chance of ready at the end.",
        ),
        (
            coming(chance=Chance(0.3, 0.28, 0.32), needed=None),
            "30 % chance of ready at the end (28–32 %).",
        ),
        (FUTILE, "Ready is out of reach since week 9."),
    ],
)
def test_the_meeting_reads_the_chance_and_what_would_lift_it(view: ForecastView, said: str) -> None:
    assert forecast_text.on_the_wall(view) == said


def test_what_it_rests_on_names_gates_prior_source_and_what_the_interval_is() -> None:
    gates, start, source, assumed, interval, fan, share = forecast_text.assumptions(coming())
    assert gates == (
        "Taken for granted: the open gates are closed by the end (training modules complete; "
        "review agreement signed)."
    )
    assert start == (
        "It starts from how accounts of public institutions behave, worth 6.2 weeks of evidence, "
        "and learns from the 2 weeks of this trial that count so far."
    )
    assert source.startswith(
        "Where that comes from: public posting timelines of 77 accounts with 1 to 10 posts a week. "
        "A Dirichlet-multinomial fitted by maximum likelihood to 192 windows of 13 weeks. "
    )
    assert assumed == (
        "The rest of the record is assumed until its own speaks: 90 % of posts on schedule, 85 % "
        "of weeks filled ahead, 80 % approved at once, 1.5 questions a week, 85 % of them answered "
        "in a day, and 70 % of the cadence left without the busiest contributor, each worth 4 of "
        "its own. Where that comes from: assumption of face validity; no public figure is known."
    )
    assert interval.startswith("68–72 % is how far the number would move")
    assert fan == (
        "Where the fan ends, its outer edges would move by about 0.8 of 100 points if it were "
        "drawn again."
    )
    assert "2,000 ways" in share


@pytest.mark.parametrize(
    ("own_weeks", "learned"),
    [
        (0, "no week of its own yet"),
        (1, "this trial’s own 1 week"),
        (5, "this trial’s own 5 weeks"),
    ],
)
def test_the_prior_its_source_and_its_weight_stand_in_one_line(
    own_weeks: int, learned: str
) -> None:
    assert forecast_text.starts_from(coming(own_weeks=own_weeks)) == (
        "The forecast starts from public posting timelines of 77 accounts with 1 to 10 posts a "
        f"week, worth 6.2 weeks of evidence, and from {learned}."
    )


def test_the_board_says_how_its_chances_are_read_and_what_they_start_from() -> None:
    assert forecast_text.board_starts_from(coming().prior) == (
        "Chance of ready: the share of 2,000 ways a trial may end that would be judged ready, and "
        "how far that would move if they were drawn again. The forecast starts from public posting "
        "timelines of 77 accounts with 1 to 10 posts a week, worth 6.2 weeks of evidence, and from "
        "each trial’s own weeks."
    )


def test_where_nothing_is_open_and_no_week_is_over_less_is_said() -> None:
    start, *_ = forecast_text.assumptions(coming(open_gates=(), own_weeks=0))
    assert start.endswith("and has no week of this trial to learn from yet.")
    assert "the 1 week of this trial" in forecast_text.assumptions(coming(own_weeks=1))[1]
