"""The sentences of the lead's pages, as tables of what is so and what is said."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from trial.domain.cadence import Band, WeekState
from trial.domain.calendar import TrialWindow
from trial.domain.posts import PostState
from trial.domain.trial_status import TrialStatus
from trial.services.calendar import CalendarView, CalendarWeek, Gap
from trial.services.check_in import CheckInView
from trial.services.post_views import PostView, ReviewNote
from trial.services.week import WeekView
from trial.ui import calendar_text, text, week_text

MON, WED, FRI, SUN = (date(2026, 2, day) for day in (9, 11, 13, 15))
WINDOW = TrialWindow(date(2026, 1, 5), 13)

WEEK = WeekView(
    trial_id=1,
    department="Cardiology",
    status=TrialStatus.RUNNING,
    today=WED,
    window=WINDOW,
    week=5,
    first=MON,
    last=SUN,
    band=Band(3, 5),
    state=WeekState.OPEN,
    live_count=2,
    planned_open=1,
    needed=1,
    days_left=5,
    over_high=0,
    buffer=1,
    next_week_slots=3,
    days=(),
    open_before=(),
    sent_back=(),
    last_week=None,
    check_in=None,
    last_check_in=None,
    form=None,
    contributors=(),
    can_write=True,
    can_check_in=True,
)

POST = PostView(
    id=1,
    version=1,
    trial_id=1,
    title="Walk with us",
    pillar="",
    channels=(),
    contributor="",
    planned_for=FRI,
    planned_on=MON,
    delivered_on=None,
    delivery_entered_on=None,
    ready_day=None,
    live_day=None,
    slot_day=FRI,
    week=None,
    slot_week=5,
    state=PostState.PLANNED,
    on_schedule=False,
    backfilled=False,
    reason="",
    link="",
    approved_on=None,
    shared_on=None,
    waiting_days=None,
    late_days=None,
    moved_from=None,
    moved_inside_horizon=False,
    attempt=0,
    note=None,
    can_deliver=True,
    can_move=True,
    can_drop=True,
    can_edit=True,
)


@pytest.mark.parametrize(
    "changes, said",
    [
        ({}, "2 handed over. 1 more by Sunday to reach the target."),
        ({"live_count": 4}, "4 handed over. The target is reached."),
        ({"state": WeekState.EXCUSED}, "This week is excused. Nothing is expected."),
        (
            {"status": TrialStatus.AHEAD, "today": date(2026, 1, 4)},
            "Your trial starts tomorrow, on Mon 5 Jan.",
        ),
        (
            {"status": TrialStatus.AHEAD, "today": date(2026, 1, 2)},
            "Your trial starts in 3 days, on Mon 5 Jan.",
        ),
        (
            {"status": TrialStatus.AWAITING_REVIEW},
            "All weeks are over. The review comes next.",
        ),
        ({"status": TrialStatus.ENDED}, "This trial is closed. Thank you for every post."),
    ],
)
def test_the_headline_of_a_week_is_its_answer(changes: dict[str, Any], said: str) -> None:
    assert week_text.headline(replace(WEEK, **changes)) == said


@pytest.mark.parametrize(
    "changes, said",
    [
        ({}, "1 still planned · 1 post ready ahead · next week: 3 planned"),
        ({"planned_open": 0, "buffer": 0}, "nothing else planned · next week: 3 planned"),
        (
            {"planned_open": 0, "needed": 0, "buffer": 2, "next_week_slots": None},
            "2 posts ready ahead",
        ),
        ({"buffer": 0, "next_week_slots": 0}, "1 still planned · next week: nothing planned"),
    ],
)
def test_behind_the_headline_stands_what_it_rests_on(changes: dict[str, Any], said: str) -> None:
    assert week_text.behind_the_headline(replace(WEEK, **changes)) == said


@pytest.mark.parametrize(
    "changes, said",
    [
        (
            {"state": PostState.DELIVERED, "delivered_on": MON, "live_day": WED, "waiting_days": 2},
            "Handed over Mon 9 Feb · with Comms, 2 days",
        ),
        (
            {"state": PostState.DELIVERED, "delivered_on": WED, "live_day": FRI, "waiting_days": 0},
            "Handed over today · with Comms · counts from Fri 13 Feb",
        ),
        (
            {"state": PostState.APPROVED, "delivered_on": MON, "live_day": MON},
            "Handed over Mon 9 Feb · approved ✓",
        ),
        (
            {"state": PostState.SHARED, "delivered_on": MON, "live_day": MON, "shared_on": WED},
            "Handed over Mon 9 Feb · shared today ✓",
        ),
        (
            {
                "state": PostState.APPROVED,
                "delivered_on": date(2026, 2, 3),
                "delivery_entered_on": WED,
                "live_day": date(2026, 2, 3),
                "backfilled": True,
            },
            "Handed over Tue 3 Feb · entered today · approved ✓",
        ),
        (
            {"state": PostState.WITHDRAWN, "reason": "No time this week"},
            "Dropped: No time this week",
        ),
        (
            {
                "state": PostState.REJECTED,
                "note": ReviewNote("consent", "Consent is missing", "Please ask first.", WED),
            },
            "Declined: Consent is missing. Please ask first.",
        ),
    ],
)
def test_a_post_says_how_it_stands(changes: dict[str, Any], said: str) -> None:
    assert week_text.done_note(replace(POST, **changes), WED) == said


@pytest.mark.parametrize(
    "planned_for, channels, said",
    [
        (FRI, (), ""),
        (FRI, ("Facebook", "Instagram"), "for Facebook, Instagram"),
        (WED, ("X",), "today · for X"),
        (MON, (), "open 2 days"),
    ],
)
def test_an_open_slot_says_when_and_where(
    planned_for: date, channels: tuple[str, ...], said: str
) -> None:
    post = replace(POST, planned_for=planned_for, channels=channels)
    assert week_text.slot_note(post, WED) == said


@pytest.mark.parametrize(
    ("stands_on", "until", "moves_to"),
    [
        (FRI, SUN, date(2026, 2, 14)),  # still ahead: the day after its own
        (WED, SUN, date(2026, 2, 12)),  # today's: tomorrow
        (MON, SUN, date(2026, 2, 12)),  # late: tomorrow
        (MON, WED, WED),  # late, and no tomorrow in the trial: today
        (WED, WED, None),
        (FRI, FRI, None),
    ],
)
def test_one_tap_moves_a_slot_to_the_day_after_its_own_from_tomorrow_on(
    stands_on: date, until: date, moves_to: date | None
) -> None:
    post = replace(POST, planned_for=stands_on)
    assert week_text.day_to_move_to(post, WED, until) == moves_to


def test_a_day_to_choose_is_named_by_how_near_it_is() -> None:
    assert week_text.day_choice(WED, WED) == "Today, Wed 11 Feb"
    assert week_text.day_choice(SUN, WED) == "Sun 15 Feb"


@pytest.mark.parametrize(
    "hours, needing, nothing, said",
    [
        (3.5, 5, False, "Sent today · 3.5 hours · 4 of 5 answered in a day"),
        (1.0, 0, False, "Sent today · 1 hour"),
        (None, None, True, "Sent today · nothing this week"),
    ],
)
def test_a_check_in_is_told_in_one_line(
    hours: float | None, needing: int | None, nothing: bool, said: str
) -> None:
    sent = CheckInView(1, 5, MON, SUN, hours, needing, 4, nothing, False, WED, 1)
    assert week_text.check_in_summary(sent, WED) == said


def week_of(index: int, *, slots: int, state: WeekState = WeekState.AHEAD) -> CalendarWeek:
    return CalendarWeek(
        index=index,
        first=WINDOW.week_start(index),
        last=WINDOW.week_end(index),
        state=state,
        slots=slots,
        live_count=slots,
        short_by=max(0, 3 - slots) if state is WeekState.AHEAD else 0,
        plan_by=date(2026, 2, 13),
        is_excused=state is WeekState.EXCUSED,
    )


CALENDAR = CalendarView(
    trial_id=1,
    department="Cardiology",
    status=TrialStatus.RUNNING,
    today=WED,
    window=WINDOW,
    band=Band(3, 5),
    week=5,
    first=WINDOW.start,
    last=WINDOW.end,
    posts=(),
    weeks=tuple(week_of(index, slots=1) for index in range(13)),
    buffer=0,
    longest_gap=None,
    short_weeks=(6,),
    plan_from=WED,
    plan_until=WINDOW.end,
    next_free_day=WED,
    contributors=(),
    can_write=True,
)


@pytest.mark.parametrize(
    "changes, said",
    [
        ({}, "Week 7 needs 2 more posts, planned by Fri 13 Feb."),
        ({"today": date(2026, 2, 12)}, "Week 7 needs 2 more posts, planned by tomorrow."),
        ({"today": FRI}, "Week 7 needs 2 more posts, planned today."),
        ({"today": SUN}, "Week 7 needs 2 more posts, planned soon."),
        ({"short_weeks": ()}, "The next weeks are planned."),
        ({"status": TrialStatus.ENDED}, "This calendar is closed."),
    ],
)
def test_the_headline_of_a_calendar_is_what_it_lacks(changes: dict[str, Any], said: str) -> None:
    assert calendar_text.headline(replace(CALENDAR, **changes)) == said


def test_below_it_stand_other_short_weeks_the_buffer_and_a_long_gap() -> None:
    view = replace(
        CALENDAR, short_weeks=(6, 7, 9), buffer=2, longest_gap=Gap(WED, date(2026, 2, 20), 9)
    )
    assert calendar_text.subline(view) == (
        "Weeks 8, 10 need posts too · 2 posts ready ahead · "
        "longest gap: 9 days, Wed 11 – Fri 20 Feb"
    )
    assert calendar_text.subline(CALENDAR) == "No post ready ahead"


@pytest.mark.parametrize(
    "week, said",
    [
        (week_of(6, slots=1), "plan 2 more by Fri 13 Feb"),
        (week_of(6, slots=4), "target reached"),
        (week_of(6, slots=7), "over the target"),
        (week_of(5, slots=2, state=WeekState.OPEN), "this week"),
        (week_of(4, slots=3, state=WeekState.IN_BAND), "in band, 3 live"),
        (week_of(4, slots=0, state=WeekState.UNREPORTED), "not reported"),
        (week_of(6, slots=0, state=WeekState.EXCUSED), "excused"),
    ],
)
def test_a_week_of_the_calendar_says_what_its_numbers_mean(week: CalendarWeek, said: str) -> None:
    assert calendar_text.week_sentence(week, Band(3, 5)) == said


def test_what_people_typed_stands_for_itself_in_markdown() -> None:
    assert text.plain("5 * 3 [a](b) :heart: $x$ <b>") == (
        "5 \\* 3 \\[a\\]\\(b\\) :color[:]heart\\: \\$x\\$ \\<b\\>"
    )
    assert text.plain("Grüße 💛") == "Grüße 💛"
