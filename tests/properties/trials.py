"""Trials drawn at random: any mix of what can happen to a post, and any state of a trial."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from tests.unit.logs import log, on_day, slot, unplanned
from trial.domain.posts import Move, Post, Rework
from trial.domain.trial_log import Answers, GateFacts, TrialLog

CONTRIBUTORS = ("Ada", "Ben", "Cem", "")


def _approved(post: Post, day: int) -> Post:
    return replace(post, approved_on=on_day(day))


def _reworked(post: Post, *rounds: tuple[int, int | None]) -> Post:
    return replace(
        post,
        rework=tuple(
            Rework(on_day(back), None if again is None else on_day(again)) for back, again in rounds
        ),
    )


def _moved(post: Post, day: int, to: int, moved_on: int) -> Post:
    move = Move(on_day(day), on_day(to), on_day(moved_on))
    return replace(post, planned_for=on_day(to), moves=(move,))


KINDS: dict[str, Callable[[int], Post]] = {
    "kept": lambda day: slot(day, day),
    "approved at once": lambda day: _approved(slot(day, day), day + 1),
    "ahead": lambda day: _approved(slot(day, day - 12), day - 5),
    "approved long after": lambda day: _approved(slot(day, day - 1), day + 30),
    "late": lambda day: slot(day, day + 3),
    "very late": lambda day: slot(day, day + 15),
    "missed": slot,
    "unplanned": unplanned,
    "unplanned and reworked": lambda day: _reworked(unplanned(day), (day + 1, day + 3)),
    "reworked in time": lambda day: _approved(
        _reworked(slot(day, day - 6), (day - 4, day - 2)), day + 2
    ),
    "reworked and late": lambda day: _reworked(slot(day, day), (day + 1, day + 3)),
    "reworked twice": lambda day: _reworked(slot(day, day - 2), (day, day + 1), (day + 8, day + 9)),
    "approved, edited, sent back": lambda day: _reworked(
        replace(slot(day, day - 6), first_pass_on=on_day(day - 5), asked_again_on=on_day(day - 4)),
        (day - 3, day - 1),
    ),
    "sent back": lambda day: _reworked(slot(day, day - 2), (day - 1, None)),
    "rejected": lambda day: replace(slot(day, day - 2), rejected_on=on_day(day - 1)),
    "withdrawn in time": lambda day: replace(slot(day), withdrawn_on=on_day(day - 7)),
    "withdrawn too near": lambda day: replace(slot(day, day - 8), withdrawn_on=on_day(day - 6)),
    "moved in time": lambda day: _moved(slot(day, day + 5), day, day + 5, day - 7),
    "moved too near": lambda day: _moved(slot(day, day + 5), day, day + 5, day - 6),
    "entered late": lambda day: replace(slot(day, day), backfilled=True),
    "unplanned, entered late": lambda day: replace(unplanned(day), backfilled=True),
    "planned at the last moment": lambda day: replace(slot(day, day), planned_on=on_day(day)),
}
"""Everything that can happen to a post of one day."""

gate_facts = st.builds(
    GateFacts,
    purpose_written=st.sampled_from([True, True, False, None]),
    managers_named=st.sampled_from([True, True, True, None]),
    training_done=st.sampled_from([4, 4, 4, 3, None]),
    training_total=st.just(4),
    agreement_signed=st.sampled_from([True, True, True, False]),
    open_incidents=st.sampled_from([0, 0, 0, 1, None]),
)
answers = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
    lambda numbers: Answers(needing=max(numbers), answered=min(numbers))
)
# Half of the posts are kept slots; the other half is anything.
kinds = st.sampled_from([*KINDS, *["kept"] * len(KINDS)])


@st.composite
def posts(draw: st.DrawFn, weeks: int) -> Post:
    """A post of any kind, in the trial or shortly before or after it."""
    post = KINDS[draw(kinds)](draw(st.integers(-5, 7 * weeks + 5)))
    return replace(post, contributor=draw(st.sampled_from(CONTRIBUTORS)))


@st.composite
def trials(draw: st.DrawFn, weeks: int = 13, most_posts: int = 50) -> TrialLog:
    """A trial of any standing: ahead, running or over, with excused and unreported weeks."""
    some_weeks = st.frozensets(st.integers(0, weeks - 1), max_size=3)
    rhythm = [
        slot(7 * week + 2 * number, 7 * week + 2 * number, CONTRIBUTORS[number])
        for week, count in enumerate(draw(st.tuples(*[st.integers(0, 3)] * weeks)))
        for number in range(count)
    ]
    return log(
        [*rhythm, *draw(st.lists(posts(weeks), max_size=most_posts))],
        weeks=weeks,
        today=draw(st.just(7 * weeks) | st.integers(-3, 7 * weeks + 10)),
        reported=frozenset(range(weeks)) - draw(some_weeks),
        excused=draw(some_weeks),
        answers=draw(st.none() | answers),
        planning_known=draw(st.booleans()),
        gates=draw(gate_facts),
    )
