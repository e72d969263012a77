"""What pages draw as HTML, from the templates of this folder, and how values are spoken there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from trial.domain.counts import count_of
from trial.reports.html import FOLDER, Column, Html, Templates
from trial.reports.palette import state_class
from trial.ui import text

_HERE = Path(__file__).parent

_TEMPLATES = Templates(
    _HERE / "templates",
    FOLDER,
    # For the stylesheets, which are put into a page as they stand.
    _HERE,
    filters={
        "count_of": count_of,
        "kind": lambda value: value.replace("_", "-"),
        "outcome_sign": text.outcome_sign,
        "percent": text.percent,
        "points": text.points,
        "state_class": state_class,
        "state_label": text.state_label,
        "week_label": text.week_label,
        "weeks_line": text.weeks_line,
    },
)

render = _TEMPLATES.render
"""See :class:`trial.reports.html.Templates`, for both."""
compile_templates = _TEMPLATES.compile


def table(
    rows: Iterable[Sequence[str]],
    *,
    heads: Sequence[str | Column] = (),
    caption: str = "",
    kind: str = "plain",
    cells: Sequence[str] = (),
) -> Html:
    """Return a table of text, each row begun by its own heading.

    Parameters
    ----------
    heads : sequence of str or Column
        Empty for a table without headings of columns.
    kind : str
        The table's class; ``unseen`` for one that is only read out.
    cells : sequence of str
        The class of a row's cells, in the order of the columns.
    """
    return render("table.table", caption, heads, rows, kind=kind, cells=cells)
