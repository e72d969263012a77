"""Small lists and their sentences: trials, exemptions, late entries, drafts."""

from datetime import date

import pytest

from tests.unit.pictures import Read, window
from trial.domain.exemptions import ExemptionCause, ExemptionStatus
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import DecisionOption
from trial.services.exemptions import ExemptionView
from trial.services.incidents import IncidentView
from trial.services.standing import LatePost
from trial.services.trial_views import TrialRow
from trial.ui import trial_choice
from trial.ui.figures import lists
from trial.ui.trial_admin import next_week_start

RUNNING, WAITING, ENDED = TrialStatus.RUNNING, TrialStatus.AWAITING_REVIEW, TrialStatus.ENDED
AHEAD, DECIDED = TrialStatus.AHEAD, TrialStatus.DECIDED


def trial(
    status: TrialStatus,
    *,
    trial_id: int = 1,
    department: str = "Maternity",
    week: int | None = None,
    ended_on: date | None = None,
    decision: DecisionOption | None = None,
) -> TrialRow:
    return TrialRow(
        id=trial_id,
        version=1,
        revision=1,
        department_id=1,
        department=department,
        status=status,
        window=window(),
        week=week,
        ended_on=ended_on,
        decision=decision,
    )


def exemption(
    first: int, last: int, status: str = "asked", decided_by: str = "", answer: str = ""
) -> ExemptionView:
    return ExemptionView(
        id=1,
        version=1,
        trial_id=1,
        department="Maternity",
        first_week=first,
        last_week=last,
        first_day=window().week_start(first),
        last_day=window().week_end(last),
        cause=ExemptionCause.ILLNESS,
        reason="Norovirus & flu",
        status=ExemptionStatus(status),
        asked_on=date(2026, 1, 7),
        asked_by="Lou Lead",
        decided_by=decided_by,
        decided_on=None,
        answer=answer,
        expires_on=window().week_end(last),
    )


@pytest.mark.parametrize(
    "rows, asked, said",
    [
        ((), 0, "No trial is running"),
        ((trial(RUNNING),), 0, "1 trial running"),
        ((trial(RUNNING), trial(WAITING)), 0, "1 trial awaits its review"),
        ((trial(ENDED), trial(WAITING)), 0, "2 trials await their review"),
        ((trial(WAITING),), 1, "1 department asks for weeks to be excused"),
        ((trial(WAITING),), 2, "2 departments ask for weeks to be excused"),
    ],
)
def test_what_waits_for_communications_stands_first(
    rows: tuple[TrialRow, ...], asked: int, said: str
) -> None:
    assert lists.trials_headline(rows, asked) == said


def test_trials_come_in_the_order_in_which_a_meeting_takes_them() -> None:
    early_end = trial(ENDED, department="Urology", ended_on=date(2026, 2, 1))
    rows = (
        trial(DECIDED, department="Oncology"),
        trial(RUNNING, department="Cardiology"),
        trial(WAITING, department="Maternity"),
        trial(AHEAD, department="Radiology"),
        early_end,
    )
    ordered = trial_choice.by_review(rows)
    assert [row.department for row in ordered] == [
        "Urology",
        "Maternity",
        "Cardiology",
        "Radiology",
        "Oncology",
    ]
    assert trial_choice.next_review(rows) is early_end


def test_only_a_trial_that_is_over_and_undecided_waits_for_review() -> None:
    assert trial_choice.next_review((trial(RUNNING), trial(AHEAD), trial(DECIDED))) is None


@pytest.mark.parametrize(
    "row, said",
    [
        (trial(RUNNING, week=5), "Week 6 of 13 · Mon 9 – Sun 15 Feb"),
        (trial(AHEAD), "Starts soon · Mon 5 Jan – Sun 5 Apr 2026"),
        (trial(ENDED, ended_on=date(2026, 2, 12)), "Ended early · Mon 5 Jan – Thu 12 Feb 2026"),
        # What is decided may be of any year.
        (trial(DECIDED), "Decided · Mon 5 Jan – Sun 5 Apr 2026"),
    ],
)
def test_a_trial_says_where_in_its_weeks_it_stands(row: TrialRow, said: str) -> None:
    assert trial_choice.place_line(row) == said


