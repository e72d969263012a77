"""The board: department × week, the least likely to be ready first, each row a way to one.

A heatmap that is a table. A picture beside a table would say everything twice and line up with
neither names nor next steps; cells of a table can carry the colours themselves, be read out, be
printed and be followed by keyboard, and two hundred rows of them are cheap to send.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

from trial.domain.attention import Need
from trial.domain.cadence import WeekState
from trial.domain.results.scorecard import Scorecard
from trial.reports.html import Column, Html, joined
from trial.services.board import BoardRow, BoardView
from trial.services.decisions import DecisionView
from trial.ui import forecast_text, html
from trial.ui.week_strip import WeekCell

MAX_ROWS = 250
"""A table of more rows is sent to the browser in no reasonable time; the rest is found by name."""


def drawn(view: BoardView, rows: tuple[BoardRow, ...]) -> Html:
    """Return the first :data:`MAX_ROWS` of some of a board's rows, to be drawn."""
    if rows is view.rows:
        return _whole(view)
    return board_html(rows[:MAX_ROWS], weeks=view.longest)


@lru_cache(maxsize=4)
def _whole(view: BoardView) -> Html:
    return board_html(view.rows[:MAX_ROWS], weeks=view.longest)


def board_html(rows: Sequence[BoardRow], *, weeks: int) -> Html:
    """Return the board as one table.

    Parameters
    ----------
    rows : sequence of BoardRow
        In the order to show them.
    weeks : int
        Number of week columns; a shorter trial leaves its last cells empty.
    """
    # A board without any chance has no column for them.
    told = any(row.chance is not None for row in rows)
    order = "least likely to be ready" if told else "who needs help"
    return html.render(
        "table.table",
        f"Live posts of every running trial, week by week; {order} first",
        head=_head_html(weeks, told=told),
        body=joined([_row_html(row, weeks, told=told) for row in rows]),
        kind="board",
        hides_caption=True,
    )


@cache
def _head_html(weeks: int, *, told: bool) -> Html:
    return html.render(
        "table.columns",
        [
            Column("", "who", unseen="Department"),
            *(Column(str(week + 1), unseen="Week ") for week in range(weeks)),
            *([Column("Chance of ready", "chance")] if told else []),
            Column("Next step", "step"),
        ],
    )


@lru_cache(maxsize=2048)
def _row_html(row: BoardRow, weeks: int, *, told: bool) -> Html:
    cells = [_cell_html(cell.state, cell.count) for cell in row.weeks]
    cells += [_no_week_html()] * (weeks - len(row.weeks))
    chance = _chance(row) if told else ("",)
    return html.render("board_table.row", row, need_line(row), joined(cells), *chance)


def _chance(row: BoardRow) -> tuple[str, ...]:
    chance, lost = row.chance, row.out_of_reach_since
    if chance is None:
        return ("none",)
    if lost is not None:
        return "lost", forecast_text.since(lost)
    if not row.is_chance_said:
        return ("early",)
    taken = f"open: {', '.join(gate.short for gate in row.open_gates)}" if row.open_gates else ""
    return "open", forecast_text.chance_text(chance), taken, str(forecast_text.step_of(chance))


@cache
def _cell_html(state: WeekState, count: int) -> Html:
    return html.render("board_table.cell", state, WeekCell(0, state, count).sign)


@cache
def _no_week_html() -> Html:
    return html.render("board_table.no_week")


def need_line(row: BoardRow) -> str:
    """Return what stands under a department's name: ``fading · excused wk 4``."""
    excused = [str(week + 1) for week in row.excused if not _is_ahead(row, week)]
    return f"{row.need} · excused wk {', '.join(excused)}" if excused else row.need.value


def _is_ahead(row: BoardRow, week: int) -> bool:
    judged = [index for index, cell in enumerate(row.weeks) if cell.state.is_judged]
    running = [index for index, cell in enumerate(row.weeks) if cell.state is WeekState.OPEN]
    return week > max([*judged, *running], default=-1)


# ------------------------------------------------------------------------------- finding rows


def needs_of(rows: Sequence[BoardRow]) -> dict[Need, int]:
    """Return the needs that occur, in the order in which to help, with how often each does."""
    found = Counter(row.need for row in rows)
    return {need: found[need] for need in Need if need in found}


def matching(
    rows: tuple[BoardRow, ...], *, name: str = "", needs: Collection[Need] = ()
) -> tuple[BoardRow, ...]:
    """Return the rows whose department contains `name`, whatever the capitals, and fit a need.

    Parameters
    ----------
    name : str
        Empty for all.
    needs : collection of Need
        Empty for all.

    Returns
    -------
    tuple of BoardRow
        `rows` itself where nothing is looked for.
    """
    wanted = " ".join(name.split()).casefold()
    if not wanted and not needs:
        return rows
    return tuple(
        row
        for row in rows
        if wanted in row.department.casefold() and (not needs or row.need in needs)
    )


# -------------------------------------------------------------------------------- in words


def headline(calls: int, running: int) -> str:
    """Return the board's answer: who needs a call this week, in words."""
    if calls == 0:
        return "Nobody needs a call this week" if running else "No trial is running yet"
    if calls == 1:
        return "1 department needs a call this week"
    return f"{calls} departments need a call this week"


def row_of(view: BoardView, trial_id: int) -> BoardRow | None:
    """Return a trial's row on the board, or None for one that is ended or decided."""
    return next((row for row in view.rows if row.trial_id == trial_id), None)


def department_headline(row: BoardRow | None, decision: DecisionView | None) -> str:
    """Return one department's answer: its decision, its next step, or that all is well."""
    if decision is not None:
        return decision.decision.label
    if row is None:
        return "Ended early, and waits for its review"
    return row.step or "On track, nothing to do"


def kept_weeks(card: Scorecard) -> tuple[int, int]:
    """Return how many weeks kept the band, and how many are judged."""
    states = [week.state for week in card.weeks]
    return sum(state.keeps_band for state in states), sum(state.is_judged for state in states)
