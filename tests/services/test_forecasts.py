from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.services.test_board import log_week
from tests.unit.logs import log_of_counts
from tests.unit.policies import standard
from trial.config import ROOT
from trial.domain.cadence import Band
from trial.domain.errors import NotAllowed, NotFound, NotSignedIn, PolicyError
from trial.domain.exemptions import ExemptionCause
from trial.domain.policy import Policy
from trial.domain.verdict import GateName
from trial.scoring.facts import Facts, facts_of
from trial.services import board, check_in, exemptions, forecasts, posts, standing, trials
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.simulation.completions import completions
from trial.simulation.forecast import chances_of_all
from trial.simulation.posterior import Posterior
from trial.store.trial_log import RawLog


@pytest.fixture
def logged(backend: Backend, comms: Actor, trial_id: int, other_trial_id: int) -> int:
    """Cardiology with three posts in each of its five weeks; Dermatology has 4, 3, 1, 6, none."""
    for week in range(5):
        log_week(comms, backend, trial_id, week, 3)
    for week, number in enumerate([4, 3, 1, 6]):
        log_week(comms, backend, other_trial_id, week, number)
    return trial_id


def say_nothing_happened(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int, weeks: Iterable[int]
) -> None:
    """Send "nothing this week" on the Friday of each of these weeks of a trial from 5 January."""
    today = clock.now()
    for week in weeks:
        clock.set(date(2026, 1, 9) + timedelta(days=7 * week))
        check_in.check_in(comms, backend, trial_id=trial_id, week=week, nothing_to_report=True)
    clock.set(today.date())


def test_board_and_forecast_say_the_same_chance_of_every_trial(
    backend: Backend, comms: Actor, logged: int
) -> None:
    rows = board.board(comms, backend).rows
    assert len(rows) == 2
    for row in rows:
        view = forecasts.forecast(comms, backend, trial_id=row.trial_id)
        assert view is not None
        assert row.chance == view.chance
        assert 0.0 <= view.chance <= 1.0


def test_the_least_likely_to_be_ready_come_first_on_the_board(
    backend: Backend, comms: Actor, logged: int
) -> None:
    rows = board.board(comms, backend).rows
    assert [row.department for row in rows] == ["Dermatology", "Cardiology"]
    chances = [row.chance for row in rows if row.chance is not None]
    assert chances[0] < chances[1]


def test_a_forecast_names_days_gates_and_what_it_rests_on(
    backend: Backend, comms: Actor, logged: int
) -> None:
    view = forecasts.forecast(comms, backend, trial_id=logged)
    assert view is not None
    assert sum(view.verdicts.values()) == pytest.approx(1.0)
    assert [(each.week, each.on) for each in view.past] == [
        (week, date(2026, 1, 11) + timedelta(days=7 * week)) for week in range(5)
    ]
    assert [each.week for each in view.fan] == list(range(5, 13))
    assert view.fan[-1].on == date(2026, 4, 5)
    assert view.own_weeks == 5
    assert view.out_of_reach_since is None
    assert GateName.TRAINING in view.open_gates
    assert view.needed is not None
    assert view.needed.posts % 3 == 0
    assert view.needed.by.weekday() == 6
    assert view.ready_from == 0.75
    assert view.prior.worth_weeks == pytest.approx(6.54)


def test_the_past_is_told_as_it_was_known_then(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int
) -> None:
    # Everything was entered today, in the sixth week; the score of each week is of its own end.
    log_week(comms, backend, trial_id, 0, 3)
    log_week(comms, backend, trial_id, 1, 1)
    view = forecasts.forecast(comms, backend, trial_id=trial_id)
    assert view is not None
    for past in view.past:
        clock.set(past.on + timedelta(days=1))
        assert standing.standing(comms, backend, trial_id=trial_id).scorecard.score == past.score


