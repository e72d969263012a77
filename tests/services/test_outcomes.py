"""What became of own accounts, and what it makes the forecast say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from tests.services.conftest import REVIEW_DAY
from tests.services.rows import contents, rows_in
from trial.domain.after_trial import Horizon
from trial.domain.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    NotPossible,
    PolicyError,
    StaleEdit,
)
from trial.services import after, decisions, outcomes, posts, trials, undo
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.outcomes import AccountView, OutcomeView

DAY_AFTER = date(2026, 4, 6)
HALF = DAY_AFTER + timedelta(weeks=26)
YEAR = DAY_AFTER + timedelta(weeks=52)


@pytest.fixture
def account(backend: Backend, clock: FixedClock, reviewer: Actor, full_trial: int) -> int:
    """Cardiology's trial, decided as ready on Wed 8 Apr 2026; today is the half-year's day."""
    decisions.decide(
        reviewer, backend, trial_id=full_trial, decision="ready", reason="The gates follow."
    )
    clock.set(HALF)
    return full_trial


def note(actor: Actor, backend: Backend, trial_id: int, **changes: object) -> OutcomeView:
    typed: dict[str, object] = {"checked_on": HALF, "active": True, "silent_since": None}
    return outcomes.note(
        actor,
        backend,
        trial_id=trial_id,
        **{**typed, **changes},  # type: ignore[arg-type]
    )


def the_account(actor: Actor, backend: Backend) -> AccountView:
    (only,) = outcomes.accounts(actor, backend).accounts
    return only


# ------------------------------------------------------------------------------------- the list


def test_before_a_decision_there_is_no_own_account(
    backend: Backend, comms: Actor, full_trial: int
) -> None:
    view = outcomes.accounts(comms, backend)
    assert view.accounts == ()
    assert [track.known for track in view.tracks.values()] == [0, 0]


def test_a_granted_account_is_due_half_a_year_and_a_year_after_its_trial(
    backend: Backend, clock: FixedClock, comms: Actor, account: int
) -> None:
    clock.set(HALF - timedelta(days=1))
    view = the_account(comms, backend)
    assert (view.trial_id, view.department) == (account, "Cardiology")
    assert [each.due for each in view.horizons] == [HALF, YEAR]
    assert (view.is_due(HALF - timedelta(days=1)), view.is_due(HALF)) == (False, True)
    assert view.next_due == HALF
    assert all(each.chance is not None for each in view.horizons)


def test_a_department_that_keeps_feeding_has_no_own_account(
    backend: Backend, comms: Actor, full_trial: int
) -> None:
    decisions.decide(
        comms, backend, trial_id=full_trial, decision="keep_feeding", reason="They like it there."
    )
    assert outcomes.accounts(comms, backend).accounts == ()
    with pytest.raises(NotPossible, match="Cardiology was not granted an own account"):
        note(comms, backend, full_trial, checked_on=REVIEW_DAY)


def test_the_first_account_due_comes_first(
    backend: Backend, clock: FixedClock, comms: Actor, account: int
) -> None:
    second = trials.start(comms, backend, department="Radiology", starts_on=date(2026, 10, 5)).id
    clock.set(date(2027, 1, 12))
    decisions.decide(comms, backend, trial_id=second, decision="ready", reason="A good start.")
    names = [each.department for each in outcomes.accounts(comms, backend).accounts]
    assert names == ["Cardiology", "Radiology"]
    note(comms, backend, account, checked_on=date(2027, 1, 12))
    names = [each.department for each in outcomes.accounts(comms, backend).accounts]
    assert names == [
        "Cardiology",
        "Radiology",
    ]  # its year is due in April, the other's half in July
    clock.set(YEAR)
    note(comms, backend, account, checked_on=YEAR)
    names = [each.department for each in outcomes.accounts(comms, backend).accounts]
    assert names == ["Radiology", "Cardiology"]


# ------------------------------------------------------------------------------------- noting


def test_what_is_found_is_kept_with_who_found_it(
    backend: Backend, comms: Actor, account: int
) -> None:
    made = note(comms, backend, account, active=False, silent_since=date(2026, 8, 1))
    assert (made.active, made.silent_since, made.entered_by) == (
        False,
        date(2026, 8, 1),
        "Kim Comms",
    )
    view = the_account(comms, backend)
    assert [(one.id, one.checked_on) for one in view.found] == [(made.id, HALF)]
    assert [each.kept for each in view.horizons] == [False, None]


def test_an_active_account_answers_for_the_horizon_it_has_reached(
    backend: Backend, clock: FixedClock, comms: Actor, account: int
) -> None:
    note(comms, backend, account)
    view = the_account(comms, backend)
    assert [each.kept for each in view.horizons] == [True, None]
    assert [each.chance is None for each in view.horizons] == [True, False]
    clock.set(YEAR)
    assert the_account(comms, backend).is_due(YEAR)
    note(comms, backend, account, checked_on=YEAR)
    view = the_account(comms, backend)
    assert ([each.kept for each in view.horizons], view.is_due(YEAR)) == ([True, True], False)
    assert [one.checked_on for one in view.found] == [YEAR, HALF]


BAD = {
    "a day before the decision": (
        {"checked_on": REVIEW_DAY - timedelta(days=1)},
        "Checked on cannot be “Tue 7 Apr 2026”. Please give a day from Wed 8 Apr 2026 to",
    ),
    "a day in the future": (
        {"checked_on": HALF + timedelta(days=1)},
        "Checked on cannot be “Tue 6 Oct 2026”. Please give a day from Wed 8 Apr 2026 to "
        "Mon 5 Oct 2026",
    ),
    "no day": ({"checked_on": None}, "Please fill in Checked on"),
    "no answer": ({"active": None}, "Choose Yes or No"),
    "active, and silent": (
        {"silent_since": date(2026, 8, 1)},
        "Leave “Inactive since” empty",
    ),
    "silent since nobody knows when": ({"active": False}, "Choose the day since which"),
    "silent since before the end of the trial": (
        {"active": False, "silent_since": DAY_AFTER - timedelta(days=1)},
        "Inactive since cannot be “Sun 5 Apr 2026”. Please give a day from Mon 6 Apr 2026 to "
        "Mon 5 Oct 2026",
    ),
    "silent since after the look": (
        {"active": False, "checked_on": REVIEW_DAY, "silent_since": HALF},
        "Inactive since cannot be “Mon 5 Oct 2026”. Please give a day from Mon 6 Apr 2026 to "
        "Wed 8 Apr 2026",
    ),
}


@pytest.mark.parametrize(("changes", "said"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_is_refused_with_field_and_value_and_nothing_is_kept(
    backend: Backend, comms: Actor, account: int, changes: dict[str, object], said: str
) -> None:
    before = contents(backend)
    with pytest.raises(InvalidInput) as refused:
        note(comms, backend, account, **changes)
    assert str(refused.value).startswith(said)
    assert contents(backend) == before


def test_a_day_has_one_outcome(backend: Backend, comms: Actor, account: int) -> None:
    note(comms, backend, account)
    with pytest.raises(InvalidInput, match="a day without an outcome"):
        note(comms, backend, account)


# --------------------------------------------------------------------------------- correcting


def test_a_correction_replaces_what_was_noted_and_a_stale_one_is_refused(
    backend: Backend, comms: Actor, account: int
) -> None:
    made = note(comms, backend, account)
    fixed = outcomes.correct(
        comms,
        backend,
        outcome_id=made.id,
        version=made.version,
        checked_on=HALF - timedelta(days=3),
        active=False,
        silent_since=date(2026, 7, 1),
    )
    assert (fixed.id, fixed.checked_on, fixed.active) == (made.id, date(2026, 10, 2), False)
    with pytest.raises(StaleEdit):
        outcomes.correct(
            comms,
            backend,
            outcome_id=made.id,
            version=made.version,
            checked_on=HALF,
            active=True,
        )
    with pytest.raises(StaleEdit):
        outcomes.remove(comms, backend, outcome_id=made.id, version=made.version)
    assert the_account(comms, backend).found[0].silent_since == date(2026, 7, 1)


def test_a_correction_cannot_take_the_day_of_another_look(
    backend: Backend, comms: Actor, account: int
) -> None:
    note(comms, backend, account, checked_on=REVIEW_DAY)
    made = note(comms, backend, account)
    with pytest.raises(InvalidInput, match="Checked on"):
        outcomes.correct(
            comms,
            backend,
            outcome_id=made.id,
            version=made.version,
            checked_on=REVIEW_DAY,
            active=True,
        )


def test_each_step_is_taken_back_to_where_it_led_from(
    backend: Backend, comms: Actor, account: int
) -> None:
    def kept() -> list[tuple[date, date | None]]:
        found = the_account(comms, backend).found
        return [(each.checked_on, each.silent_since) for each in found]

    made = note(comms, backend, account)
    assert made.undo is not None
    fixed = outcomes.correct(
        comms,
        backend,
        outcome_id=made.id,
        version=made.version,
        checked_on=HALF,
        active=False,
        silent_since=date(2026, 7, 1),
    )
    assert fixed.undo is not None
    # What made it is not the last step any more.
    with pytest.raises(NotPossible, match="has changed since"):
        undo.undo(comms, backend, event_id=made.undo)
    undo.undo(comms, backend, event_id=fixed.undo)
    assert kept() == [(HALF, None)]
    (outcome,) = the_account(comms, backend).found
    gone = outcomes.remove(comms, backend, outcome_id=outcome.id, version=outcome.version)
    assert kept() == []
    undo.undo(comms, backend, event_id=gone)
    assert kept() == [(HALF, None)]
    # It is back under a new number: a click on the old one must not reach it.
    with pytest.raises(NotFound):
        outcomes.remove(comms, backend, outcome_id=outcome.id, version=outcome.version)
    again = note(comms, backend, account, checked_on=REVIEW_DAY)
    assert again.undo is not None
    assert undo.undo(comms, backend, event_id=again.undo).removed == 1
    assert kept() == [(HALF, None)]


def test_a_removed_look_does_not_come_back_over_another_of_its_day(
    backend: Backend, comms: Actor, account: int
) -> None:
    made = note(comms, backend, account)
    gone = outcomes.remove(comms, backend, outcome_id=made.id, version=made.version)
    note(comms, backend, account)
    with pytest.raises(NotPossible, match="has changed since"):
        undo.undo(comms, backend, event_id=gone)
    assert len(the_account(comms, backend).found) == 1


def test_an_outcome_that_is_not_there_is_told(backend: Backend, comms: Actor, account: int) -> None:
    with pytest.raises(NotFound):
        outcomes.remove(comms, backend, outcome_id=999, version=1)


def test_only_communications_notes_what_became_of_an_account(
    backend: Backend, comms: Actor, lead: Actor, reviewer: Actor, account: int
) -> None:
    made = note(comms, backend, account)
    assert made.undo is not None
    before = rows_in(backend, "account_outcome")
    for actor in (lead, reviewer):
        with pytest.raises(NotAllowed):
            note(actor, backend, account, checked_on=REVIEW_DAY)
        with pytest.raises(NotAllowed):
            outcomes.remove(actor, backend, outcome_id=made.id, version=made.version)
        with pytest.raises(NotAllowed):
            outcomes.accounts(actor, backend)
        with pytest.raises(NotAllowed):
            undo.undo(actor, backend, event_id=made.undo)
    assert rows_in(backend, "account_outcome") == before


# -------------------------------------------------------------------------------- the forecast


def test_outcomes_move_the_forecast_and_taking_them_back_moves_it_back(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, account: int
) -> None:
    clock.set(date(2026, 10, 12))
    other = trials.start(comms, backend, department="Neurology", starts_on=date(2026, 7, 6)).id
    for week in range(13):
        day = date(2026, 7, 6) + timedelta(days=7 * week)
        posts.add_unplanned(comms, backend, trial_id=other, title="A post", on=day)
    clock.set(YEAR)

    def of_other(horizon: Horizon) -> float:
        return after.after_trial(comms, backend, trial_id=other).chances[horizon].share

    before = {horizon: of_other(horizon) for horizon in Horizon}
    made = note(comms, backend, account, checked_on=YEAR)
    assert after.after_trial(comms, backend, trial_id=other).own == dict.fromkeys(Horizon, 1)
    better = {horizon: of_other(horizon) for horizon in Horizon}
    fixed = outcomes.correct(
        comms,
        backend,
        outcome_id=made.id,
        version=made.version,
        checked_on=YEAR,
        active=False,
        silent_since=YEAR - timedelta(weeks=10),
    )
    worse = {horizon: of_other(horizon) for horizon in Horizon}
    assert worse[Horizon.YEAR] < before[Horizon.YEAR]
    # Active until ten weeks before the year, it kept its cadence at the half-year.
    assert worse[Horizon.HALF_YEAR] == better[Horizon.HALF_YEAR] != before[Horizon.HALF_YEAR]
    outcomes.remove(comms, backend, outcome_id=fixed.id, version=fixed.version)
    assert {horizon: of_other(horizon) for horizon in Horizon} == before


def test_what_is_known_of_an_account_is_said_instead_of_its_chance(
    backend: Backend, comms: Actor, lead: Actor, account: int
) -> None:
    before = after.after_trial(lead, backend, trial_id=account)
    assert (list(before.chances), before.known) == (list(Horizon), {})
    assert (before.own, before.public) == (dict.fromkeys(Horizon, 0), "Public posting timelines")
    note(comms, backend, account)
    known = after.after_trial(lead, backend, trial_id=account)
    assert (list(known.chances), known.known) == ([Horizon.YEAR], {Horizon.HALF_YEAR: True})


def test_a_running_trial_of_a_few_weeks_has_no_chance_yet(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    assert after.after_trial(lead, backend, trial_id=trial_id).chances == {}


def test_a_trial_that_ended_early_counts_from_its_last_day(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int
) -> None:
    ended = date(2026, 2, 8)
    trials.end_early(comms, backend, trial_id=trial_id, on=ended, reason="It is clear.")
    decisions.decide(comms, backend, trial_id=trial_id, decision="ready", reason="It is clear.")
    (view,) = outcomes.accounts(comms, backend).accounts
    assert view.horizons[0].due == ended + timedelta(days=1, weeks=26)
    # Five weeks are too few for a forecast, so its outcome is kept and judges none.
    clock.set(date(2027, 3, 1))
    note(comms, backend, trial_id, checked_on=date(2027, 3, 1))
    found = outcomes.accounts(comms, backend)
    assert [each.kept for each in found.accounts[0].horizons] == [True, True]
    assert [track.known for track in found.tracks.values()] == [0, 0]


def test_a_broken_document_on_public_accounts_is_named(
    backend: Backend, lead: Actor, trial_id: int, tmp_path: Path
) -> None:
    copytree(backend.data_folder, tmp_path / "data", ignore=lambda *_: ["pictures"])
    file = tmp_path / "data" / "after.toml"
    file.write_text(file.read_text("utf-8").replace("value = 11.54", "value = 1154"), "utf-8")
    broken = replace(backend, data_folder=tmp_path / "data")
    with pytest.raises(PolicyError, match=r"after\.toml: half_year\.slope cannot be 1154"):
        after.after_trial(lead, broken, trial_id=trial_id)
