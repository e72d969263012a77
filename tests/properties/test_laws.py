"""What every implementation of the scoring keeps, whatever the trial."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import chain, combinations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.properties.trials import KINDS, trials
from tests.unit.logs import ALL_GATES_MET, kept_slots, log, on_day, slot, unplanned
from tests.unit.policies import standard
from trial.domain.calendar import TrialWindow
from trial.domain.policy import Policy
from trial.domain.posts import Move, Post, Rework
from trial.domain.results.scorecard import Scorecard
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import CheckName, Outcome, Verdict
from trial.scoring.facts import facts_of
from trial.scoring.margin import margins
from trial.scoring.scorecard import score_trial, score_trials
from trial.scoring.verdict import VERDICTS, Judgement, judge

POLICY = standard()
LIVE_DAYS = (CheckName.CADENCE, CheckName.CONTINUITY, CheckName.STEADINESS, CheckName.FINISH)
RAISED = (*LIVE_DAYS, CheckName.DELIVERY)
"""Checks that a further delivered, on-schedule post can only raise."""


def judged_on(names: tuple[CheckName, ...]) -> Policy:
    """The standard policy with its weights on these checks alone."""
    total = sum(POLICY.weights[name] for name in names)
    return replace(
        POLICY,
        weights={n: POLICY.weights[n] / total if n in names else 0.0 for n in CheckName},
    )


ON_RAISED = judged_on(RAISED)


def judged(trial: TrialLog, policy: Policy = POLICY) -> Judgement:
    return judge(facts_of([trial], policy), policy)


def numbers_of(judgement: Judgement, row: int = 0) -> list[float]:
    """Everything a judgement says of one trial, NaN as −1."""
    measured = [
        number
        for check in judgement.checks.values()
        for number in (check.value[row], check.score[row], check.applies[row])
    ]
    whole = (
        judgement.score[row],
        judgement.share_judged[row],
        judgement.share_reported[row],
        judgement.verdict[row],
        *judgement.gates.outcome[row],
        *judgement.weeks.count[row],
        *judgement.weeks.eligible[row],
    )
    return [float(number) for number in np.nan_to_num([*measured, *whole], nan=-1.0)]


def with_post(trial: TrialLog, post: Post) -> TrialLog:
    return replace(trial, posts=(*trial.posts, post))


@given(trials(), st.integers(0, 90), st.integers(0, 20), st.sampled_from(["Ada", "Dan", ""]))
def test_a_delivered_on_schedule_post_never_lowers_anything_that_rests_on_it(
    trial: TrialLog, day: int, ahead: int, contributor: str
) -> None:
    more = with_post(trial, slot(day, day - ahead, contributor))
    before, after = judged(trial, ON_RAISED), judged(more, ON_RAISED)
    for name in RAISED:
        old, new = before.checks[name].score[0], after.checks[name].score[0]
        assert np.isnan(old) or new >= old, name
    assert after.verdict[0] >= before.verdict[0]


def waited(post: Post, days: int) -> Post:
    """`post` with every answer of Communications `days` later, and what follows from each.

    One that is back with the department is as it was: since when it is back decides how it counts.
    """
    if post.rework and post.rework[-1].redelivered_on is None:
        return post
    later = timedelta(days=days)
    rounds = tuple(
        Rework(
            turn.returned_on + (number + 1) * later,
            turn.redelivered_on and turn.redelivered_on + (number + 1) * later,
        )
        for number, turn in enumerate(post.rework)
    )
    final = (len(rounds) + 1) * later
    return replace(
        post,
        rework=rounds,
        approved_on=post.approved_on and post.approved_on + final,
        shared_on=post.shared_on and post.shared_on + final,
        rejected_on=post.rejected_on and post.rejected_on + final,
    )


@given(trials(), st.integers(1, 60))
def test_a_review_that_takes_communications_longer_changes_nothing(
    trial: TrialLog, days: int
) -> None:
    slow = replace(trial, posts=tuple(waited(post, days) for post in trial.posts))
    assert numbers_of(judged(slow)) == numbers_of(judged(trial))


@given(trials(), st.permutations(["Ada", "Ben", "Cem"]), st.booleans())
def test_renaming_contributors_changes_nothing(
    trial: TrialLog, names: list[str], reverse: bool
) -> None:
    new = dict(zip(["Ada", "Ben", "Cem"], [f"Dr {name}" for name in names], strict=True))
    renamed = [
        replace(p, contributor=new.get(p.contributor, ""), title="Other") for p in trial.posts
    ]
    other = replace(trial, posts=tuple(reversed(renamed) if reverse else renamed))
    assert numbers_of(judged(other)) == numbers_of(judged(trial))


@given(st.lists(trials(most_posts=15), min_size=1, max_size=4))
def test_a_batch_gives_each_trial_what_it_gets_alone_bit_for_bit(batch: list[TrialLog]) -> None:
    together = judge(facts_of(batch, POLICY), POLICY)
    for row, trial in enumerate(batch):
        assert numbers_of(together, row) == numbers_of(judged(trial))


@given(trials(most_posts=20), st.sampled_from([1, 2, 7, 64, 65]))
def test_a_place_in_a_large_batch_changes_nothing(trial: TrialLog, others: int) -> None:
    filler = log(kept_slots([0, 30, 60], "Eve"))
    together = judge(facts_of([filler] * others + [trial], POLICY), POLICY)
    assert numbers_of(together, others) == numbers_of(judged(trial))


def shifted(trial: TrialLog, weeks: int) -> TrialLog:
    """`trial` with every day whole weeks later."""
    later = timedelta(weeks=weeks)

    def moved(post: Post) -> Post:
        days = {
            f.name: getattr(post, f.name) + later
            for f in fields(post)
            if (f.name.endswith("_on") or f.name == "planned_for") and getattr(post, f.name)
        }
        return replace(
            post,
            **days,
            rework=tuple(
                Rework(t.returned_on + later, t.redelivered_on and t.redelivered_on + later)
                for t in post.rework
            ),
            moves=tuple(
                Move(m.from_day + later, m.to_day + later, m.moved_on + later) for m in post.moves
            ),
        )

    return replace(
        trial,
        window=TrialWindow(trial.window.start + later, trial.window.weeks),
        today=trial.today + later,
        posts=tuple(moved(post) for post in trial.posts),
    )


@given(trials(), st.integers(-600, 600))
def test_shifting_a_trial_by_whole_weeks_changes_nothing(trial: TrialLog, weeks: int) -> None:
    # Twelve years either way: year ends and leap days among them.
    assert numbers_of(judged(shifted(trial, weeks))) == numbers_of(judged(trial))


@given(trials())
def test_scores_and_shares_lie_between_nought_and_one(trial: TrialLog) -> None:
    result = judged(trial)
    scores = [measured.score[0] for measured in result.checks.values()]
    shares = [result.score[0], result.share_judged[0], result.share_reported[0]]
    assert all(np.isnan(number) or 0 <= number <= 1 for number in [*scores, *shares])


@given(trials(), st.integers(-10, 6))
def test_nothing_eligible_is_not_enough_evidence(trial: TrialLog, first_week: int) -> None:
    excused = replace(trial, excused_weeks=frozenset(range(13)))
    early = replace(trial, today=trial.window.start + timedelta(days=first_week))
    with np.errstate(all="raise"):
        for nothing in (excused, early):
            card = score_trial(nothing, POLICY)
            assert card.verdict is Verdict.NOT_ENOUGH_EVIDENCE
            by_name = {check.name: check for check in card.checks}
            for name in LIVE_DAYS:
                assert by_name[name.value].outcome is Outcome.NOT_ENOUGH_EVIDENCE


@given(trials())
def test_nothing_reported_is_not_enough_evidence(trial: TrialLog) -> None:
    unsaid = replace(trial, posts=(), reported_weeks=frozenset())
    assert VERDICTS[judged(unsaid).verdict[0]] is Verdict.NOT_ENOUGH_EVIDENCE


@given(trials())
def test_zero_slots_is_not_full_delivery(trial: TrialLog) -> None:
    never_planned = tuple(post for post in trial.posts if post.planned_for is None)
    result = judged(replace(trial, posts=never_planned))
    assert np.isnan(result.checks[CheckName.DELIVERY].score[0])


@given(trials(), st.integers(0, 12), st.integers(1, 40))
def test_posts_above_the_band_neither_lower_a_week_nor_make_up_for_another(
    trial: TrialLog, week: int, more: int
) -> None:
    # Fill one week up to the high end on its Monday, then far beyond it.
    monday = 7 * week
    full = replace(trial, posts=(*trial.posts, *[unplanned(monday)] * POLICY.band.high))
    over = replace(full, posts=(*full.posts, *[unplanned(monday)] * more))
    before, after = judged(full), judged(over)
    for name in LIVE_DAYS:
        np.testing.assert_array_equal(before.checks[name].score, after.checks[name].score)
    assert before.gates.outcome.tolist() == after.gates.outcome.tolist()


@given(trials())
def test_the_score_without_late_entries_is_the_score_of_the_log_without_them(
    trial: TrialLog,
) -> None:
    # The same log had nobody entered the late ones: slots stand undelivered, unplanned posts
    # are not there.
    timely = tuple(
        slot_left(post)
        for post in trial.posts
        if not (post.backfilled and post.planned_for is None)
    )
    card = score_trial(trial, POLICY)
    plain = score_trial(replace(trial, posts=timely), POLICY)
    assert card.score_without_backfill == plain.score
    assert card.verdict_without_backfill == plain.verdict
    assert plain.backfilled == 0


def slot_left(post: Post) -> Post:
    if not post.backfilled:
        return post
    return Post(
        contributor=post.contributor,
        planned_for=post.planned_for,
        planned_on=post.planned_on,
        withdrawn_on=post.withdrawn_on,
        moves=post.moves,
    )


# ------------------------------------------------------------------------------------- margin
def turned(trial: TrialLog, weeks: tuple[int, ...]) -> TrialLog:
    """`trial` had these weeks gone the other way, in its posts.

    A week that kept the band keeps its first two; another gets unplanned posts up to the low
    end: of three, the first on Tuesday, then Thursday and Saturday.
    """
    count = judged(trial).weeks.count[0]
    posts = list(trial.posts)
    for week in weeks:
        live = [post for post in posts if trial_week(trial, post) == week]
        if count[week] >= POLICY.band.low:
            late = sorted(live, key=live_date)[POLICY.band.low - 1 :]
            posts = [post for post in posts if not any(post is each for each in late)]
    for week in weeks:
        posts += [
            unplanned(7 * week + (1, 3, 5)[number])
            for number in range(max(POLICY.band.low - int(count[week]), 0))
        ]
    return replace(trial, posts=tuple(posts), reported_weeks=trial.reported_weeks | set(weeks))


def live_date(post: Post) -> date:
    assert post.live_day is not None
    return post.live_day


def trial_week(trial: TrialLog, post: Post) -> int | None:
    live = post.live_day
    return None if live is None else trial.window.week_of(live)


def judged_with(trial: TrialLog, weeks: tuple[int, ...], policy: Policy) -> Verdict:
    """The verdict had these weeks gone the other way, what rests on no live day held still."""
    before = judged(trial, policy)
    still = {name: m for name, m in before.checks.items() if name not in LIVE_DAYS}
    facts = facts_of([turned(trial, weeks)], policy)
    return VERDICTS[judge(facts, policy, given=still).verdict[0]]


SMALL = st.sampled_from([POLICY, judged_on(LIVE_DAYS), ON_RAISED])


@given(trials(weeks=5, most_posts=12), SMALL, st.booleans())
def test_the_margin_is_what_trying_every_set_of_weeks_finds(
    trial: TrialLog, policy: Policy, gates_met: bool
) -> None:
    if gates_met:
        trial = replace(trial, gates=ALL_GATES_MET)
    before = judged(trial, policy)
    verdict = VERDICTS[before.verdict[0]]
    assume(verdict is not Verdict.NOT_ENOUGH_EVIDENCE)
    eligible = [int(week) for week in np.flatnonzero(before.weeks.eligible[0])]
    # Every set, fewest first, weeks of both kinds mixed.
    sets = chain.from_iterable(combinations(eligible, n) for n in range(1, len(eligible) + 1))
    fewest = next((len(s) for s in sets if judged_with(trial, s, policy) is not verdict), None)
    found = margins(facts_of([trial], policy), policy, before)[0]
    assert (found.fewest, found.above) == (fewest, None)


def changes_in(before: Scorecard, after: Scorecard) -> set[str]:
    checks = zip(before.checks, after.checks, strict=True)
    return {then.name for then, now in checks if (then.score, then.value) != (now.score, now.value)}


@given(trials(), st.data())
def test_sending_posts_back_changes_nothing_that_day_but_quality(
    trial: TrialLog, data: st.DataObject
) -> None:
    posts = [known for post in trial.posts if (known := post.as_of(trial.today)) is not None]
    today = replace(trial, posts=tuple(posts))
    back = tuple(
        replace(post, rework=(*post.rework, Rework(trial.today)))
        if post.is_delivered and data.draw(st.booleans())
        else post
        for post in posts
    )
    before, after = score_trial(today, POLICY), score_trial(replace(today, posts=back), POLICY)
    assert after.weeks == before.weeks
    assert changes_in(before, after) <= {CheckName.QUALITY}


@given(trials(), st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=5))
def test_entering_late_never_raises_the_score_without_late_entries(
    trial: TrialLog, entries: list[tuple[int, bool]]
) -> None:
    trial = replace(trial, timely_check_ins=frozenset({0, 5}), late_answers=None)
    late = tuple(
        replace(slot(day, day), planned_on=on_day(day + 4), backfilled=True)
        if planned
        else replace(unplanned(day), backfilled=True)
        for day, planned in entries
    )
    before = score_trial(trial, POLICY)
    after = score_trial(replace(trial, posts=(*trial.posts, *late)), POLICY)
    assert after.score_without_backfill == before.score_without_backfill
    assert after.verdict_without_backfill is before.verdict_without_backfill


@given(st.lists(trials(weeks=5, most_posts=12), min_size=1, max_size=4), SMALL)
def test_trials_scored_together_have_the_scorecards_they_have_alone(
    logs: list[TrialLog], policy: Policy
) -> None:
    assert score_trials(logs, policy) == [score_trial(log, policy) for log in logs]


@given(trials(), st.sampled_from([0.55, 0.6, 0.7, 0.75, 0.9]))
def test_a_scorecard_speaks_in_whole_sentences(trial: TrialLog, met_from: float) -> None:
    card = score_trial(trial, replace(POLICY, met_from=met_from))
    sentences: list[str] = [card.margin_sentence, *card.conditions]
    for result in (*card.checks, *card.gates):
        assert result.reason
        if result.outcome is Outcome.NOT_MET:
            assert result.remedy
        if result.outcome is Outcome.MET:
            assert not result.remedy
        sentences += [result.reason, result.remedy]
    for text in filter(None, sentences):
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert not text.endswith("..")
        assert "  " not in text
        assert "one weeks" not in text
        assert "None" not in text
        assert "nan" not in text


def test_every_kind_of_post_is_drawn_from_something_different() -> None:
    made: dict[str, Callable[[int], Post]] = KINDS
    assert len({kind(30) for kind in made.values()}) == len(made)