def test_a_list_of_trials_leads_to_each_desk_and_tells_its_decision() -> None:
    rows = (
        trial(RUNNING, trial_id=3, department="Cardiology", week=5),
        trial(DECIDED, trial_id=4, department="HNO & Auge", decision=DecisionOption.NO_ACCOUNT),
    )
    read = Read(lists.trials_html(rows))
    assert read.links == {"Cardiology": "trials?trial=3", "HNO & Auge": "trials?trial=4"}
    assert [row[1] for row in read.rows[1:]] == [
        "week 6 of 13",
        "The department decided against an account",
    ]
    assert [row[2] for row in read.rows[1:]] == [
        "Mon 5 Jan – Sun 5 Apr 2026",
        "Mon 5 Jan – Sun 5 Apr 2026",
    ]


@pytest.mark.parametrize(
    "today, week_starts_on, first",
    [
        (date(2026, 2, 11), 0, date(2026, 2, 16)),
        # On the first day of a week there is still the whole week before the next one.
        (date(2026, 2, 9), 0, date(2026, 2, 16)),
        (date(2026, 2, 14), 6, date(2026, 2, 15)),
    ],
)
def test_the_day_offered_for_a_start_is_the_next_first_day_of_a_week(
    today: date, week_starts_on: int, first: date
) -> None:
    assert next_week_start(today, week_starts_on) == first


@pytest.mark.parametrize("first, last, said", [(3, 3, "Week 4"), (2, 5, "Weeks 3–6")])
def test_excused_weeks_are_named_as_people_count_them(first: int, last: int, said: str) -> None:
    assert lists.weeks_text(exemption(first, last)) == said


def test_an_exemption_tells_days_reason_and_who_decided() -> None:
    rows = Read(lists.exemptions_html([exemption(2, 3, "granted", "Kim Comms")])).rows
    assert rows[1] == [
        "Weeks 3–4",
        "Mon 19 Jan – Sun 1 Feb",
        "Illness: Norovirus & flu",
        "granted by Kim Comms",
    ]


def test_an_exemption_tells_what_communications_said_to_it() -> None:
    asked = exemption(2, 2, "refused", "Kim Comms", "Two posts <wait> in the buffer")
    assert Read(lists.exemptions_html([asked])).rows[1][3] == (
        "refused by Kim Comms: “Two posts <wait> in the buffer”"
    )


def test_an_empty_list_says_that_it_is_empty() -> None:
    assert Read(lists.incidents_html([])).text == "Serious incidents: none."


def test_an_open_incident_is_told_from_a_closed_one() -> None:
    incidents = [
        IncidentView(1, 1, "A badge could be read", date(2026, 2, 2), None),
        IncidentView(2, 1, "A wrong number", date(2026, 1, 7), date(2026, 1, 9)),
    ]
    rows = Read(lists.incidents_html(incidents)).rows
    assert [row[2] for row in rows[1:]] == ["open", "closed Fri 9 Jan 2026"]


def test_a_late_entry_shows_both_its_days() -> None:
    late = LatePost("Walk with us", date(2026, 1, 7), date(2026, 1, 20))
    unknown = LatePost("Older", date(2026, 1, 8), None)
    rows = Read(lists.late_html([late, unknown])).rows
    assert rows[1] == ["Walk with us", "Wed 7 Jan 2026", "Tue 20 Jan 2026"]
    assert rows[2] == ["Older", "Thu 8 Jan 2026", "–"]


@pytest.mark.parametrize(
    "text, short",
    [("A badge", "A badge"), ("x" * 30, "x" * 30), ("x" * 31, "x" * 28 + " …")],
)
def test_a_long_text_is_shortened_for_a_button(text: str, short: str) -> None:
    assert lists.shortened(text) == short
