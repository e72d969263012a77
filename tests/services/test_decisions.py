from datetime import date, timedelta

import pytest
from sqlmodel import select

from trial.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossible, StaleEdit
from trial.domain.exemptions import ExemptionCause
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import DecisionOption, Reproduction, Verdict
from trial.scoring.scorecard import score_trial
from trial.services import (
    check_in,
    decision_snapshot,
    decisions,
    exemptions,
    incidents,
    posts,
    trial_views,
    trials,
)
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.decisions import DecisionView
from trial.store import trial_log
from trial.store.tables import Decision, PolicyVersion

from .conftest import START, TODAY

END = date(2026, 4, 5)
REVIEW_DAY = date(2026, 4, 8)


def decide(actor: Actor, backend: Backend, trial_id: int, **changes: object) -> DecisionView:
    typed: dict[str, object] = {"decision": Verdict.KEEP_FEEDING, "reason": ""}
    return decisions.decide(
        actor,
        backend,
        trial_id=trial_id,
        **{**typed, **changes},  # type: ignore[arg-type]
    )


@pytest.fixture
def quiet_trial(backend: Backend, clock: FixedClock, lead: Actor, trial_id: int) -> int:
    """A trial with one post a week, over and looked at on Wed 8 Apr: keep feeding."""
    for week in range(13):
        day = START + timedelta(days=7 * week + 2)
        clock.set(day)
        posts.add_unplanned(lead, backend, trial_id=trial_id, title="A post", on=day)
    clock.set(REVIEW_DAY)
    return trial_id


@pytest.mark.parametrize("choice", ["ready", "extend", "keep_feeding"])
def test_a_running_trial_is_not_decided_before_its_last_day_is_over(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int, choice: str
) -> None:
    clock.set(END)
    with pytest.raises(NotPossible, match="runs until Sun 5 Apr 2026"):
        decide(comms, backend, trial_id, decision=choice, reason="Now.")
    clock.set(END + timedelta(days=1))
    assert decide(comms, backend, trial_id, decision=choice, reason="Now.").decision == choice


