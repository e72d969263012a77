"""The board as a table: what is read out, where it leads, and how a row is found."""

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.pictures import Read, standing_of
from trial.domain.attention import Need
from trial.domain.cadence import WeekState
from trial.domain.verdict import GateName, Verdict
from trial.services.board import BoardRow, BoardView, WeekCell
from trial.ui.figures import board_table

IN, UNDER, OVER = WeekState.IN_BAND, WeekState.UNDER, WeekState.OVER
SILENT, UNREPORTED = WeekState.SILENT, WeekState.UNREPORTED
EXCUSED, OPEN, AHEAD = WeekState.EXCUSED, WeekState.OPEN, WeekState.AHEAD


def row(
    department: str = "Dermatology",
    cells: tuple[tuple[int, WeekState], ...] = ((4, IN), (1, UNDER), (0, OPEN), (0, AHEAD)),
    *,
    trial_id: int = 3,
    need: Need = Need.FADING,
    step: str = "Call this week: 2 of the last 3 weeks under 3",
    call: bool = True,
    excused: tuple[int, ...] = (),
    chance: float | None = None,
    open_gates: tuple[GateName, ...] = (),
    lost: int | None = None,
) -> BoardRow:
    return BoardRow(
        trial_id=trial_id,
        department=department,
        starts_on=date(2026, 1, 5),
        ends_on=date(2026, 4, 5),
        weeks=tuple(WeekCell(count, state) for count, state in cells),
        need=need,
        step=step,
        call=call,
        score=0.5,
        verdict=Verdict.KEEP_FEEDING,
        in_band=1,
        eligible=2,
        excused=excused,
        chance=chance,
        open_gates=open_gates,
        out_of_reach_since=lost,
    )


def test_a_row_reads_as_department_weeks_and_next_step() -> None:
    read = Read(board_table.board_html([row()], weeks=4))
    assert read.rows == [
        ["Department", "Week 1", "Week 2", "Week 3", "Week 4", "Next step"],
        [
            "Dermatology fading",
            "4 in band",
            "1 under the target",
            "0 this week",
            "ahead",
            "Call this week: 2 of the last 3 weeks under 3",
        ],
    ]


def test_a_department_leads_to_its_own_page() -> None:
    read = Read(board_table.board_html([row(trial_id=41)], weeks=4))
    assert read.links == {"Dermatology": "department?trial=41"}


@pytest.mark.parametrize(
    "state, count, seen, said",
    [
        (IN, 4, "4", "4 in band"),
        (OVER, 7, "7▲", "7▲ over the target"),
        (UNDER, 2, "2", "2 under the target"),
        (SILENT, 0, "0", "0 silent"),
        (UNREPORTED, 0, "?", "not reported"),
        (EXCUSED, 2, "–", "excused"),
        (OPEN, 1, "1", "1 this week"),
        (AHEAD, 0, "·", "ahead"),
    ],
)
def test_a_state_is_told_by_a_sign_and_a_word_and_never_by_colour_alone(
    state: WeekState, count: int, seen: str, said: str
) -> None:
    html = board_table.board_html([row(cells=((count, state),))], weeks=1)
    assert seen.removesuffix("▲") in html
    assert Read(html).rows[1][1] == said


@pytest.mark.parametrize("state", [UNREPORTED, EXCUSED, AHEAD])
def test_a_week_without_data_shows_no_number(state: WeekState) -> None:
    html = board_table.board_html([row("X", ((0, state),), step="")], weeks=1)
    assert "0" not in Read(html).rows[1][1]


def test_each_state_has_a_look_of_its_own() -> None:
    cells = tuple((1, state) for state in WeekState)
    classes = Read(board_table.board_html([row(cells=cells)], weeks=8)).classes
    assert len(set(classes)) == len(WeekState)


def test_a_shorter_trial_leaves_its_last_weeks_empty() -> None:
    read = Read(board_table.board_html([row(cells=((3, IN),))], weeks=3))
    assert [len(cells) for cells in read.rows] == [5, 5]
    assert read.rows[1][2:4] == ["", ""]


def test_a_name_is_shown_as_it_is_and_never_run() -> None:
    read = Read(board_table.board_html([row("<script>HNO & Auge</script>")], weeks=4))
    assert "<script>HNO & Auge</script>" in read.links


@pytest.mark.parametrize(
    "excused, said",
    [
        ((), "fading"),
        ((1,), "fading · excused wk 2"),
        ((0, 1), "fading · excused wk 1, 2"),
        # A week that is still to come is seen in the row and needs no word yet.
        ((3,), "fading"),
    ],
)
def test_excused_weeks_are_named_once_they_have_come(excused: tuple[int, ...], said: str) -> None:
    assert board_table.need_line(row(excused=excused)) == said


