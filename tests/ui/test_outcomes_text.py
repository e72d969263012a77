"""What is said of own accounts after their trials, and how it is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.pictures import Read
from trial.domain.after_trial import Calibration, Chance, Group, Horizon
from trial.domain.results.experiments import Rate
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import Verdict
from trial.reports.palette import DARK, LIGHT, Palette
from trial.services.after import AfterView, Track
from trial.services.outcomes import AccountsView, AccountView, AtHorizon, OutcomeView
from trial.ui import outcomes_text
from trial.ui.figures import own_accounts

TODAY = date(2026, 10, 5)
LIKELY = Chance(0.88, 0.74, 0.95)
VIEW = AfterView(
    {Horizon.HALF_YEAR: Chance(0.95, 0.9, 0.991), Horizon.YEAR: LIKELY},
    {},
    {Horizon.HALF_YEAR: 3, Horizon.YEAR: 1},
    "Public posting timelines",
)
UNLIKE = replace(VIEW, chances={})
LOOK = OutcomeView(5, 1, 7, TODAY, None, "Kim Comms")
ACCOUNT = AccountView(
    7,
    "Cardiology & Co",
    (
        AtHorizon(Horizon.HALF_YEAR, TODAY, True, None),
        AtHorizon(Horizon.YEAR, date(2027, 4, 5), None, LIKELY),
    ),
    (LOOK,),
)
DUE = replace(
    ACCOUNT, horizons=(replace(ACCOUNT.horizons[0], kept=None), ACCOUNT.horizons[1]), found=()
)
CALIBRATION = Calibration(
    outcomes=21,
    brier=0.0912,
    brier_error=0.0604,
    brier_of_share=0.114,
    groups=(Group(0.55, Rate(3, 7)), Group(0.8, Rate(5, 7)), Group(0.97, Rate(7, 7))),
)


@pytest.mark.parametrize(
    ("verdict", "status", "decision", "expected"),
    [
        (Verdict.READY, TrialStatus.RUNNING, None, True),
        (Verdict.EXTEND, TrialStatus.RUNNING, None, False),
        (Verdict.READY, TrialStatus.AHEAD, None, False),
        (Verdict.KEEP_FEEDING, TrialStatus.AWAITING_REVIEW, None, True),
        (Verdict.KEEP_FEEDING, TrialStatus.DECIDED, "ready", True),
        (Verdict.READY, TrialStatus.DECIDED, "keep_feeding", False),
        (Verdict.READY, TrialStatus.DECIDED, "no_account", False),
    ],
)
def test_an_own_account_is_spoken_of_where_it_is_still_a_question_or_granted(
    verdict: Verdict, status: TrialStatus, decision: str | None, expected: bool
) -> None:
    assert outcomes_text.is_expected(verdict, status, decision) is expected


def wall_line(view: AfterView, *, ready: bool = True) -> str:
    return outcomes_text.wall_line(view, ready=ready)


def test_the_wall_has_the_year_as_a_share_of_accounts_with_its_interval() -> None:
    line = "of 100 such accounts about 88 still post in most weeks a year on (74 to 95)."
    assert wall_line(VIEW) == f"O{line[1:]}"
    assert wall_line(VIEW, ready=False) == f"As an own account: {line}"
    assert wall_line(UNLIKE) == ""


def test_of_a_trial_that_one_person_carries_nothing_is_foreseen() -> None:
    alone = replace(UNLIKE, by_one_person=True)
    assert wall_line(alone) == outcomes_text.ONE_PERSON
    assert outcomes_text.expected(alone) == outcomes_text.ONE_PERSON
    known = replace(alone, known=dict.fromkeys(Horizon, True))
    assert outcomes_text.ONE_PERSON not in outcomes_text.expected(known)


def test_what_is_known_is_no_chance_any_more() -> None:
    half = replace(VIEW, chances={Horizon.YEAR: LIKELY}, known={Horizon.HALF_YEAR: True})
    assert wall_line(half).startswith("Of 100 such accounts about 88")
    assert outcomes_text.expected(half) == (
        "Half a year after the trial the account still posted in most weeks. Of 100 such accounts "
        "about 88 still post in most weeks a year after the trial (74 to 95)."
    )
    both = replace(VIEW, chances={}, known={Horizon.HALF_YEAR: True, Horizon.YEAR: False})
    lost = "A year after the trial the account no longer posted in most weeks."
    assert wall_line(both) == lost
    assert outcomes_text.expected(both).endswith(lost)


def test_a_chance_is_never_said_to_be_certain() -> None:
    assert outcomes_text.chance(Chance(0.9999, 0.992, 0.99999)) == "99 of 100 (99)"


def test_the_department_reads_both_horizons_and_what_they_rest_on() -> None:
    assert outcomes_text.expected(VIEW) == (
        "Of 100 such accounts about 95 still post in most weeks half a year after the trial (90 to "
        "99). Of 100 such accounts about 88 still post in most weeks a year after the trial (74 to "
        "95)."
    )
    assert outcomes_text.basis(VIEW).startswith(
        "It rests on public posting timelines and own accounts: 3 half a year after the trial, 1 a "
        "year after the trial. In brackets: where the figure lies with 95 % certainty."
    )
    nobody = replace(VIEW, own=dict.fromkeys(Horizon, 0))
    assert "alone, as no own account has been followed so far" in outcomes_text.basis(nobody)
    assert "Nothing can be said of an own account" in outcomes_text.expected(UNLIKE)


YEAR_ALONE = {Horizon.YEAR: LIKELY}
AS_MANY = dict.fromkeys(Horizon, 6)


@pytest.mark.parametrize(
    ("chances", "own", "rests_on"),
    [
        (VIEW.chances, AS_MANY, "It rests on public posting timelines and 6 own accounts. In"),
        # Six are known at the horizon that is over for this one; of the other nobody is yet.
        (
            YEAR_ALONE,
            {Horizon.HALF_YEAR: 6, Horizon.YEAR: 0},
            "It rests on public posting timelines alone, as no own account has been followed",
        ),
        (
            VIEW.chances,
            {Horizon.HALF_YEAR: 6, Horizon.YEAR: 0},
            "It rests on public posting timelines and own accounts: 6 half a year after the trial, "
            "none a year after the trial. In",
        ),
        ({}, AS_MANY, outcomes_text.KEEPING),
    ],
)
def test_a_chance_rests_on_the_accounts_known_at_its_own_horizon(
    chances: dict[Horizon, Chance], own: dict[Horizon, int], rests_on: str
) -> None:
    view = replace(VIEW, chances=chances, own=own)
    assert outcomes_text.basis(view).startswith(rests_on)


def test_the_headline_says_what_is_due() -> None:
    def view(*accounts: AccountView) -> AccountsView:
        return AccountsView(TODAY, accounts, {}, "Public posting timelines")

    assert outcomes_text.headline(view(ACCOUNT)) == "No account to check now"
    assert outcomes_text.headline(view(ACCOUNT, DUE)) == "1 account to check now"
    assert outcomes_text.headline(view(DUE, DUE)) == "2 accounts to check now"
    assert outcomes_text.subline(view(ACCOUNT)) == "1 own account · the next on Mon 5 Apr 2027"
    assert outcomes_text.subline(view(DUE)) == "1 own account"


def test_an_account_is_told_by_horizon_and_every_look_with_who_had_it() -> None:
    table = Read(own_accounts.account_html(replace(ACCOUNT, found=()), TODAY))
    assert table.rows[1:] == [
        ["Half a year", "posts in most weeks", "–"],
        ["A year", "due on Mon 5 Apr 2027", "88 of 100 (74 to 95)"],
    ]
    whole = Read(own_accounts.account_html(ACCOUNT, TODAY))
    assert whole.text.endswith("Mon 5 Oct 2026: posts in most weeks · Kim Comms")
    due = Read(own_accounts.account_html(DUE, TODAY))
    assert due.rows[1][1] == "due since Mon 5 Oct 2026"
    silent = replace(LOOK, silent_since=date(2026, 8, 1), entered_by="")
    assert outcomes_text.silence_line(silent) == "Mon 5 Oct 2026: inactive since Sat 1 Aug 2026"
    lost = replace(ACCOUNT.horizons[0], kept=False)
    assert outcomes_text.state(lost, TODAY) == "no longer posts in most weeks"


def test_a_name_on_an_account_stands_for_itself() -> None:
    assert "Cardiology &amp; Co" in own_accounts.account_html(ACCOUNT, TODAY)


def test_the_foot_of_the_wall_holds_the_chance_above_how_the_numbers_stand() -> None:
    def foot(view: AfterView | None) -> str:
        return own_accounts.foot_html(view, "The people decide.", ready=True)

    assert Read(foot(VIEW)).text.endswith("a year on (74 to 95).The people decide.")
    assert foot(None) == foot(UNLIKE) == '<p class="review-note">The people decide.</p>'


def test_under_twenty_the_missing_diagram_is_said_to_be_missing() -> None:
    assert outcomes_text.missing(Track(3, None, "")).startswith(
        "3 of 20 outcomes are known so far. From the twentieth on, this page "
        "shows how good the forecast was"
    )


def test_the_brier_score_has_its_error_and_something_to_be_compared_with() -> None:
    assert outcomes_text.brier(CALIBRATION) == (
        "Brier score 0.09 (± 0.06) over 21 own accounts; 0 is best. Always saying the share "
        "that still posts in most weeks would have 0.11."
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_diagram_holds_forecast_against_outcome(palette: Palette) -> None:
    diagonal, dots = own_accounts.reliability(CALIBRATION, palette).data
    assert (list(diagonal.x), list(diagonal.y)) == ([0, 1], [0, 1])
    assert list(dots.x) == [0.55, 0.8, 0.97]
    assert list(dots.y) == pytest.approx([3 / 7, 5 / 7, 1])
    # Seven of seven: nothing above, and Wilson's interval reaches down to .65.
    assert dots.error_y.array[2] == 0
    assert dots.y[2] - dots.error_y.arrayminus[2] == pytest.approx(0.646, abs=1e-3)
    assert all(above >= 0 for above in (*dots.error_y.array, *dots.error_y.arrayminus))


def test_the_diagram_can_be_read_as_a_table() -> None:
    rows = Read(own_accounts.reliability_table_html(CALIBRATION)).rows
    assert rows[1:] == [["55 %", "3 of 7"], ["80 %", "5 of 7"], ["97 %", "7 of 7"]]
    assert "half a year" in own_accounts.reliability_alt(Horizon.HALF_YEAR)
