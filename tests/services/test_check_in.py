"""The weekly check-in: once a week, corrected by sending it again, honest about nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.services.days import MON
from tests.services.rows import contents, refused, revision_of, rows_in
from trial.domain.errors import InvalidInput, NotAllowed, NotPossible, NotSignedIn, StaleEdit
from trial.services import check_in, posts, trials, undo
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.check_in import CheckInView
from trial.services.clocks import FixedClock
from trial.services.week import this_week
from trial.store.unit_of_work import UnitOfWork


def send(actor: Actor, backend: Backend, trial_id: int, week: int = 5, **said: Any) -> CheckInView:
    return check_in.check_in(actor, backend, trial_id=trial_id, week=week, **said)


def test_a_week_is_sent(backend: Backend, lead: Actor, trial_id: int) -> None:
    sent = send(lead, backend, trial_id, hours=3.5, needing_answer=5, answered_in_a_day=4)

    assert (sent.first, sent.last) == (MON, date(2026, 2, 15))
    assert (sent.hours, sent.needing_answer, sent.answered_in_a_day) == (3.5, 5, 4)
    assert (sent.entered_on, sent.backfilled, sent.nothing_to_report) == (MON, False, False)


def test_sending_again_corrects_the_same_week(
    backend: Backend, lead: Actor, comms: Actor, trial_id: int
) -> None:
    first = send(lead, backend, trial_id, hours=3.5)
    second = send(comms, backend, trial_id, hours=4, version=first.version)

    assert rows_in(backend, "check_in") == 1
    assert (second.hours, second.version) == (4, first.version + 1)


def test_two_people_correcting_the_same_week_get_one_winner(
    backend: Backend, lead: Actor, comms: Actor, trial_id: int
) -> None:
    first = send(lead, backend, trial_id, hours=3.5)
    send(comms, backend, trial_id, hours=4, version=first.version)
    with pytest.raises(StaleEdit, match="The check-in of week 6 was changed"):
        send(lead, backend, trial_id, hours=5, version=first.version)


@pytest.mark.parametrize("hours", [None, 0, 0.5, 3, 168, 167.5])
def test_hours_come_in_halves(
    backend: Backend, lead: Actor, trial_id: int, hours: float | None
) -> None:
    assert send(lead, backend, trial_id, hours=hours).hours == hours


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"hours": -0.5}, "Hours spent on posts cannot be -0.5. Please give 0 to 168 in"),
        ({"hours": 168.5}, "Hours spent on posts cannot be 168.5"),
        ({"hours": 3.25}, "Hours spent on posts cannot be 3.25"),
        ({"hours": float("nan")}, "Hours spent on posts cannot be nan"),
        ({"hours": float("inf")}, "Hours spent on posts cannot be inf"),
        ({"hours": True}, "Hours spent on posts cannot be True"),
        ({"hours": "3"}, "Hours spent on posts cannot be “3”"),
        ({"needing_answer": -1, "answered_in_a_day": 0}, "a whole number from 0 to 10,000"),
        ({"needing_answer": 10_001, "answered_in_a_day": 0}, "a whole number from 0 to 10,000"),
        ({"needing_answer": 2.5, "answered_in_a_day": 0}, "a whole number from 0 to 10,000"),
        ({"needing_answer": 4, "answered_in_a_day": 5}, "0 to 4, as 4 needed an answer"),
        ({"needing_answer": 4, "answered_in_a_day": -1}, "0 to 4, as 4 needed an answer"),
        ({"needing_answer": 4}, "Please fill in Answered within a day"),
        ({"answered_in_a_day": 4}, "Please fill in Questions that needed an answer"),
        ({"week": -1}, r"a week that has begun, 1 to 6 \(Mon 9 – Sun 15 Feb\)"),
        ({"week": 6}, "Week cannot be “week 7”. Please give a week that has begun, 1 to 6"),
        ({"week": 13}, "a week that has begun, 1 to 6"),
        ({"week": 1.0}, "a week that has begun, 1 to 6"),
    ],
)
def test_values_out_of_bounds_are_refused_in_a_sentence(
    backend: Backend, lead: Actor, trial_id: int, said: dict[str, Any], sentence: str
) -> None:
    before = contents(backend)
    with pytest.raises(InvalidInput, match=sentence):
        send(lead, backend, trial_id, **said)
    assert contents(backend) == before


@pytest.mark.parametrize("answers", [(0, 0), (10_000, 10_000), (1, 0)])
def test_answers_reach_from_none_to_all(
    backend: Backend, lead: Actor, trial_id: int, answers: tuple[int, int]
) -> None:
    sent = send(lead, backend, trial_id, needing_answer=answers[0], answered_in_a_day=answers[1])
    assert (sent.needing_answer, sent.answered_in_a_day) == answers


def test_no_question_needs_no_answer_count(backend: Backend, lead: Actor, trial_id: int) -> None:
    assert send(lead, backend, trial_id, needing_answer=0).answered_in_a_day == 0


def test_no_week_is_sent_before_the_first_has_begun(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 1, 4))
    with pytest.raises(InvalidInput, match="the first begins on Mon 5 Jan 2026"):
        send(lead, backend, trial_id, week=0)


@pytest.mark.parametrize(
    ("today", "backfilled"),
    [
        (date(2026, 2, 9), False),
        (date(2026, 2, 15), False),
        (date(2026, 2, 18), False),
        (date(2026, 2, 19), True),
        (date(2026, 4, 20), True),
    ],
)
def test_a_week_sent_more_than_three_days_after_its_end_is_backfilled(
    backend: Backend,
    clock: FixedClock,
    lead: Actor,
    trial_id: int,
    today: date,
    backfilled: bool,
) -> None:
    clock.set(today)
    sent = send(lead, backend, trial_id, week=5, hours=1)
    assert (sent.entered_on, sent.backfilled) == (today, backfilled)


def test_nothing_this_week_is_an_honest_answer(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    assert send(lead, backend, trial_id, nothing_to_report=True).nothing_to_report


def test_nothing_this_week_sends_no_hours_and_no_questions(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    sent = send(
        lead,
        backend,
        trial_id,
        nothing_to_report=True,
        hours=4.5,
        needing_answer=3,
        answered_in_a_day=1,
    )
    assert (sent.hours, sent.needing_answer, sent.answered_in_a_day) == (None, None, None)


def test_a_post_added_later_takes_nothing_this_week_back_and_the_week_stays_reported(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    send(lead, backend, trial_id, nothing_to_report=True)
    logged = posts.add_unplanned(lead, backend, trial_id=trial_id, title="After all")
    then = this_week(lead, backend, trial_id=trial_id).check_in
    assert then is not None
    assert not then.nothing_to_report
    # Taken back in its turn, the honest answer stands again.
    undo.undo(lead, backend, event_id=logged.undo)
    again = this_week(lead, backend, trial_id=trial_id).check_in
    assert again is not None
    assert again.nothing_to_report


def test_nothing_this_week_is_questioned_while_posts_are_live(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="Night shift")
    with pytest.raises(InvalidInput, match="Week 6 has 1 post: “Night shift”"):
        send(lead, backend, trial_id, nothing_to_report=True)
    assert send(lead, backend, trial_id, week=4, nothing_to_report=True).week == 4


def test_who_may_send_a_week(
    backend: Backend,
    comms: Actor,
    lead: Actor,
    other_lead: Actor,
    reviewer: Actor,
    gone: Actor,
    trial_id: int,
) -> None:
    def sending(actor: Actor, backend: Backend) -> object:
        return send(actor, backend, trial_id, hours=1)

    refused(backend, NotAllowed, sending, other_lead)
    refused(backend, NotAllowed, sending, reviewer)
    refused(backend, NotSignedIn, sending, gone)
    assert sending(lead, backend)
    assert sending(comms, backend)


def test_sending_leaves_one_audit_event_and_a_new_revision(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    before, revision = rows_in(backend, "audit_event"), revision_of(backend, trial_id)
    send(lead, backend, trial_id, hours=1)
    assert rows_in(backend, "audit_event") == before + 1
    assert revision_of(backend, trial_id) == revision + 1


def test_a_crash_before_the_commit_leaves_nothing(
    backend: Backend, lead: Actor, trial_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(backend)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(UnitOfWork, "commit", crash)
    with pytest.raises(RuntimeError, match="the power went"):
        send(lead, backend, trial_id, hours=1)
    assert contents(backend) == before


def test_a_trial_that_was_ended_takes_no_check_in(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    trials.end_early(comms, backend, trial_id=trial_id, on=MON, reason="The ward moves")
    with pytest.raises(NotPossible, match="was ended"):
        send(lead, backend, trial_id, hours=1)