@pytest.mark.parametrize(
    "calls, running, said",
    [
        (0, 0, "No trial is running yet"),
        (0, 4, "Nobody needs a call this week"),
        (1, 4, "1 department needs a call this week"),
        (3, 4, "3 departments need a call this week"),
    ],
)
def test_the_answer_stands_first(calls: int, running: int, said: str) -> None:
    assert board_table.headline(calls, running) == said


TWO_OVER = ((4, IN), (1, UNDER), (0, OPEN), (0, AHEAD))


def test_a_chance_stands_between_the_weeks_and_the_next_step() -> None:
    rows = [
        row("Dermatology", TWO_OVER, chance=0.034),
        row("Maternity", chance=None, step="Ready for its review"),
    ]
    read = Read(board_table.board_html(rows, weeks=4))
    assert read.rows[0][-2:] == ["Chance of ready", "Next step"]
    assert read.rows[1][-2:] == ["under 5 %", "Call this week: 2 of the last 3 weeks under 3"]
    assert read.rows[2][-2] == "no forecast, the trial is over"
    assert "--of:5%" in board_table.board_html(rows, weeks=4)
    assert "least likely to be ready first" in read.text


@pytest.mark.parametrize(
    ("chance", "gates", "lost", "said"),
    [
        (0.80, (), None, "80 %"),
        (0.82, (GateName.TRAINING,), None, "80 % open: training"),
        (0.999, (), None, "over 95 %"),
        # A chance that none of the ways has shown, and one that there is not.
        (0.0, (), None, "under 5 %"),
        (0.0, (), 9, "out of reach since week 9"),
        (0.0, (), 0, "out of reach from the first day on"),
    ],
)
def test_a_chance_names_the_open_gates_and_what_is_out_of_reach_the_week_it_began(
    chance: float, gates: tuple[GateName, ...], lost: int | None, said: str
) -> None:
    rows = [row(cells=TWO_OVER, chance=chance, open_gates=gates, lost=lost)]
    read = Read(board_table.board_html(rows, weeks=4))
    assert read.rows[1][-2] == said


@pytest.mark.parametrize("second", [OPEN, UNREPORTED, EXCUSED])
def test_no_chance_is_said_before_the_second_reported_week(second: WeekState) -> None:
    early = row(cells=((4, IN), (0, second)), chance=0.8)
    assert Read(board_table.board_html([early], weeks=2)).rows[1][-2] == "too early to say"


def test_accounts_looked_back_on_have_no_column_for_chances() -> None:
    read = Read(board_table.board_html([row(), row()], weeks=4))
    assert "Chance" not in read.text
    assert "who needs help first" in read.text


ROWS = (
    row("Dermatology", need=Need.FADING),
    row("Notaufnahme", need=Need.ON_TRACK),
    row("Neurosurgery", need=Need.BURSTY),
    row("Oncology", need=Need.ON_TRACK),
)


@pytest.mark.parametrize(
    "name, needs, found",
    [
        ("", (), ["Dermatology", "Notaufnahme", "Neurosurgery", "Oncology"]),
        ("  NEURO ", (), ["Neurosurgery"]),
        ("o", (Need.ON_TRACK,), ["Notaufnahme", "Oncology"]),
        ("", (Need.FADING, Need.BURSTY), ["Dermatology", "Neurosurgery"]),
        ("pharmacy", (), []),
    ],
)
def test_rows_are_found_by_name_and_need_and_keep_their_order(
    name: str, needs: tuple[Need, ...], found: list[str]
) -> None:
    rows = board_table.matching(ROWS, name=name, needs=needs)
    assert [each.department for each in rows] == found


def test_needs_are_counted_in_the_order_in_which_to_help() -> None:
    assert list(board_table.needs_of(ROWS).items()) == [
        (Need.FADING, 1),
        (Need.BURSTY, 1),
        (Need.ON_TRACK, 2),
    ]


def test_a_department_reads_its_next_step_first() -> None:
    assert board_table.department_headline(row(), None) == row().step
    assert board_table.department_headline(row(step=""), None) == "On track, nothing to do"
    ended = board_table.department_headline(None, None)
    assert ended == "Ended early, and waits for its review"


def test_a_department_finds_its_row_on_the_board() -> None:
    rows = tuple(replace(each, trial_id=number) for number, each in enumerate(ROWS))
    view = BoardView(date(2026, 2, 9), rows, 0, 0, 0, 0, 0, 0, 0, 13, None)
    assert board_table.row_of(view, 2) is rows[2]
    assert board_table.row_of(view, 9) is None


def test_kept_weeks_are_counted_among_those_that_are_judged() -> None:
    card = standing_of([3, 6, 1, 3, 3], today=24, excused=[0]).scorecard
    assert board_table.kept_weeks(card) == (1, 2)
