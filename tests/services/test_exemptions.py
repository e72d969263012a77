from datetime import date, timedelta
from typing import Any

import pytest

from trial.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossible, StaleEdit
from trial.domain.exemptions import ExemptionCause
from trial.services import decisions, exemptions, organisation, trial_views, trials
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.exemptions import ExemptionView
from trial.store import trial_log

from .conftest import START, TODAY

LAST_WEEK = 12


def ask(actor: Actor, backend: Backend, trial_id: int, first: int, last: int) -> ExemptionView:
    return exemptions.ask(
        actor,
        backend,
        trial_id=trial_id,
        first_week=first,
        last_week=last,
        reason="The clinic moves house.",
    )


def grant(actor: Actor, backend: Backend, trial_id: int, first: int, last: int) -> ExemptionView:
    return exemptions.grant_for_cause(
        actor,
        backend,
        trial_id=trial_id,
        first_week=first,
        last_week=last,
        cause=ExemptionCause.ILLNESS,
        reason="Half the team was ill.",
    )


def excused_in_the_log(backend: Backend, trial_id: int) -> frozenset[int]:
    with backend.reading() as work:
        stored = trial_log.load(work, trial_id, today=organisation.today(work, backend))
    assert stored is not None
    return stored.log.excused_weeks


def decide_against(comms: Actor, backend: Backend, trial_id: int) -> None:
    decisions.decide(
        comms, backend, trial_id=trial_id, decision="no_account", reason="Not this year."
    )


