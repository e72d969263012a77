"""What the stress tests say, and how they are drawn."""

from dataclasses import replace

from tests.unit.pictures import Read, standing_of
from trial.domain.results.experiments import Rate
from trial.domain.results.stress import FluResult, Result, StressTests
from trial.domain.verdict import CheckName, GateName, Verdict
from trial.ui.figures import stress
from trial.ui.figures.stress import stress_html

READY = Result(Verdict.READY, 0.9167, 13, 13)
EXTEND = Result(Verdict.EXTEND, 0.624, 7, 13, GateName.BAND_ADHERENCE)
FLU = FluResult(
    usual=Result(Verdict.READY, 0.83, 9, 13),
    verdicts={Verdict.READY: Rate(1260, 2000), Verdict.EXTEND: Rate(740, 2000)},
    factor=0.6,
    spared=4,
)
TESTS = StressTests(READY, EXTEND, FLU, {4: READY, 5: EXTEND})


def test_each_test_is_one_sentence_with_its_numbers_and_what_turns_it() -> None:
    assert stress.sentence(stress.BUSIEST, EXTEND, READY) == (
        "Without its busiest contributor: 7 of 13 weeks in band; the score falls from 91 to 62. "
        "What turns it: too few weeks in band."
    )
    by_a_check = replace(EXTEND, turned_by=CheckName.SHARED_LOAD)
    assert stress.sentence(stress.BUSIEST, by_a_check, READY).endswith("turns it: shared load.")
    assert stress.sentence("At 4 a week", replace(READY, in_band=1), READY) == (
        "At 4 a week: 1 of 13 weeks in band; the score stays at 91."
    )
    assert "the score rises from 62 to 91" in stress.sentence("At 4 a week", READY, EXTEND)


def test_a_flu_season_is_told_by_its_usual_outcome_without_false_precision() -> None:
    assert stress.flu_sentence(FLU, READY) == (
        "In a flu season, with 60 % of the posts made: usually 9 of 13 weeks in band; the score "
        "falls from 91 to 83. This verdict comes out in 65 % of such seasons."
    )
    assert stress.flu_note(FLU) == "4 weeks lay in the season already and keep their posts."
    assert stress.flu_note(replace(FLU, spared=1)).endswith("keeps its posts.")
    assert stress.flu_note(replace(FLU, spared=0)) == ""


def test_the_headline_names_what_the_verdict_does_not_stand() -> None:
    assert stress.headline(TESTS) == (
        "Stands 2 of 4 stress tests: not without its busiest contributor or at 5 a week."
    )
    all_stood = replace(TESTS, without_busiest=None, at_target={})
    assert stress.headline(all_stood) == "Stands the only stress test that can be made."
    assert stress.headline(StressTests(READY, READY, None, {4: READY})) == (
        "Stands all 2 stress tests."
    )
    assert stress.headline(replace(TESTS, in_flu=None, at_target={5: EXTEND})) == (
        "Stands none of 2 stress tests."
    )
    assert stress.headline(StressTests(READY, None, None, {})) == "No stress test can be made."


def test_open_gates_of_paper_are_a_condition_and_no_strain() -> None:
    open_gate = replace(TESTS, open_gates=(GateName.TRAINING,))
    assert stress.headline(open_gate) == (
        "Once the training is complete, “Ready for its own account” stands 2 of 4 stress tests: "
        "not without its busiest contributor or at 5 a week."
    )
    assert stress.unstressed_sentence(open_gate) == (
        "As it is, if the training is complete: 13 of 13 weeks in band; the score is 91."
    )


def test_the_table_reads_points_sentence_and_verdict_of_each_test() -> None:
    rows = Read(stress_html(TESTS)).rows[1:]
    assert [row[0] for row in rows] == ["91", "62", "83", "91", "62"]
    assert rows[1][2] == "Extend with conditions"
    assert rows[2][1].endswith("4 weeks lay in the season already and keep their posts.")


def test_an_unknown_busiest_contributor_is_not_enough_evidence_and_never_zero() -> None:
    row = Read(stress_html(replace(TESTS, without_busiest=None))).rows[2]
    assert row == [
        "?",
        "Without its busiest contributor: not enough evidence, because too few posts say who made "
        "them.",
        "Not enough evidence",
    ]


def test_a_trial_without_a_verdict_is_put_to_no_test() -> None:
    nothing = Result(Verdict.NOT_ENOUGH_EVIDENCE, None, 0, 0)
    page = Read(stress_html(StressTests(nothing, None, None, {4: nothing})))
    assert page.text == "Too little is on record to put this trial to the test."


def test_the_wall_says_no_more_of_strain_than_is_known() -> None:
    full, feeding = standing_of([4] * 13).scorecard, standing_of([0] * 13).scorecard
    assert stress.wall_line(TESTS, full) == stress.headline(TESTS)
    feed = StressTests(Result(Verdict.KEEP_FEEDING, 0.2, 0, 13), None, None, {})
    assert stress.wall_line(feed, feeding) == ""
    assert stress.wall_line(TESTS, replace(full, unreported_could_change=True)) == ""
    assert stress.wall_line(TESTS, standing_of([4], today=7).scorecard) == ""
