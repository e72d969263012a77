"""A trial's weeks in one row, their key, and the running week as dots.

Each is plain HTML, with a real table behind the row for a screen reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import streamlit as st

from trial.domain.cadence import Band, WeekState
from trial.domain.results.scorecard import Scorecard
from trial.reports.html import Html, joined
from trial.ui import html

_SIGNS = {WeekState.UNREPORTED: "?", WeekState.EXCUSED: "–", WeekState.AHEAD: "·"}


@dataclass(frozen=True, slots=True)
class WeekCell:
    """One week of a row.

    Parameters
    ----------
    week : int
        Index from 0; shown from 1.
    state : WeekState
    count : int or None
        Live posts; None where nothing is known. Never shown for a week without data.
    """

    week: int
    state: WeekState
    count: int | None = None

    @property
    def sign(self) -> str:
        """What stands in the cell."""
        if self.count is None or self.state in _SIGNS:
            return _SIGNS.get(self.state, "–")
        return f"{self.count}▴" if self.state is WeekState.OVER else str(self.count)


def week_strip_html(cells: Sequence[WeekCell], *, caption: str, large: bool = False) -> Html:
    """Return a trial's weeks in one row, as a table that a screen reader can walk through.

    Parameters
    ----------
    caption : str
        What the row is about; read out, not shown.
    large : bool
        For the far end of a table.
    """
    weeks = [_week(cell.week, large and cell.state is WeekState.EXCUSED) for cell in cells]
    return html.render(
        "week_strip.strip", joined([_cell(cell) for cell in cells]), joined(weeks), caption, large
    )


@lru_cache(maxsize=2048)
def _cell(cell: WeekCell) -> Html:
    return html.render("week_strip.cell", cell)


@cache
def _week(week: int, is_excused: bool) -> Html:
    return html.render("week_strip.week", week, is_excused)


def trial_weeks_html(card: Scorecard, department: str, *, large: bool = False) -> Html:
    """Return the weeks of a scorecard in one row; see :func:`week_strip_html`."""
    cells = [WeekCell(week.index, week.state, week.count) for week in card.weeks]
    return week_strip_html(cells, caption=f"The weeks of {department}", large=large)


def week_strip(card: Scorecard, department: str) -> None:
    """Draw the weeks of a scorecard in one row."""
    st.html(trial_weeks_html(card, department))


def week_legend(band: Band | None) -> None:
    """Draw the key to a row of weeks: each state as it looks, with its name.

    Parameters
    ----------
    band : Band or None
        None where the trials shown differ in it.
    """
    in_band = "in band" if band is None else f"in band, {band} posts"
    band = band or Band(3, 5)
    entries = (
        (WeekState.IN_BAND, band.low, in_band),
        (WeekState.OVER, band.high + 1, "over"),
        (WeekState.UNDER, max(band.low - 1, 1), "under"),
        (WeekState.SILENT, 0, "silent"),
        (WeekState.UNREPORTED, "?", "not reported"),
        (WeekState.EXCUSED, "–", "excused"),
        (WeekState.OPEN, "", "this week"),
        (WeekState.AHEAD, "·", "ahead"),
    )
    st.html(html.render("week_strip.legend", entries))


def band_dots_html(count: int, band: Band) -> Html:
    """Return the running week: a filled dot a post, and a dashed frame around the band."""
    return html.render("week_strip.dots", count, band)
