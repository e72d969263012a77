"""Phrases, as tables of what goes in and what is said."""

from datetime import date

import pytest

from trial.domain.cadence import Band, WeekState
from trial.domain.counts import count_of, percent, points
from trial.ui import text

SUNDAY = date(2026, 2, 15)
BAND = Band(3, 5)


@pytest.mark.parametrize(
    "count, today, line",
    [
        (2, date(2026, 2, 11), "2 handed over. 1 more by Sunday to reach the target."),
        (1, date(2026, 2, 9), "1 handed over. 2 more by Sunday to reach the target."),
        (0, date(2026, 2, 9), "Nothing handed over yet. 3 posts by Sunday to reach the target."),
        (2, date(2026, 2, 14), "2 handed over. 1 more by tomorrow to reach the target."),
        (2, SUNDAY, "2 handed over. 1 more today to reach the target."),
        (3, SUNDAY, "3 handed over. The target is reached."),
        (5, date(2026, 2, 9), "5 handed over. The target is reached."),
        (
            6,
            date(2026, 2, 12),
            "6 handed over. The target is reached; anything more can wait for next week.",
        ),
    ],
)
def test_the_running_week_is_told_by_what_still_keeps_the_band(
    count: int, today: date, line: str
) -> None:
    assert text.band_line(count, BAND, last_day=SUNDAY, today=today) == line


def test_a_band_of_one_post_is_asked_for_in_the_singular() -> None:
    line = text.band_line(0, Band(1, 2), last_day=SUNDAY, today=date(2026, 2, 9))
    assert line == "Nothing handed over yet. 1 post by Sunday to reach the target."


@pytest.mark.parametrize(
    "count, said", [(0, "no posts"), (1, "1 post"), (2, "2 posts"), (60, "60 posts")]
)
def test_a_number_agrees_with_its_noun(count: int, said: str) -> None:
    assert count_of(count, "post") == said


def test_an_irregular_plural_and_a_nothing_of_ones_own_are_taken() -> None:
    assert count_of(3, "person", "people") == "3 people"
    assert count_of(0, "person", "people") == "no people"
    assert count_of(0, "draft", none="nothing waits") == "nothing waits"


@pytest.mark.parametrize(
    "value, said",
    [(3, "3"), (3.0, "3"), (3.5, "3.5"), (2.96, "3"), (0.04, "0"), (-0.04, "0"), (12.34, "12.3")],
)
def test_a_number_has_one_decimal_at_most(value: float, said: str) -> None:
    assert text.number(value) == said


@pytest.mark.parametrize(
    "score, said",
    [
        (None, "–"),
        (0.0, "0"),
        (0.7499999, "74"),
        (0.75, "75"),
        (0.29, "29"),
        (0.58, "58"),
        (1.0, "100"),
    ],
)
def test_points_are_never_rounded_up_into_a_better_verdict(score: float | None, said: str) -> None:
    assert points(score) == said


@pytest.mark.parametrize(
    "share, said",
    [(None, "–"), (0.0, "0 %"), (0.001, "1 %"), (0.84, "84 %"), (0.999, "99 %"), (1.0, "100 %")],
)
def test_only_all_is_a_hundred_per_cent_and_only_nothing_is_none(
    share: float | None, said: str
) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    "day, said",
    [
        (date(2026, 2, 11), "today"),
        (date(2026, 2, 10), "yesterday"),
        (date(2026, 2, 12), "tomorrow"),
        (date(2026, 2, 13), "Fri 13 Feb"),
        (date(2025, 2, 13), "Thu 13 Feb 2025"),
    ],
)
def test_near_days_have_names_and_far_ones_a_year(day: date, said: str) -> None:
    assert text.near_day(day, date(2026, 2, 11)) == said


def test_days_are_told_short_inside_a_known_month() -> None:
    assert text.short_day(date(2026, 2, 13)) == "Fri 13"


