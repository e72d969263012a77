"""What the stress tests say, and how they are drawn."""

from dataclasses import replace

from tests.unit.pictures import Read
from trial.domain.results.experiments import Rate
from trial.domain.results.stress import FluResult, Result, StressTests
from trial.domain.verdict import Verdict
from trial.ui.figures import stress
from trial.ui.figures.stress import stress_html

READY = Result(Verdict.READY, 0.9167, 13, 13)
EXTEND = Result(Verdict.EXTEND, 0.624, 7, 13)
FLU = FluResult(
    usual=Result(Verdict.READY, 0.83, 9, 13),
    verdicts={Verdict.READY: Rate(1260, 2000), Verdict.EXTEND: Rate(740, 2000)},
    score_error=0.0031,
    factor=0.6,
    spared=4,
)
TESTS = StressTests(READY, EXTEND, FLU, {4: READY, 5: EXTEND})


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_each_test_is_one_sentence_with_its_numbers() -> None:
    assert stress.sentence(stress.BUSIEST, EXTEND, READY) == (
        "Without its busiest contributor 7 of 13 weeks keep the band; the score falls from 91 to "
        "62: extend with conditions."
    )
    assert stress.sentence("At 4 a week", replace(READY, in_band=1), READY) == (
        "At 4 a week 1 of 13 weeks keeps the band; the score stays at 91: ready for its own "
        "account."
    )
    assert "the score rises from 62 to 91" in stress.sentence("At 4 a week", READY, EXTEND)


def test_shares_and_score_in_flu_season_carry_their_error() -> None:
    assert plain(stress.flu_sentence(FLU, READY)) == (
        "In flu season, with 60 % of the posts made, the median of 2,000 draws keeps 9 of 13 weeks "
        "in band; the score falls from 91 to 83 (± 0.3): ready for its own account in 63 % "
        "(± 2.1), extend with conditions in 37 % (± 2.1)."
    )
    assert stress.flu_note(FLU) == "4 weeks lay in the season already and keep their posts."
    assert stress.flu_note(replace(FLU, spared=1)).endswith("keeps its posts.")
    assert stress.flu_note(replace(FLU, spared=0)) == ""


def test_the_headline_names_what_the_verdict_does_not_stand() -> None:
    assert stress.headline(TESTS) == (
        "“Ready for its own account” does not stand without its busiest contributor or at 5 a week."
    )
    assert stress.headline(replace(TESTS, without_busiest=None, at_target={})) == (
        "“Ready for its own account” stands in every test."
    )
    assert stress.headline(replace(TESTS, in_flu=None, at_target={5: EXTEND})) == (
        "“Ready for its own account” stands in none of 2 tests."
    )
    assert stress.headline(StressTests(READY, None, None, {})) == (
        "“Ready for its own account” could be put to no test."
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
        "Not enough evidence yet",
    ]


def test_a_trial_without_a_verdict_is_put_to_no_test() -> None:
    nothing = Result(Verdict.NOT_ENOUGH_EVIDENCE, None, 0, 0)
    page = Read(stress_html(StressTests(nothing, None, None, {4: nothing})))
    assert page.text == "Too little is on record to put this trial to the test."


def test_the_error_is_explained_where_one_is_shown() -> None:
    assert "Monte-Carlo error" in stress.how(TESTS)
    assert "Monte-Carlo error" not in stress.how(replace(TESTS, in_flu=None))