def test_what_a_lead_asks_for_waits_with_its_days_and_its_name(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    asked = ask(lead, backend, trial_id, 6, 7)
    assert (asked.first_day, asked.last_day) == (date(2026, 2, 16), date(2026, 3, 1))
    assert asked.expires_on == asked.last_day
    assert (asked.status, asked.asked_by, asked.asked_on) == ("asked", "Lou Lead", TODAY)
    assert (asked.decided_by, asked.decided_on) == ("", None)
    assert exemptions.waiting(comms, backend) == (asked,)
    assert trial_views.detail(lead, backend, trial_id=trial_id).exemptions == (asked,)


@pytest.mark.parametrize(
    "today, in_time",
    [
        (date(2026, 2, 15), True),  # the day before week 6 starts
        (date(2026, 2, 16), False),  # its first day
        (date(2026, 2, 20), False),
    ],
)
def test_asking_comes_before_the_week_starts(
    backend: Backend,
    clock: FixedClock,
    lead: Actor,
    trial_id: int,
    today: date,
    in_time: bool,
) -> None:
    clock.set(today)
    if in_time:
        assert ask(lead, backend, trial_id, 6, 6).status == "asked"
    else:
        with pytest.raises(NotPossible, match=r"Mon 16 Feb.*Communications can still grant"):
            ask(lead, backend, trial_id, 6, 6)


def test_for_a_trial_ahead_even_the_first_week_can_be_asked_for(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(START - timedelta(days=1))
    assert ask(lead, backend, trial_id, 0, 0).first_day == START


@pytest.mark.parametrize("first, last", [(-1, 7), (7, 6), (6, 13), (13, 13)])
def test_weeks_outside_the_trial_or_the_wrong_way_round_are_refused(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int, first: int, last: int
) -> None:
    with pytest.raises(InvalidInput, match="weeks from 1 to 13"):
        ask(lead, backend, trial_id, first, last)
    with pytest.raises(InvalidInput, match="weeks from 1 to 13"):
        grant(comms, backend, trial_id, first, last)


def test_the_last_week_of_a_trial_can_be_left_out(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    assert ask(lead, backend, trial_id, LAST_WEEK, LAST_WEEK).last_day == date(2026, 4, 5)


@pytest.mark.parametrize("first, last", [(6, 6), (8, 8), (5, 9), (7, 7)])
def test_weeks_that_have_an_exemption_are_refused_with_the_one_they_have(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int, first: int, last: int
) -> None:
    ask(lead, backend, trial_id, 6, 8)
    with pytest.raises(InvalidInput, match="weeks 7 to 9 is asked"):
        grant(comms, backend, trial_id, first, last)


def test_after_a_refusal_the_same_weeks_can_be_asked_for_again(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    asked = ask(lead, backend, trial_id, 6, 6)
    exemptions.decide(
        comms, backend, exemption_id=asked.id, grant=False, reason="That week is a short one."
    )
    assert ask(lead, backend, trial_id, 6, 6).status == "asked"


def test_asking_takes_a_reason(backend: Backend, lead: Actor, trial_id: int) -> None:
    with pytest.raises(InvalidInput, match="Give a reason"):
        exemptions.ask(lead, backend, trial_id=trial_id, first_week=6, last_week=6, reason="  ")


@pytest.mark.parametrize("granted, status", [(True, "granted"), (False, "refused")])
def test_a_decision_on_what_was_asked_names_who_decided_and_when(
    backend: Backend,
    clock: FixedClock,
    comms: Actor,
    lead: Actor,
    trial_id: int,
    granted: bool,
    status: str,
) -> None:
    asked = ask(lead, backend, trial_id, 6, 6)
    clock.set(date(2026, 2, 18))  # asked for in time, looked at in the week itself
    decided = exemptions.decide(
        comms, backend, exemption_id=asked.id, grant=granted, reason="We have talked about it."
    )
    assert (decided.status, decided.decided_by) == (status, "Kim Comms")
    assert decided.decided_on == date(2026, 2, 18)
    assert exemptions.waiting(comms, backend) == ()
    with pytest.raises(NotPossible, match=f"{status} already"):
        exemptions.decide(comms, backend, exemption_id=asked.id, grant=True)


def test_a_refusal_takes_a_reason_and_a_grant_does_not(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    asked = ask(lead, backend, trial_id, 6, 6)
    with pytest.raises(InvalidInput, match="Give a reason"):
        exemptions.decide(comms, backend, exemption_id=asked.id, grant=False)
    assert exemptions.decide(comms, backend, exemption_id=asked.id, grant=True).status == "granted"


def test_a_decision_on_what_has_changed_meanwhile_is_stale(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    asked = ask(lead, backend, trial_id, 6, 6)
    with pytest.raises(StaleEdit):
        exemptions.decide(
            comms, backend, exemption_id=asked.id, grant=True, version=asked.version + 1
        )


@pytest.mark.parametrize("week", [0, 4, 5, 12])
def test_comms_can_leave_out_past_running_and_coming_weeks_for_cause(
    backend: Backend, comms: Actor, trial_id: int, week: int
) -> None:
    granted = grant(comms, backend, trial_id, week, week)
    assert (granted.status, granted.decided_by, granted.decided_on) == (
        "granted",
        "Kim Comms",
        TODAY,
    )
    assert granted.cause is ExemptionCause.ILLNESS
    assert granted.expires_on == START + timedelta(days=week * 7 + 6)


@pytest.mark.parametrize("cause", ["holiday", "", ExemptionCause.PLANNED])
def test_a_grant_for_cause_takes_one_of_the_causes(
    backend: Backend, comms: Actor, trial_id: int, cause: str
) -> None:
    with pytest.raises(InvalidInput, match="“Illness”, “An emergency”, “Not enough people”"):
        exemptions.grant_for_cause(
            comms,
            backend,
            trial_id=trial_id,
            first_week=3,
            last_week=3,
            cause=cause,  # type: ignore[arg-type]  # as a form or an import may hand it over
            reason="A reason.",
        )


def test_a_cause_may_come_as_the_plain_word_a_form_keeps(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    granted = exemptions.grant_for_cause(
        comms,
        backend,
        trial_id=trial_id,
        first_week=3,
        last_week=3,
        cause="staffing",  # type: ignore[arg-type]
        reason="Two people left.",
    )
    assert granted.cause is ExemptionCause.STAFFING


def test_after_the_decision_no_week_can_be_left_out_any_more(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    asked = ask(lead, backend, trial_id, 6, 6)
    decide_against(comms, backend, trial_id)
    with pytest.raises(NotPossible):
        ask(lead, backend, trial_id, 8, 8)
    with pytest.raises(NotPossible):
        grant(comms, backend, trial_id, 3, 3)
    with pytest.raises(NotPossible):
        exemptions.decide(comms, backend, exemption_id=asked.id, grant=True)
    assert exemptions.waiting(comms, backend) == ()


def test_in_a_trial_that_ended_early_weeks_can_be_excused_but_not_asked_for(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    trials.end_early(comms, backend, trial_id=trial_id, on=TODAY, reason="The unit moves.")
    with pytest.raises(NotPossible, match="has ended"):
        ask(lead, backend, trial_id, 6, 6)
    clock.set(TODAY + timedelta(days=2))
    assert grant(comms, backend, trial_id, 3, 3).status == "granted"
    assert excused_in_the_log(backend, trial_id) == {3}


def test_only_what_is_granted_excuses_weeks(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    asked, refused = ask(lead, backend, trial_id, 6, 7), ask(lead, backend, trial_id, 9, 9)
    exemptions.decide(comms, backend, exemption_id=refused.id, grant=False, reason="Not that week.")
    assert excused_in_the_log(backend, trial_id) == frozenset()
    exemptions.decide(comms, backend, exemption_id=asked.id, grant=True)
    grant(comms, backend, trial_id, 2, 2)
    assert excused_in_the_log(backend, trial_id) == {2, 6, 7}


def test_what_is_not_there_is_hidden_from_leads_and_said_to_comms(
    backend: Backend, comms: Actor, lead: Actor
) -> None:
    with pytest.raises(NotAllowed):
        exemptions.decide(lead, backend, exemption_id=99, grant=True)
    with pytest.raises(NotFound):
        exemptions.decide(comms, backend, exemption_id=99, grant=True)


def withdraw(
    actor: Actor, backend: Backend, granted: ExemptionView, **wishes: Any
) -> ExemptionView:
    asked: dict[str, Any] = {"version": granted.version, "reason": "It was another week.", **wishes}
    return exemptions.withdraw(actor, backend, exemption_id=granted.id, **asked)


def test_a_granted_exemption_is_withdrawn_and_its_weeks_are_judged_again(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    granted = grant(comms, backend, trial_id, 3, 4)
    assert excused_in_the_log(backend, trial_id) == {3, 4}
    clock.set(date(2026, 2, 12))
    withdrawn = withdraw(comms, backend, granted)
    assert (withdrawn.status, withdrawn.stands) == ("withdrawn", False)
    assert (withdrawn.decided_by, withdrawn.decided_on) == ("Kim Comms", date(2026, 2, 12))
    assert excused_in_the_log(backend, trial_id) == frozenset()
    (shown,) = trial_views.detail(lead, backend, trial_id=trial_id).exemptions
    assert shown.answer == "It was another week."
    # The weeks are free again.
    assert grant(comms, backend, trial_id, 4, 4).status == "granted"


def test_what_was_refused_tells_the_department_why(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    asked = ask(lead, backend, trial_id, 6, 6)
    exemptions.decide(
        comms, backend, exemption_id=asked.id, grant=False, reason="Two posts are ready."
    )
    (shown,) = trial_views.detail(lead, backend, trial_id=trial_id).exemptions
    assert (shown.status, shown.answer) == ("refused", "Two posts are ready.")


def test_only_what_is_granted_can_be_withdrawn_with_a_reason_and_as_it_was_seen(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    asked = ask(lead, backend, trial_id, 6, 6)
    with pytest.raises(NotPossible, match="is asked; there is nothing to withdraw"):
        withdraw(comms, backend, asked)
    granted = grant(comms, backend, trial_id, 3, 3)
    with pytest.raises(InvalidInput, match="Give a reason"):
        withdraw(comms, backend, granted, reason=" ")
    with pytest.raises(StaleEdit):
        withdraw(comms, backend, granted, version=granted.version + 1)
    assert excused_in_the_log(backend, trial_id) == {3}
    decide_against(comms, backend, trial_id)
    with pytest.raises(NotPossible, match="decided"):
        withdraw(comms, backend, granted)
