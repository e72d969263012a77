"""The forecast's sentences, as tables of what is so and what is said."""

from datetime import date

import pytest

from tests.unit.forecasts import coming
from trial.domain.verdict import GateName, Verdict
from trial.services.forecasts import ForecastView, RequiredPostsView
from trial.ui import forecast_text


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.0, "under 5 %"),
        (0.0499, "under 5 %"),
        (0.05, "5 %"),
        (0.07, "5 %"),
        (0.075, "10 %"),
        (0.708, "70 %"),
        (0.725, "75 %"),
        (0.9, "90 %"),
        (0.93, "95 %"),
        (0.95, "95 %"),
        (0.951, "over 95 %"),
        (1.0, "over 95 %"),
    ],
)
def test_a_chance_is_said_in_steps_of_five_and_never_as_certain(chance: float, said: str) -> None:
    assert forecast_text.chance_text(chance) == said


FUTILE = coming(chance=0.0, needed=None, out_of_reach_since=9)
ONLY_FEED = {**dict.fromkeys(Verdict, 0.0), Verdict.KEEP_FEEDING: 1.0}
IF_BOTH = "if the training is complete and the review agreement is signed"


@pytest.mark.parametrize(
    ("view", "answer", "basis", "way_on"),
    [
        (
            coming(),
            "70 % chance of ready",
            f"after 2 of 13 weeks, {IF_BOTH}",
            "10 more posts on schedule by Sat 4 Apr make it 90 %.",
        ),
        (
            coming(needed=RequiredPostsView(1, date(2026, 4, 5)), open_gates=(), own_weeks=5),
            "70 % chance of ready",
            "after 5 of 13 weeks",
            "1 more post on schedule by Sun 5 Apr makes it 90 %.",
        ),
        (
            coming(needed=None, open_gates=(GateName.MANAGERS,)),
            "70 % chance of ready",
            "after 2 of 13 weeks, if both managers are named",
            "Every week in band raises it.",
        ),
        (
            coming(needed=None, chance=0.93, open_gates=()),
            "95 % chance of ready",
            "after 2 of 13 weeks",
            "Going on like this is all it takes.",
        ),
        (
            # Said as what is wanted, so that no post is said to lift it there.
            coming(chance=0.8995, needed=RequiredPostsView(3, date(2026, 4, 4)), open_gates=()),
            "90 % chance of ready",
            "after 2 of 13 weeks",
            "Going on like this is all it takes.",
        ),
        (
            coming(needed=None, chance=0.001, open_gates=()),
            "Under 5 % chance of ready",
            "after 2 of 13 weeks",
            "Every week in band raises it.",
        ),
        (
            coming(own_weeks=1),
            "Too early to say how likely ready is",
            "",
            "A chance is said once 2 weeks are reported.",
        ),
        (
            coming(chance=0.02, open_gates=(), unreported=(3, 4)),
            "Under 5 % chance of ready",
            "after 2 of 13 weeks, if weeks 3 and 4 stay unreported",
            "Reporting weeks 3 and 4 could raise it.",
        ),
        (
            coming(chance=0.02, open_gates=(GateName.TRAINING,), unreported=(3, 4, 6, 7)),
            "Under 5 % chance of ready",
            "after 2 of 13 weeks, if the training is complete and 4 weeks stay unreported",
            "Reporting 4 weeks could raise it.",
        ),
        (
            FUTILE,
            "Ready is out of reach since week 9",
            "",
            "Even perfect weeks from here would not be enough. Still open: “Extend with "
            "conditions” or “Keep feeding the main channels”.",
        ),
        (
            coming(chance=0.0, needed=None, out_of_reach_since=9, verdicts=ONLY_FEED, own_weeks=0),
            "Ready is out of reach since week 9",
            "",
            "Even perfect weeks from here would not be enough. Still open: “Keep feeding the main "
            "channels”.",
        ),
        (
            # Every week that was left is excused.
            coming(needed=None, out_of_reach_since=1, weeks_left=0),
            "Ready is out of reach since week 1",
            "",
            "No week is left that counts.",
        ),
    ],
)
def test_the_answer_with_what_it_rests_on_and_the_way_on(
    view: ForecastView, answer: str, basis: str, way_on: str
) -> None:
    assert forecast_text.answer(view) == answer
    assert forecast_text.basis(view) == basis
    assert forecast_text.way_on(view) == way_on
    together = " ".join(filter(None, (answer, basis)))
    on_the_wall = forecast_text.on_the_wall(view)
    if view.out_of_reach_since is not None:
        still = way_on.removeprefix("Even perfect weeks from here would not be enough. ")
        assert on_the_wall == (f"{answer}. {still}" if still.startswith("Still") else f"{answer}.")
    else:
        assert on_the_wall in (f"{together}. {way_on}", way_on)


def test_what_was_never_within_reach_names_no_week() -> None:
    never = coming(out_of_reach_since=0)
    assert forecast_text.answer(never) == "Ready is out of reach from the first day on"


def test_what_it_rests_on_names_gates_prior_and_source_and_no_error_of_the_draws() -> None:
    gates, start, source, assumed, share = forecast_text.assumptions(coming())
    assert gates == f"The chance holds {IF_BOTH}."
    assert start.startswith("It starts from how accounts of public institutions behave, which")
    assert start.endswith("and learns from the 2 reported weeks of this trial.")
    assert source.startswith("Where that comes from: ")
    assert "90 % of posts are on schedule" in assumed
    assert "85 % of them are answered within a day" in assumed
    assert "2,000 ways" in share
    assert "±" not in " ".join((gates, start, source, assumed, share))


@pytest.mark.parametrize(
    ("own_weeks", "learned"),
    [
        (0, "no week of its own yet"),
        (1, "this trial’s own 1 week"),
        (5, "this trial’s own 5 weeks"),
    ],
)
def test_what_a_forecast_starts_from_stands_in_one_line(own_weeks: int, learned: str) -> None:
    said = forecast_text.starts_from(coming(own_weeks=own_weeks))
    assert said.startswith("The forecast starts from public posting timelines of ")
    assert said.endswith(f", and from {learned}.")


def test_the_board_says_how_its_chances_are_read_and_when_one_is_said() -> None:
    said = forecast_text.board_starts_from(coming().prior)
    assert "in steps of five, if the open gates are met" in said
    assert said.endswith("A chance is said once 2 weeks are reported.")


def test_where_nothing_is_open_and_no_week_is_over_less_is_said() -> None:
    start, *_ = forecast_text.assumptions(coming(open_gates=(), own_weeks=0))
    assert start.endswith("and has no week of this trial to learn from yet.")
    assert "the 1 reported week of" in forecast_text.assumptions(coming(own_weeks=1))[1]