def test_an_ended_trial_can_be_decided_on_the_day(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    trials.end_early(comms, backend, trial_id=trial_id, on=TODAY, reason="The unit moves.")
    made = decide(
        comms, backend, trial_id, decision=DecisionOption.EXTEND, reason="After the move."
    )
    assert made.decision is DecisionOption.EXTEND


@pytest.mark.parametrize(
    "today, ended_on",
    [
        (START - timedelta(days=10), START - timedelta(days=10)),
        (TODAY, TODAY),
        (END, END),
        (END + timedelta(days=1), None),
    ],
)
def test_a_department_can_decide_against_an_account_on_any_day(
    backend: Backend,
    clock: FixedClock,
    comms: Actor,
    trial_id: int,
    today: date,
    ended_on: date | None,
) -> None:
    clock.set(today)
    made = decide(comms, backend, trial_id, decision="no_account", reason="We would rather not.")
    assert made.decision is DecisionOption.NO_ACCOUNT
    row = trial_views.detail(comms, backend, trial_id=trial_id).row
    assert (row.status, row.ended_on, row.decision) == (
        TrialStatus.DECIDED,
        ended_on,
        "no_account",
    )


def test_deciding_against_an_account_takes_the_departments_reason(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    with pytest.raises(InvalidInput, match="Give a reason"):
        decide(comms, backend, trial_id, decision="no_account")


def test_following_the_recommendation_needs_no_reason(
    backend: Backend, reviewer: Actor, quiet_trial: int
) -> None:
    made = decide(
        reviewer, backend, quiet_trial, dissent="One of us hoped for more.", conditions="None."
    )
    assert made.recommendation is Verdict.KEEP_FEEDING
    assert made.follows_recommendation
    assert (made.decided_by, made.decided_on) == ("Ray Reviewer", REVIEW_DAY)
    assert (made.dissent, made.conditions) == ("One of us hoped for more.", "None.")
    assert decisions.of_trial(reviewer, backend, trial_id=quiet_trial) == made


def test_differing_from_the_recommendation_takes_a_reason(
    backend: Backend, comms: Actor, quiet_trial: int
) -> None:
    with pytest.raises(InvalidInput, match="Give a reason"):
        decide(comms, backend, quiet_trial, decision=Verdict.READY)
    made = decide(
        comms, backend, quiet_trial, decision=Verdict.READY, reason="A second person joins."
    )
    assert not made.follows_recommendation
    assert made.recommendation is Verdict.KEEP_FEEDING


@pytest.mark.parametrize("choice", ["", "not_enough_evidence", "perhaps"])
def test_only_a_decision_is_a_decision(
    backend: Backend, comms: Actor, quiet_trial: int, choice: str
) -> None:
    with pytest.raises(InvalidInput, match="“Ready for its own account”, “Extend with conditions”"):
        decide(comms, backend, quiet_trial, decision=choice, reason="A reason.")


def test_a_decision_is_made_once(backend: Backend, comms: Actor, quiet_trial: int) -> None:
    first = decide(comms, backend, quiet_trial)
    with pytest.raises(NotPossible, match="has its decision"):
        decide(comms, backend, quiet_trial, decision=Verdict.READY, reason="Again.")
    assert decisions.of_trial(comms, backend, trial_id=quiet_trial) == first


@pytest.mark.parametrize("days, taken", [(0, False), (-3, False), (1, True)])
def test_the_next_review_lies_after_the_trial_and_after_today(
    backend: Backend, comms: Actor, quiet_trial: int, days: int, taken: bool
) -> None:
    day = REVIEW_DAY + timedelta(days=days)
    if taken:
        made = decide(comms, backend, quiet_trial, review_again_on=day)
        assert made.review_again_on == day
    else:
        with pytest.raises(InvalidInput, match=r"Review again on.*after Wed 8 Apr 2026"):
            decide(comms, backend, quiet_trial, review_again_on=day)


def test_a_decision_against_an_account_on_the_way_is_reviewed_after_the_planned_end(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    with pytest.raises(InvalidInput, match="after Sun 5 Apr 2026"):
        decide(
            comms,
            backend,
            trial_id,
            decision="no_account",
            reason="Not this year.",
            review_again_on=END,
        )


def test_an_entry_made_since_the_scorecard_was_drawn_stops_the_decision(
    backend: Backend, comms: Actor, quiet_trial: int
) -> None:
    on_the_table = trial_views.detail(comms, backend, trial_id=quiet_trial).row.revision
    incidents.open_incident(comms, backend, trial_id=quiet_trial, summary="A wrong picture.")
    with pytest.raises(StaleEdit):
        decide(comms, backend, quiet_trial, revision=on_the_table)
    seen = trial_views.detail(comms, backend, trial_id=quiet_trial).row.revision
    assert (
        decide(comms, backend, quiet_trial, revision=seen).decision is DecisionOption.KEEP_FEEDING
    )


def test_a_decision_carries_the_name_of_a_person(backend: Backend, quiet_trial: int) -> None:
    with pytest.raises(NotPossible, match="name of a person"):
        decide(OPERATOR, backend, quiet_trial)


@pytest.mark.parametrize("who", ["lead", "other_lead"])
def test_leads_read_their_own_decision_and_never_make_one(
    backend: Backend, lead: Actor, other_lead: Actor, comms: Actor, quiet_trial: int, who: str
) -> None:
    actor = {"lead": lead, "other_lead": other_lead}[who]
    with pytest.raises(NotAllowed):
        decide(actor, backend, quiet_trial)
    made = decide(comms, backend, quiet_trial)
    if who == "lead":
        assert decisions.of_trial(lead, backend, trial_id=quiet_trial) == made
    else:
        with pytest.raises(NotAllowed):
            decisions.of_trial(other_lead, backend, trial_id=quiet_trial)


def test_decisions_are_listed_the_latest_first(
    backend: Backend, clock: FixedClock, comms: Actor, quiet_trial: int, other_trial_id: int
) -> None:
    first = decide(comms, backend, quiet_trial)
    clock.set(REVIEW_DAY + timedelta(days=1))
    second = decide(comms, backend, other_trial_id, reason="Nothing to go by.")
    assert decisions.past(comms, backend) == (second, first)
    assert [each.department for each in (second, first)] == ["Dermatology", "Cardiology"]


# ------------------------------------------------------------------------------------ freezing
def test_the_scorecard_on_the_table_is_kept_whole(
    backend: Backend, comms: Actor, lead: Actor, quiet_trial: int
) -> None:
    with backend.reading() as work:
        stored = trial_log.load(work, quiet_trial, today=REVIEW_DAY)
    assert stored is not None
    expected = score_trial(stored.log, stored.policy)
    made = decide(comms, backend, quiet_trial)
    assert made.policy_hash == stored.policy.content_hash
    assert decisions.frozen_scorecard(lead, backend, trial_id=quiet_trial) == expected


def test_a_decision_can_be_reproduced_years_later(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    for week in range(13):
        first = START + timedelta(days=7 * week)
        clock.set(first)
        for day in range(week % 5):
            (slot,) = posts.plan(
                lead,
                backend,
                trial_id=trial_id,
                title=f"Post {week}.{day} 💙",
                planned_for=first + timedelta(days=day),
                contributor="Ann One",
            )
            posts.deliver(lead, backend, post_id=slot.id, version=slot.version)
        check_in.check_in(
            lead,
            backend,
            trial_id=trial_id,
            week=week,
            hours=2.5,
            needing_answer=3,
            answered_in_a_day=2,
            nothing_to_report=False,
        )
    exemptions.grant_for_cause(
        comms,
        backend,
        trial_id=trial_id,
        first_week=5,
        last_week=5,
        cause=ExemptionCause.ILLNESS,
        reason="Half the team was ill.",
    )
    clock.set(REVIEW_DAY)
    decide(comms, backend, trial_id, reason="We have talked about it.")

    clock.set(date(2031, 1, 1))
    assert decisions.reproduce(lead, backend, trial_id=trial_id) is Reproduction.SAME


@pytest.mark.parametrize(
    "tampered",
    ["the log", "the log and its hash", "the score", "the policy"],
)
def test_what_was_tampered_with_does_not_reproduce(
    backend: Backend, comms: Actor, quiet_trial: int, tampered: str
) -> None:
    decide(comms, backend, quiet_trial)
    with backend.writing() as work:
        row = work.session.exec(select(Decision)).one()
        if tampered.startswith("the log"):
            row.frozen_facts = row.frozen_facts.replace("2026-01-07", "2026-01-08")
        if tampered == "the log and its hash":
            row.frozen_facts = row.frozen_facts.replace(
                '"delivered_on":"2026-01-14"', '"delivered_on":null'
            )
            row.data_hash = decision_snapshot.fingerprint(row.frozen_facts)
        if tampered == "the score":
            row.frozen_scorecard = row.frozen_scorecard.replace('"score":0.', '"score":0.1', 1)
        if tampered == "the policy":
            policy = work.session.exec(select(PolicyVersion)).one()
            policy.document = policy.document.replace("low = { value = 3", "low = { value = 2")
            work.session.add(policy)
        work.session.add(row)
        work.commit()
    again = decisions.reproduce(comms, backend, trial_id=quiet_trial)
    assert again is Reproduction.DIFFERENT


def test_a_decision_of_another_edition_of_the_rules_is_shown_as_it_was_stored(
    backend: Backend, comms: Actor, quiet_trial: int
) -> None:
    decide(comms, backend, quiet_trial)
    with backend.writing() as work:
        row = work.session.exec(select(Decision)).one()
        row.edition = 1
        # Another score than today's rules come to.
        row.frozen_scorecard = row.frozen_scorecard.replace('"score":0.', '"score":0.1', 1)
        work.session.add(row)
        work.commit()
    made = decisions.of_trial(comms, backend, trial_id=quiet_trial)
    assert made is not None
    assert made.edition == 1
    again = decisions.reproduce(comms, backend, trial_id=quiet_trial)
    assert again is Reproduction.OTHER_EDITION


def test_without_a_decision_nothing_is_frozen(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    assert decisions.of_trial(comms, backend, trial_id=trial_id) is None
    with pytest.raises(NotFound):
        decisions.frozen_scorecard(comms, backend, trial_id=trial_id)
    with pytest.raises(NotFound):
        decisions.reproduce(comms, backend, trial_id=trial_id)
