from __future__ import annotations

from datetime import date

import pytest

from tests.unit.policies import standard
from trial.domain.cadence import WeekState
from trial.domain.errors import InvalidInput
from trial.domain.verdict import Outcome
from trial.services.log_scores import ScoredFile, score_log

START = date(2026, 1, 5)
AFTER = date(2026, 4, 10)
HEADER = "title,planned_for,delivered_on,contributor"


def scored(text: str, *, today: date = AFTER, name: str = "log.csv") -> ScoredFile:
    return score_log(name, text.encode(), start=START, today=today, policy=standard())


def refused(text: str) -> str:
    with pytest.raises(InvalidInput) as error:
        scored(text)
    return str(error.value)


def test_a_department_column_makes_one_trial_of_each() -> None:
    file = scored(
        f"{HEADER},department\n"
        "A,2026-01-06,2026-01-05,x,Cardiology\n"
        "B,2026-01-07,2026-01-09,x,Maternity\n"
        "C,2026-01-13,2026-01-12,x,Cardiology\n"
    )
    counts = {
        name: [week.count for week in card.weeks[:3]] for name, card in file.scorecards.items()
    }
    assert counts == {"Cardiology": [1, 1, 0], "Maternity": [1, 0, 0]}


def test_without_a_department_column_the_trial_is_named_after_the_file() -> None:
    file = scored(f"{HEADER}\nA,2026-01-06,2026-01-05,x\n", name="rehab.csv")
    assert list(file.scorecards) == ["rehab"]


def test_gates_a_log_cannot_speak_to_are_listed_and_hold_nothing_back() -> None:
    rows = "\n".join(
        f"P,{day},{day},{'ab'[number % 2]}"
        for number, day in enumerate(
            date.fromordinal(START.toordinal() + 7 * week + 2 * post)
            for week in range(13)
            for post in range(3)
        )
    )
    card = scored(f"{HEADER}\n{rows}\n").scorecards["log"]
    unknown = [gate.name for gate in card.gates if gate.outcome is Outcome.NOT_ENOUGH_EVIDENCE]
    assert unknown == ["purpose", "managers", "training", "agreement", "incidents"]
    assert card.verdict == "ready"


def test_a_log_speaks_for_all_its_weeks_and_those_without_a_live_post_are_silent() -> None:
    card = scored(f"{HEADER}\nA,2026-01-06,,x\nB,2026-01-20,2026-01-20,x\n").scorecards["log"]
    states = [week.state for week in card.weeks[:3]]
    assert states == [WeekState.SILENT, WeekState.SILENT, WeekState.UNDER]


def test_several_rounds_of_rework_add_up_to_the_days_held() -> None:
    # Ready: 5 Jan + (8 − 7) + (12 − 10) = 8 Jan, later than its slot on the 6th, in week 1.
    card = scored(
        f"{HEADER},returned_on,redelivered_on,approved_on\n"
        "A,2026-01-06,2026-01-05,x,2026-01-07; 2026-01-10,2026-01-08; 2026-01-12,2026-01-13\n"
    ).scorecards["log"]
    checks = {check.name: check for check in card.checks}
    assert card.weeks[0].count == 1
    assert checks["delivery"].value == 0.0
    assert checks["quality"].value == 0.0


def test_what_is_later_than_today_has_not_happened() -> None:
    file = scored(f"{HEADER}\nA,2026-01-06,2026-01-20,x\n", today=date(2026, 1, 14))
    assert file.scorecards["log"].weeks[0].count == 0
    assert "1 delivery is dated after 2026-01-14: not counted yet." in file.notes


def test_rows_outside_the_trial_are_told_and_count_for_nothing() -> None:
    file = scored(f"{HEADER}\nA,2025-01-06,2025-01-06,x\nB,2026-01-06,2026-01-06,x\n")
    assert any(note.startswith("1 row lies outside the trial") for note in file.notes)


def test_a_log_without_names_is_scored_and_says_what_is_not_known() -> None:
    file = scored("planned_for,delivered_on\n2026-01-06,2026-01-05\n")
    assert file.scorecards["log"].weeks[0].count == 1
    assert "There is no column contributor; what it would tell is not known." in file.notes


def test_german_headings_are_scored_and_what_was_understood_is_said() -> None:
    german = scored("Titel;Geplant für;Geliefert am;Autorin\nA;06.01.2026;05.01.2026;x\n")
    english = scored(f"{HEADER}\nA,2026-01-06,2026-01-05,x\n")
    assert german.scorecards == english.scorecards
    assert german.notes == (
        "Columns were read by their headings: “Titel” as title, “Geplant für” as planned_for, "
        "“Geliefert am” as delivered_on, “Autorin” as contributor.",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title,planned_for,contributor\nA,2026-01-06,x\n", "a header that also has delivered_on"),
        (f"{HEADER}\nA,,,x\n", "Row 2: Please fill in planned_for"),
        (f"{HEADER}\nA,2026-02-30,,x\n", "Row 2: planned_for"),
        (f"{HEADER}\nA,01/02/2026,,x\n", "can be read in two orders"),
        (f"{HEADER},returned_on\nA,2026-01-06,,x,2026-01-07\n", "nothing while delivered_on"),
        (
            f"{HEADER},returned_on\nA,2026-01-06,2026-01-05,x,2026-01-04\n",
            "Mon 5 Jan 2026 or later",
        ),
        (
            f"{HEADER},returned_on,redelivered_on\nA,2026-01-06,2026-01-05,x,,2026-01-08\n",
            "one day for each under returned_on",
        ),
    ],
)
def test_a_row_that_cannot_be_understood_is_named_with_field_and_value(
    text: str, said: str
) -> None:
    assert said in refused(text)


def test_all_bad_rows_are_told_at_once_and_a_flood_is_cut() -> None:
    sentence = refused(f"{HEADER}\n" + "A,soon,,x\n" * 50)
    assert sentence.count("Row ") == 20
    assert "and 30 more rows" in sentence


def test_a_start_on_another_day_names_the_two_nearest() -> None:
    with pytest.raises(InvalidInput, match=r"Mon 5 Jan 2026 and Mon 12 Jan 2026"):
        score_log("x.csv", b"x", start=date(2026, 1, 7), today=AFTER, policy=standard())
