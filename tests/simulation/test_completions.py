"""Ways a running trial may end: nothing is undone, and the rest is drawn from what was learned."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.simulation.priors import shipped
from tests.unit.logs import ALL_GATES_MET, kept_slots, log, log_of_counts, unplanned
from tests.unit.policies import standard
from trial.domain.errors import InvalidInput
from trial.domain.trial_log import Answers, TrialLog
from trial.domain.verdict import CheckName
from trial.scoring.facts import Facts, facts_of
from trial.scoring.verdict import judge
from trial.simulation.completions import BLOCK, completions
from trial.simulation.posterior import Posterior, posterior_of


def running(counts: Sequence[int], *, day: int = 0, **said: object) -> Facts:
    """Facts of a trial of 13 weeks with these weeks over, on a day of the next one."""
    today = 7 * len(counts) + day
    padded = [*counts, *[0] * (13 - len(counts))]
    return facts_of([log_of_counts(padded, today=today, **said)], standard())  # type: ignore[arg-type]


def completed(facts: Facts, number: int = 400, seed: int = 1) -> Facts:
    (found,) = completions([posterior(facts)], number=number, seed=seed)
    return found


def posterior(facts: Facts) -> Posterior:
    return posterior_of(facts, standard(), shipped())[0]


def facts_from(found: TrialLog) -> Facts:
    return facts_of([found], standard())


def by_week(facts: Facts) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = facts.live.reshape(facts.trials, -1, 7).sum(axis=2, dtype=np.int64)
    return counts


@pytest.mark.parametrize("more", [7, BLOCK, 2 * BLOCK + 1])
def test_the_first_completions_are_the_same_however_many_follow(more: int) -> None:
    facts = running([4, 1, 3])

    def run(number: int) -> dict[str, NDArray[np.generic]]:
        parts = list(completions([posterior(facts)], number=number))
        return {
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Facts)
        }

    few, many = run(100), run(100 + more)
    for name, values in few.items():
        assert len(many[name]) == 100 + more
        np.testing.assert_array_equal(values, many[name][:100], err_msg=name)


def test_another_seed_gives_other_completions_and_blocks_differ() -> None:
    facts = running([4, 1, 3])
    assert (completed(facts).live != completed(facts, seed=2).live).any(axis=1).all()
    first, second = completions([posterior(facts)], number=2 * BLOCK)
    assert (first.live != second.live).any(axis=1).mean() > 0.9


def test_shapes_and_types_are_those_of_real_facts() -> None:
    facts = completed(running([4, 1, 3]), 50)
    found = {
        f.name: (getattr(facts, f.name).shape, getattr(facts, f.name).dtype.name)
        for f in fields(Facts)
    }
    assert found == {
        "live": ((50, 91), "int16"),
        "elapsed": ((50,), "int16"),
        "excused": ((50, 13), "bool"),
        "reported": ((50, 13), "bool"),
        "slots_due": ((50,), "int32"),
        "on_schedule": ((50,), "int32"),
        "slots_ahead": ((50, 13), "int16"),
        "filled_ahead": ((50, 13), "int16"),
        "planning_known": ((50,), "bool"),
        "reviewed": ((50,), "int32"),
        "first_pass": ((50,), "int32"),
        "needing": ((50,), "int32"),
        "answered": ((50,), "int32"),
        "by_contributor": ((50, 3, 13), "int16"),
        "gates": ((50, 5), "int8"),
    }
    assert set(facts.elapsed.tolist()) == {91}
    assert (facts.gates == 1).all()


@given(
    counts=st.lists(st.integers(0, 9), max_size=12),
    day=st.integers(0, 6),
    ahead=st.lists(st.integers(0, 90), max_size=6),
    excused=st.sets(st.integers(0, 12), max_size=4),
)
def test_nothing_that_is_in_the_log_is_undone(
    counts: list[int], day: int, ahead: list[int], excused: set[int]
) -> None:
    today = 7 * len(counts) + day
    posts = [
        unplanned(7 * week + at % 7) for week, count in enumerate(counts) for at in range(count)
    ]
    buffer = [unplanned(number) for number in ahead if number >= today]
    now = facts_from(log([*posts, *buffer], today=today, excused=excused))
    end = completed(now, 60)
    np.testing.assert_array_equal(end.live[:, :today], np.repeat(now.live[:, :today], 60, axis=0))
    assert (end.live >= now.live).all()
    for week in excused:
        days = slice(7 * week, 7 * week + 7)
        np.testing.assert_array_equal(end.live[:, days], np.repeat(now.live[:, days], 60, axis=0))
    assert (end.excused == now.excused).all()


@given(counts=st.lists(st.integers(0, 6), max_size=12), needing=st.integers(0, 9))
def test_the_parts_of_a_record_never_exceed_their_wholes(counts: list[int], needing: int) -> None:
    days = [7 * week + at % 7 for week, count in enumerate(counts) for at in range(count)]
    said = log(
        kept_slots(days, "Ada"), today=7 * len(counts), answers=Answers(needing, needing // 2)
    )
    end = completed(facts_from(said), 60)
    assert (end.on_schedule <= end.slots_due).all()
    assert (end.first_pass <= end.reviewed).all()
    assert (end.answered <= end.needing).all()
    judged = judge(end, standard())
    assert ((judged.score >= 0) & (judged.score <= 1)).all()


def test_a_week_worked_ahead_ends_with_what_is_there_or_more() -> None:
    # Three posts stand in week 8 already; the week was drawn as if nothing were there.
    buffer = [unplanned(7 * 8 + at) for at in range(3)]
    weeks = by_week(completed(facts_from(log(buffer, today=7 * 6))))
    assert weeks[:, 8].min() == 3
    assert weeks[:, 9].min() == 0
    assert weeks[:, 8].max() == shipped().most


def test_of_the_open_week_only_the_days_to_come_are_drawn() -> None:
    monday, sunday = running([4] * 6), running([4] * 6, day=6)
    on_monday, on_sunday = (by_week(completed(each))[:, 6] for each in (monday, sunday))
    assert on_monday.mean() > 3
    assert on_sunday.mean() < 1
    # The weeks after it are drawn alike.
    np.testing.assert_array_equal(
        by_week(completed(monday))[:, 7:], by_week(completed(sunday))[:, 7:]
    )


def test_coming_weeks_follow_the_posterior_of_the_departments_own_weeks() -> None:
    own = [5, 5, 5, 2, 5, 5]
    weeks = by_week(completed(running(own), BLOCK))[:, 6:]
    evidence = np.array(shipped().evidence)
    evidence[5] += 5
    evidence[2] += 1
    expected = evidence / evidence.sum()
    found = np.bincount(weeks.ravel(), minlength=9) / weeks.size
    assert found == pytest.approx(expected, abs=0.02)
    # Weeks of one department are alike: the number in band scatters as a beta-binomial does.
    in_band = (weeks >= 3).sum(axis=1)
    a, b, n = evidence[3:].sum(), evidence[:3].sum(), 7
    variance = n * a * b * (a + b + n) / ((a + b) ** 2 * (a + b + 1))
    assert in_band.var() == pytest.approx(variance, rel=0.1)
    assert in_band.mean() == pytest.approx(n * a / (a + b), rel=0.03)


def test_excused_and_unreported_weeks_teach_nothing() -> None:
    silent = by_week(completed(running([4, 4, 0])))[:, 3:].mean()
    unreported = by_week(completed(running([4, 4, 0], reported={0, 1})))[:, 3:].mean()
    excused = by_week(completed(running([4, 4, 0], excused={2})))[:, 3:].mean()
    assert unreported == excused > silent + 0.2


def test_what_the_record_is_silent_about_stays_unjudged() -> None:
    # Six weeks of posts by nobody named, without slots, reviews or answers.
    judged = judge(completed(running([4] * 6)), standard())
    for name in (
        CheckName.DELIVERY,
        CheckName.QUALITY,
        CheckName.RESPONSIVENESS,
        CheckName.SHARED_LOAD,
    ):
        assert not judged.checks[name].judged.any(), name
    # Where nothing could have been said yet, the assumptions speak.
    begun = completed(running([]))
    judged = judge(begun, standard())
    for name in CheckName:
        assert judged.checks[name].judged.mean() > 0.9, name


def test_the_rest_of_the_record_goes_on_as_it_was() -> None:
    days = [7 * week + at for week in range(6) for at in range(4)]
    kept = completed(facts_from(log(kept_slots(days), today=42)))
    share = (kept.on_schedule / kept.slots_due).mean()
    assert 0.8 < share < 1.0
    missed = [replace(post, delivered_on=None) for post in kept_slots(days)]
    broken = completed(facts_from(log(missed, today=42)))
    assert (broken.on_schedule / broken.slots_due).mean() < share - 0.4
    # The open week has no slots, and its day for them has passed.
    filled = (kept.filled_ahead >= 3).mean(axis=0)
    assert filled[:6].min() == 1.0
    assert filled[6] == 0.0
    assert 0.8 < filled[7:].mean() < 1.0


def test_who_makes_the_posts_to_come_is_drawn_from_who_made_those_before() -> None:
    alone = completed(running([4] * 6, contributor="Ada"))
    coming = alone.by_contributor[:, :, 6:].sum(axis=(0, 2))
    # 24 of Ada's and four that are assumed of three people of whom nothing is known.
    assert coming[0] / coming.sum() == pytest.approx(24 / 28, abs=0.02)
    assert coming[1:] / coming.sum() == pytest.approx(np.full(3, 4 / 3 / 28), abs=0.01)
    # What has happened stays: nobody else made a post of the first six weeks.
    assert alone.by_contributor[:, 1:, :6].sum() == 0
    # Every post is made by somebody.
    assert (alone.by_contributor.sum(axis=1) == by_week(alone)).all()


def test_on_the_last_evening_of_a_department_of_one_nothing_is_left_without_them() -> None:
    # All posts are in; the scoring code itself finds nothing left without Ada.
    now = facts_of([log_of_counts([4] * 13, today=90, contributor="Ada")], standard())
    shared = judge(completed(now), standard()).checks[CheckName.SHARED_LOAD].score
    # Whatever one more post of today changes of thirteen weeks of three.
    assert shared.max() < 3 / 39


def test_a_trial_that_is_over_has_one_end() -> None:
    facts = running([4] * 13)
    end = completed(facts, 5)
    np.testing.assert_array_equal(end.live, np.repeat(facts.live, 5, axis=0))


def test_gates_are_closed_at_the_end() -> None:
    facts = running([4] * 3, gates=replace(ALL_GATES_MET, training_done=0))
    assert facts.gates.min() == 0
    assert completed(facts, 5).gates.min() == 1


@pytest.mark.parametrize(
    ("numbers", "field"),
    [({"number": 0}, "Completions"), ({"number": -1}, "Completions"), ({"seed": -1}, "Seed")],
)
def test_numbers_that_cannot_be_are_refused(numbers: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{field} cannot be "):
        next(completions([posterior(running([4]))], **{"number": 5, **numbers}))


def test_a_band_beyond_what_the_prior_tells_apart_is_refused() -> None:
    beyond = replace(standard(), band=replace(standard().band, low=9, high=12))
    with pytest.raises(InvalidInput, match=r"^Target band cannot be 9"):
        posterior_of(running([4]), beyond, shipped())


def test_memory_does_not_grow_with_the_number_of_completions() -> None:
    facts = running([4])

    def peak(number: int) -> int:
        tracemalloc.start()
        for _ in completions([posterior(facts)], number=number):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(8 * BLOCK)
    assert peak(8 * BLOCK) < 1.2 * peak(2 * BLOCK)