def test_out_of_reach_is_told_with_the_week_it_began(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 3, 9))
    untold = forecasts.forecast(comms, backend, trial_id=trial_id)
    assert untold is not None
    # Nine weeks that nobody reported may yet turn out to have been full.
    assert untold.out_of_reach_since is None
    say_nothing_happened(backend, clock, comms, trial_id, range(9))
    view = forecasts.forecast(comms, backend, trial_id=trial_id)
    assert view is not None
    assert view.chance == 0.0
    assert view.needed is None
    # Nine silent weeks; the rest of the band gate was lost with the fifth, the score before it.
    assert view.out_of_reach_since is not None
    assert 1 <= view.out_of_reach_since <= 5
    clock.set(date(2026, 1, 5) + timedelta(days=7 * view.out_of_reach_since))
    then = forecasts.forecast(comms, backend, trial_id=trial_id)
    assert then is not None
    assert then.out_of_reach_since == view.out_of_reach_since
    clock.set(date(2026, 1, 5) + timedelta(days=7 * view.out_of_reach_since - 7))
    before = forecasts.forecast(comms, backend, trial_id=trial_id)
    assert before is not None
    assert before.out_of_reach_since is None


def test_board_and_forecast_name_the_same_week_from_which_ready_is_out_of_reach(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int, other_trial_id: int
) -> None:
    clock.set(date(2026, 3, 9))
    for week, number in enumerate([3, 3, 4, 3, 1, 0, 1, 0, 1]):
        log_week(comms, backend, other_trial_id, week, number)
    say_nothing_happened(backend, clock, comms, other_trial_id, (5, 7))
    say_nothing_happened(backend, clock, comms, trial_id, range(9))
    weeks = set()
    for today in (date(2026, 2, 10), date(2026, 3, 6), date(2026, 3, 9), date(2026, 4, 5)):
        clock.set(today)
        for row in board.board(comms, backend).rows:
            view = forecasts.forecast(comms, backend, trial_id=row.trial_id)
            assert view is not None
            assert row.out_of_reach_since == view.out_of_reach_since
            weeks.add(row.out_of_reach_since)
    assert None in weeks
    assert len(weeks) > 2


def test_only_what_has_no_chance_is_looked_back_on_and_then_remembered(
    monkeypatch: pytest.MonkeyPatch,
    backend: Backend,
    clock: FixedClock,
    comms: Actor,
    logged: int,
) -> None:
    read: list[int] = []

    def noted(entered: Sequence[RawLog], *args: Any, **more: Any) -> tuple[int | None, ...]:
        read.extend(each.trial.id or 0 for each in entered)
        return look_back(entered, *args, **more)

    look_back = forecasts.out_of_reach_since
    monkeypatch.setattr(forecasts, "out_of_reach_since", noted)
    board.board(comms, backend)
    assert read == []
    silent = trials.start(comms, backend, department="Radiology", starts_on=date(2026, 1, 5)).id
    say_nothing_happened(backend, clock, comms, silent, range(5))
    for _ in range(2):
        row = board.board(comms, backend).rows[0]
        assert (row.trial_id, row.chance) == (silent, 0.0)
        assert row.out_of_reach_since is not None
    assert read == [silent]
    posts.add_unplanned(comms, backend, trial_id=logged, title="New", on=date(2026, 2, 9))
    board.board(comms, backend)
    assert read == [silent]


def test_a_trial_that_is_over_has_a_verdict_and_no_forecast(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 4, 5))
    assert forecasts.forecast(comms, backend, trial_id=trial_id) is not None
    clock.set(date(2026, 4, 6))
    assert forecasts.forecast(comms, backend, trial_id=trial_id) is None
    assert board.board(comms, backend).rows[0].chance is None


def test_a_trial_that_was_ended_early_has_no_forecast(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    trials.end_early(
        comms, backend, trial_id=trial_id, on=date(2026, 2, 8), reason="The department merges."
    )
    assert forecasts.forecast(comms, backend, trial_id=trial_id) is None


def test_a_trial_that_has_not_begun_has_the_chance_of_any(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int, other_trial_id: int
) -> None:
    clock.set(date(2026, 1, 2))
    found = [
        forecasts.forecast(comms, backend, trial_id=each) for each in (trial_id, other_trial_id)
    ]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].chance == found[1].chance
    assert found[0].own_weeks == 0
    assert found[0].past == ()


