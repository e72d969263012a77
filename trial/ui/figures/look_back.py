"""What verdicts were worth on existing accounts: shares still active, by verdict and by score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import plotly.graph_objects as go

from trial.domain.results.experiments import Rate
from trial.domain.results.validation import GroupFindings, Outcome, ValidatedFiles
from trial.domain.verdict import Verdict
from trial.reports import validation_text as said
from trial.reports.html import Html
from trial.reports.palette import Palette
from trial.ui import html
from trial.ui.figures.base import quiet_figure
from trial.ui.figures.lists import plain_table

_SHORT = {
    Verdict.READY: "Ready",
    Verdict.EXTEND: "Extend",
    Verdict.KEEP_FEEDING: "Keep feeding",
    Verdict.NOT_ENOUGH_EVIDENCE: "Not judged",
}
_ROW = 64
_TENTHS_HEIGHT = 260
_APART = 0.15


def verdict_points(part: GroupFindings, palette: Palette) -> go.Figure:
    """Return the share still active by verdict, half a year and a year later, with intervals.

    What nobody was watched long enough for has no point, and is never drawn as zero.
    """
    figure = quiet_figure(palette, height=_ROW * len(part.decided) + 40, right=24)
    for outcome, aside, symbol, colour in (
        (Outcome.A26, -_APART, "circle", palette.accent),
        (Outcome.A52, _APART, "diamond", palette.deep),
    ):
        rates = [decided.held[outcome] for decided in part.decided]
        figure.add_scatter(
            x=[_percent(rate) for rate in rates],
            y=[row + aside for row in range(len(rates))],
            mode="markers",
            marker={"symbol": symbol, "size": 13, "color": colour},
            error_x=_whiskers(rates, colour),
            customdata=[said.rate_words(rate) for rate in rates],
            hovertemplate=f"{outcome.label}: %{{customdata}}<extra></extra>",
        )
    # Room for the mark at either end, and for its number below.
    figure.update_xaxes(range=[-3, 103], dtick=25, ticksuffix=" %", showgrid=True)
    figure.update_xaxes(gridcolor=palette.line)
    figure.update_yaxes(
        range=[len(part.decided) - 0.5, -0.5],
        tickvals=list(range(len(part.decided))),
        ticktext=[_SHORT[decided.verdict] for decided in part.decided],
        tickfont={"color": palette.ink},
    )
    return figure


VERDICT_LINE = "● still active half a year later · ◆ a year later · the line: 95 % interval"
"""How to read the picture, in words."""


def verdict_alt(part: GroupFindings) -> str:
    """Return the picture as a sentence for those who do not see it."""
    shares = (
        f"{_SHORT[decided.verdict]} {said.rate_words(decided.held[Outcome.A26])}"
        for decided in part.decided
        if decided.trials
    )
    return f"Still active half a year later. {'; '.join(shares)}."


def score_points(part: GroupFindings, palette: Palette) -> go.Figure:
    """Return the share still active half a year later in each tenth of the score."""
    figure = quiet_figure(palette, height=_TENTHS_HEIGHT, right=16)
    tenths = [tenth for tenth in part.tenths if tenth.held[Outcome.A26].of]
    rates = [tenth.held[Outcome.A26] for tenth in tenths]
    figure.add_scatter(
        x=[100 * tenth.mean_score for tenth in tenths],
        y=[_percent(rate) for rate in rates],
        mode="markers",
        marker={"size": 11, "color": palette.accent},
        error_y=_whiskers(rates, palette.accent),
        customdata=[said.rate_words(rate) for rate in rates],
        hovertemplate="score %{x:.0f}: %{customdata}<extra></extra>",
    )
    figure.update_xaxes(range=[-2, 102], dtick=20, showline=True, title={"text": "score"})
    figure.update_yaxes(range=[-3, 104], dtick=25, ticksuffix=" %", showgrid=True)
    figure.update_yaxes(gridcolor=palette.line)
    return figure


def points_alt(part: GroupFindings) -> str:
    """Return the picture as a sentence for those who do not see it."""
    return (
        f"Points: still active half a year later in {len(part.tenths)} tenths of the score; the "
        "table after it has the numbers."
    )


def decisions_html(part: GroupFindings, caption: str) -> Html:
    """Return what became of the trials, a row a verdict."""
    return _table(caption, said.DECISION_HEADINGS, said.decision_rows(part))


def tenths_html(part: GroupFindings) -> Html:
    """Return what became of the trials, a row a tenth of the score."""
    return _table(said.CALIBRATION, said.TENTH_HEADINGS, said.decile_rows(part))


def rankings_html(part: GroupFindings) -> Html:
    """Return how well each measure ranks half a year, and how far the score is ahead."""
    return _table("Still active half a year later", said.BESIDE_HEADINGS, said.beside_rows(part))


def sources_html(found: ValidatedFiles) -> Html:
    """Return the sources side by side, a row each."""
    rows = [
        (html.render("lists.breakable", source.split("_")), *map(_unbroken, rest))
        for source, *rest in said.source_rows(found)
    ]
    return plain_table("The sources beside each other", said.SOURCE_HEADINGS, rows)


def format_html() -> Html:
    """Return the first rows of a file as it should look."""
    rows = (("Nursing school", "2024-06-03"), ("Nursing school", "2024-06-05"))
    return _table("One row a post", ("account", "date"), (*rows, ("Blood donation", "2024-08-05")))


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    return plain_table(caption, heads, [[_unbroken(cell) for cell in row] for row in rows])


def _unbroken(text: str) -> str:
    """Return `text` with percentages and ranges that stay on one line on a phone."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%").replace("–", "\N{WORD JOINER}–\N{WORD JOINER}")


def _percent(rate: Rate) -> float | None:
    return None if rate.share is None else 100 * rate.share


def _whiskers(rates: Sequence[Rate], colour: str) -> dict[str, object]:
    """Return error bars from the share to both ends of its interval."""
    above, below = [], []
    for rate in rates:
        share, (low, high) = rate.share or 0.0, rate.interval or (0.0, 0.0)
        above.append(100 * (high - share))
        below.append(100 * (share - low))
    return {
        "type": "data",
        "symmetric": False,
        "array": above,
        "arrayminus": below,
        "color": colour,
        "thickness": 2,
        "width": 0,
    }