@pytest.mark.parametrize(
    "planned, said",
    [
        (date(2026, 2, 12), ""),
        (date(2026, 2, 11), ""),
        (date(2026, 2, 10), "open 1 day"),
        (date(2026, 2, 8), "open 3 days"),
    ],
)
def test_a_slot_is_open_from_the_day_after_its_own(planned: date, said: str) -> None:
    assert text.days_late(planned, date(2026, 2, 11)) == said


@pytest.mark.parametrize(
    "days, said",
    [
        (None, ""),
        (0, "with Comms since today"),
        (1, "with Comms, 1 day"),
        (4, "with Comms, 4 days"),
    ],
)
def test_waiting_for_review_is_told_as_time_with_communications(
    days: int | None, said: str
) -> None:
    assert text.with_comms(days) == said


def test_weeks_are_counted_from_one_where_people_read_them() -> None:
    line = text.week_line(5, 13, date(2026, 2, 9), SUNDAY)
    assert line == "Week 6 of 13 · Mon 9 – Sun 15 Feb"


@pytest.mark.parametrize(
    "state, count, said",
    [
        (WeekState.IN_BAND, 4, "Week 3: 4 posts, in band"),
        (WeekState.SILENT, 0, "Week 3: no posts, silent"),
        (WeekState.UNREPORTED, 0, "Week 3: not reported"),
        (WeekState.EXCUSED, 2, "Week 3: excused"),
        (WeekState.AHEAD, None, "Week 3: ahead"),
        (WeekState.OPEN, 1, "Week 3: 1 post, this week"),
    ],
)
def test_no_data_is_never_read_out_as_zero_posts(
    state: WeekState, count: int | None, said: str
) -> None:
    assert text.week_label(2, state, count) == said


@pytest.mark.parametrize("state", list(WeekState))
def test_every_state_of_a_week_has_its_own_words(state: WeekState) -> None:
    others = [text.state_label(other) for other in WeekState if other is not state]
    assert text.state_label(state) not in others


# Markdown makes an address a link and a name an icon, escaped or not, unless an element parts it.
@pytest.mark.parametrize(
    "typed, shown",
    [
        (
            "“[Sign in](https://evil.example)” was shared.",
            r"“\[Sign in\](https:color[:]//evil.example)” was shared.",
        ),
        ("“![](https://evil.example/x.png)”", r"“!\[\](https:color[:]//evil.example/x.png)”"),
        ("WWW.evil.example", "WWW:color[.]evil.example"),
        ("kim@clinic.example has an account.", "kim:color[@]clinic.example has an account."),
        ("Ada @ home", "Ada @ home"),
        (":material/star: and $x$", r":color[:]material/star: and \$x\$"),
        ("Thanks :+1:", "Thanks :color[:]+1:"),
        ("**Loud** <b>", r"\*\*Loud\*\* \<b>"),
        ("one\n# two", "one # two"),
        ("Title cannot be 5.", "Title cannot be 5."),
    ],
)
def test_what_people_typed_says_nothing_to_markdown_inside_a_sentence(
    typed: str, shown: str
) -> None:
    assert text.plain_sentence(typed) == shown


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("kim@clinic.example", r"kim:color[@]clinic\.example"),
        ("https://evil.example", r"https:color[:]//evil\.example"),
        ("www.evil.example", r"www:color[.]evil\.example"),
        ("1. *Loud*", r"1\. \*Loud\*"),
    ],
)
def test_every_sign_that_people_typed_stands_for_itself(typed: str, shown: str) -> None:
    assert text.plain(typed) == shown


@pytest.mark.parametrize(
    "sentence, said",
    [
        ("Dropped: The event or service is off", "Dropped: The event or service is off."),
        ("Dropped: The nurse was ill.", "Dropped: The nurse was ill."),
        ("Dropped: Whose idea was it?", "Dropped: Whose idea was it?"),
        ("Dropped: It rained …", "Dropped: It rained …"),
    ],
)
def test_a_sentence_ends_once(sentence: str, said: str) -> None:
    assert text.ended(sentence) == said