def test_what_did_not_change_is_not_forecast_again(
    monkeypatch: pytest.MonkeyPatch, backend: Backend, clock: FixedClock, comms: Actor, logged: int
) -> None:
    asked = 0

    def counted(learned: Sequence[Posterior], **kwargs: Any) -> Iterator[Facts]:
        nonlocal asked
        asked += len(learned)
        return completions(learned, **kwargs)

    monkeypatch.setattr("trial.simulation.forecast.completions", counted)

    def forecasts_made() -> int:
        nonlocal asked
        asked = 0
        board.board(comms, backend)
        made = asked
        forecasts.forecast(comms, backend, trial_id=logged)
        again = asked
        forecasts.forecast(comms, backend, trial_id=logged)
        assert asked == again
        return made

    assert forecasts_made() == 2
    assert forecasts_made() == 0
    posts.add_unplanned(comms, backend, trial_id=logged, title="New", on=date(2026, 2, 9))
    assert forecasts_made() == 1
    exemptions.grant_for_cause(
        comms,
        backend,
        trial_id=logged,
        first_week=7,
        last_week=7,
        cause=ExemptionCause.ILLNESS,
        reason="Half the team is ill.",
    )
    assert forecasts_made() == 1
    clock.set(date(2026, 2, 10))
    assert forecasts_made() == 2


def test_progress_is_told_while_the_board_is_read(
    backend: Backend, comms: Actor, logged: int
) -> None:
    told: list[tuple[int, int]] = []
    board.board(comms, backend, progress=lambda done, of: told.append((done, of)))
    assert told == [(2, 2)]
    told.clear()
    board.board(comms, backend, progress=lambda done, of: told.append((done, of)))
    assert told == []


def test_what_is_out_of_reach_is_told_as_drawing_it_would_tell_it(backend: Backend) -> None:
    start = forecasts.forecast_prior(backend)
    weeks = [0] * 7
    logs = [
        log_of_counts([*counts, *weeks], today=42)
        for counts in ([0] * 6, [4] * 6, [1] * 6, [3, 4, 1, 3, 2, 4])
    ]
    facts = facts_of(logs, standard())
    told: list[tuple[int, int]] = []
    found = forecasts.chances_of(
        facts, standard(), start, progress=lambda done, of: told.append((done, of))
    )
    drawn = [each.ready for each in chances_of_all(facts, standard(), start)]
    assert list(found) == [ready.share for ready in drawn]
    assert [each is not None and each > 0 for each in found] == [False, True, False, True]
    assert told == [(4, 4)]


def test_what_a_forecast_starts_from_is_read_anew_when_the_file_changes(
    tmp_path: Path, backend: Backend, comms: Actor, logged: int
) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    elsewhere = replace(backend, data_folder=data)
    before = board.board(comms, elsewhere).rows[0].chance
    file = data / "forecast.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[0.75, 1.34,", "[7.5, 1.34,"), encoding="utf-8")
    after = board.board(comms, elsewhere).rows[0].chance
    assert before is not None
    assert after is not None
    assert after < before


@pytest.mark.parametrize("spoilt", [b"", b"[weeks", b"\xff", None])
def test_a_file_that_cannot_be_used_is_named(
    spoilt: bytes | None, tmp_path: Path, backend: Backend, comms: Actor, trial_id: int
) -> None:
    if spoilt is not None:
        (tmp_path / "forecast.toml").write_bytes(spoilt)
    with pytest.raises(PolicyError, match=r"^forecast\.toml: "):
        forecasts.forecast(comms, replace(backend, data_folder=tmp_path), trial_id=trial_id)


def test_a_band_beyond_what_the_forecast_tells_apart_has_none(backend: Backend) -> None:
    def asks_for(low: int) -> Policy:
        return replace(standard(), band=Band(low, 12))

    start = forecasts.forecast_prior(backend)
    facts = facts_of([log_of_counts([9, 9, 0, 0], today=14)], asks_for(9))
    assert forecasts.chances_of(facts, asks_for(9), start) == (None,)
    assert forecasts.chances_of(facts, asks_for(8), start) != (None,)


def test_a_forecast_is_for_those_who_may_read_the_scorecard(
    backend: Backend,
    comms: Actor,
    reviewer: Actor,
    lead: Actor,
    other_lead: Actor,
    gone: Actor,
    trial_id: int,
) -> None:
    for actor in (comms, reviewer, lead):
        assert forecasts.forecast(actor, backend, trial_id=trial_id) is not None
    for refused in (trial_id, 999):
        with pytest.raises(NotAllowed):
            forecasts.forecast(other_lead, backend, trial_id=refused)
    with pytest.raises(NotSignedIn):
        forecasts.forecast(gone, backend, trial_id=trial_id)
    with pytest.raises(NotFound):
        forecasts.forecast(comms, backend, trial_id=999)
