"""The review on the wall: what the meeting reads, whatever the verdict is."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.unit.forecasts import coming
from tests.unit.logs import ALL_GATES_MET
from tests.unit.pictures import Read, standing_of
from trial.domain.trial_log import GateFacts
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import DecisionOption, Outcome, Reproduction, Verdict
from trial.services.decisions import DecisionView
from trial.services.standing import StandingView
from trial.ui import verdict_text
from trial.ui.figures import checks_table, review_screen
from trial.ui.text import weeks_line

READY = standing_of([4, 4, 5, 3, 3, 4, 6, 4, 5, 4, 4, 5, 4])
FEED = standing_of([3, 2, 1, 0, 0, 1, 0, 2, 0, 0, 1, 0, 0])
NO_BACKUP = standing_of([4] * 13, gates=replace(ALL_GATES_MET, managers_named=False))
NOTHING = standing_of([0] * 13, today=0)
VIEWS = [READY, FEED, NO_BACKUP, NOTHING]


def decision(**changes: object) -> DecisionView:
    made = DecisionView(
        id=1,
        trial_id=7,
        department="Maternity",
        recommendation=Verdict.READY,
        decision=DecisionOption.READY,
        reason="",
        dissent="",
        conditions="",
        review_again_on=None,
        decided_by="Ray Reviewer",
        decided_on=date(2026, 4, 7),
        decided_at=datetime(2026, 4, 7, 9, tzinfo=UTC),
        data_hash="d" * 64,
        policy_hash="p" * 64,
        edition=2,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def read(view: StandingView, made: DecisionView | None = None) -> str:
    return Read(review_screen.wall_html(view, view.scorecard, made)).text


def test_the_four_views_cover_the_four_verdicts() -> None:
    assert {view.scorecard.verdict for view in VIEWS} == set(Verdict)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.scorecard.verdict.value)
def test_verdict_and_every_gate_and_week_are_on_the_wall(view: StandingView) -> None:
    said = read(view)
    card = view.scorecard
    assert verdict_text.headline(card, view.status) in said
    for gate in card.gates:
        assert f"{gate.reason.removesuffix('.')}, {gate.outcome.label}" in said
    assert all(f"Week {week.index + 1}:" in said for week in card.weeks)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.scorecard.verdict.value)
def test_the_wall_never_holds_more_lines_than_fit(view: StandingView) -> None:
    card = view.scorecard
    assert len(review_screen.strongest(card)) <= review_screen.MAX_LINES
    assert 1 <= len(review_screen.mending(card)) <= review_screen.MAX_LINES


def test_a_running_trial_has_its_chance_on_the_wall_and_others_have_none() -> None:
    running = standing_of([4, 4, 4, 4], today=21)
    html = review_screen.wall_html(running, running.scorecard, forecast=coming())
    assert (
        "70 % chance of ready after 2 of 13 weeks, if the training is complete" in Read(html).text
    )
    assert "chance" not in read(READY)


def test_score_thresholds_and_share_judged_stand_together() -> None:
    said = read(READY)
    assert "of 100 · ready from 75" in said
    assert "5 of 9 checks judged" in said


def test_keep_feeding_is_said_as_the_good_place_it_is() -> None:
    said = read(FEED)
    assert "Keep feeding the main channels The main channels are a good place for its posts" in said
    assert "What an own account would need" in said
    for word in ("fail", "unfortunately", "only ", "not ready", "rejected"):
        assert word not in said.lower()


def test_too_little_evidence_names_what_is_missing_and_shows_no_score() -> None:
    said = read(NOTHING)
    assert "What is missing" in said
    assert "No week is over yet." in said
    assert "– of 100" in said


def test_weeks_that_nobody_reported_are_told_beside_the_points() -> None:
    assert "Week 13 is not reported" in read(standing_of([3] * 12 + [0], reported=range(12)))
    most = read(standing_of([3, 1] + [0] * 11, reported=range(2)))
    assert "No recommendation Not enough evidence" in most
    # Points would be those of weeks that nobody has seen.
    assert "– of 100" in most
    # Once where the points stand, and once as what is missing.
    assert most.count("11 of 13 weeks are not reported") >= 2
    assert "Close" not in most
    for whole in (READY, NOTHING):
        assert "not reported" not in read(whole)


def test_where_nobody_reported_anything_that_is_what_is_missing() -> None:
    view = standing_of([0] * 13, reported=())
    assert view.scorecard.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    first = review_screen.mending(view.scorecard)[0]
    assert first.text == "No week has been reported."
    assert review_screen.strongest(view.scorecard) == ()
    assert "Strongest No check has points yet." in read(view)


def test_open_gates_come_before_weak_checks() -> None:
    lines = review_screen.mending(NO_BACKUP.scorecard)
    assert (lines[0].mark, lines[0].name) == ("○", "Primary and backup manager named")


def test_what_carries_and_what_mends_never_name_the_same_check() -> None:
    for view in VIEWS:
        carries = {line.name for line in review_screen.strongest(view.scorecard)}
        mends = {line.name for line in review_screen.mending(view.scorecard)}
        assert not carries & mends


def test_one_step_that_mends_several_checks_is_said_once() -> None:
    remedies = {check.remedy for check in FEED.scorecard.checks if check.remedy}
    text = " ".join(line.text for line in review_screen.mending(FEED.scorecard))
    assert all(text.count(remedy) <= 1 for remedy in remedies)


def test_a_trial_whose_every_check_is_full_has_nothing_to_mend() -> None:
    checks = tuple(
        replace(check, score=1.0, outcome=Outcome.MET) for check in READY.scorecard.checks
    )
    lines = review_screen.mending(replace(READY.scorecard, checks=checks))
    assert [line.name for line in lines] == ["Nothing to mend"]


@pytest.mark.parametrize(
    "posts, verdict, line",
    [
        (2, Verdict.READY, "70 without 2 late entries"),
        (2, Verdict.EXTEND, "70 without 2 late entries: extend with conditions"),
        (0, Verdict.READY, "70 without the check-ins sent late"),
    ],
)
def test_late_entries_are_set_against_the_score_and_the_verdict(
    posts: int, verdict: Verdict, line: str
) -> None:
    card = replace(
        READY.scorecard,
        backfilled=posts,
        score_without_backfill=0.7049,
        verdict_without_backfill=verdict,
    )
    assert review_screen.late_line(card) == line
    assert line in Read(review_screen.wall_html(READY, card)).text


def test_without_late_entries_nothing_is_said_of_them() -> None:
    assert "late entr" not in read(READY)


@pytest.mark.parametrize(
    "status, above, when",
    [
        (TrialStatus.RUNNING, "So far the scorecard recommends", "So far · Mon 6 Apr"),
        (TrialStatus.AWAITING_REVIEW, "The scorecard recommends", "Review meeting · Mon 6 Apr"),
        (TrialStatus.ENDED, "The scorecard recommends", "Ended early · Sun 5 Apr 2026"),
    ],
)
def test_the_wall_says_whether_the_trial_is_over(
    status: TrialStatus, above: str, when: str
) -> None:
    said = read(replace(READY, status=status))
    assert above in said
    assert when in said


def test_a_decision_stands_first_and_the_recommendation_beside_it() -> None:
    said = read(
        READY, decision(decision=DecisionOption.EXTEND, reason="The backup manager starts in May.")
    )
    assert "Decided by Ray Reviewer Extend with conditions" in said
    assert "The scorecard recommended “Ready for its own account”." in said
    assert "The backup manager starts in May." in said
    assert "Decided Tue 7 Apr 2026" in said


@pytest.mark.parametrize(
    "choice, heading",
    [
        (DecisionOption.READY, "Weakest checks"),
        (DecisionOption.EXTEND, "Still open"),
        (DecisionOption.KEEP_FEEDING, "What an own account would need"),
        (DecisionOption.NO_ACCOUNT, "What an own account would need"),
    ],
)
def test_open_points_are_headed_by_what_was_decided(choice: DecisionOption, heading: str) -> None:
    assert heading in read(NO_BACKUP, decision(decision=choice))


def test_a_decision_that_follows_says_so() -> None:
    assert "As the scorecard recommended." in read(READY, decision())


def test_names_and_reasons_are_shown_as_they_are_and_never_run() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    view = replace(READY, department=hostile)
    html = review_screen.wall_html(
        view, view.scorecard, decision(reason=hostile, decided_by=hostile)
    )
    assert "<img" not in html


@pytest.mark.parametrize(
    "status, possible",
    [
        (TrialStatus.AWAITING_REVIEW, tuple(DecisionOption)),
        (TrialStatus.ENDED, tuple(DecisionOption)),
        (TrialStatus.RUNNING, (DecisionOption.NO_ACCOUNT,)),
    ],
)
def test_until_a_trial_is_over_only_the_department_itself_can_say_no(
    status: TrialStatus, possible: tuple[DecisionOption, ...]
) -> None:
    assert review_screen.choices(status) == possible


@pytest.mark.parametrize(
    "made, reproduction, said",
    [
        (None, None, "The scorecard recommends. The people decide."),
        (decision(), Reproduction.SAME, "Frozen Tue 7 Apr 2026, reproducible"),
        (
            decision(edition=1),
            Reproduction.OTHER_EDITION,
            "Frozen Tue 7 Apr 2026, by edition 1 of the rules",
        ),
        (
            decision(),
            Reproduction.DIFFERENT,
            "Frozen Tue 7 Apr 2026, not reproduced – please tell Communications",
        ),
    ],
)
def test_the_foot_says_whether_the_numbers_hold(
    made: DecisionView | None, reproduction: Reproduction | None, said: str
) -> None:
    assert review_screen.note(made, reproduction) == said


# --------------------------------------------------------------------------- check by check


def test_every_check_and_gate_has_a_row_with_its_reason() -> None:
    card = READY.scorecard
    rows = Read(checks_table.checks_html(card, READY.titles)).rows
    named = [row for row in rows if row and row[0].startswith(tuple(o.label for o in Outcome))]
    assert len(named) == len(card.checks) + len(card.gates)
    for check, row in zip((*card.checks, *card.gates), named, strict=True):
        assert row[0].startswith(f"{check.outcome.label}: {check.label}")
        assert row[-1].startswith(check.reason)


def test_a_check_names_the_posts_it_rests_on_by_their_titles() -> None:
    card = READY.scorecard
    finish = next(check for check in card.checks if check.name == "finish")
    assert finish.posts
    text = Read(checks_table.checks_html(card, READY.titles)).text
    assert all(READY.titles[key] in text for key in finish.posts)


def test_an_unjudged_check_shows_a_dash_and_never_a_zero() -> None:
    rows = Read(checks_table.checks_html(NOTHING.scorecard, {})).rows
    unjudged = [row for row in rows if row and row[0].startswith("not enough evidence")]
    assert {row[1] for row in unjudged if len(row) == 4} == {"–"}


@pytest.mark.parametrize(
    "weeks, said",
    [
        ((4,), "Week 5"),
        ((0, 1, 2, 3), "Weeks 1–4"),
        ((6, 0, 1), "Weeks 1–2, 7"),
        ((0, 2), "Weeks 1, 3"),
    ],
)
def test_weeks_are_named_as_people_count_them(weeks: tuple[int, ...], said: str) -> None:
    assert weeks_line(weeks) == said


def test_a_decision_shows_what_was_recorded_and_leaves_out_what_was_not() -> None:
    made = decision(
        decision=DecisionOption.EXTEND,
        reason="More weeks",
        dissent="Ray",
        conditions="One\nTwo",
        review_again_on=date(2026, 6, 1),
    )
    full = checks_table.decision_html(made, Reproduction.SAME)
    assert "One<br>Two" in full
    assert "on Mon 1 Jun 2026" in full
    assert "to the last digit" in full
    short = checks_table.decision_html(decision(), Reproduction.DIFFERENT)
    assert "Conditions" not in short
    assert "other numbers came out" in short


def test_gate_facts_that_nobody_knows_are_not_called_open() -> None:
    view = standing_of([4] * 13, gates=GateFacts())
    html = review_screen.wall_html(view, view.scorecard)
    assert "not enough evidence" in Read(html).text
