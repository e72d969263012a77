"""The run chart of one trial: what was planned and what was live, week by week, and the band."""

from __future__ import annotations

import plotly.graph_objects as go

from trial.domain.cadence import WeekState
from trial.domain.calendar import spoken_span
from trial.reports.html import Html
from trial.reports.palette import Palette
from trial.services.standing import StandingView
from trial.ui import html
from trial.ui.figures.base import quiet_figure

HEIGHT = 250
_KNOWN = frozenset(WeekState) - {WeekState.UNREPORTED, WeekState.EXCUSED, WeekState.AHEAD}


def run_chart(view: StandingView, palette: Palette) -> go.Figure:
    """Return planned and live posts a week over the shaded band.

    A week without data has no point, and the line breaks there: nothing known is never drawn as
    zero. Excused weeks are shaded grey.
    """
    weeks = view.scorecard.weeks
    numbers = [week.index + 1 for week in weeks]
    spans = [
        spoken_span(week.start, view.window.week_end(week.index), view.today) for week in weeks
    ]
    figure = quiet_figure(palette, height=HEIGHT)
    figure.add_hrect(
        y0=view.band.low,
        y1=view.band.high,
        fillcolor=palette.accent,
        opacity=0.14,
        line_width=0,
        layer="below",
    )
    for week in weeks:
        if week.state is WeekState.EXCUSED:
            figure.add_vrect(
                x0=week.index + 0.5,
                x1=week.index + 1.5,
                fillcolor=palette.weeks[WeekState.EXCUSED].fill,
                line_width=0,
                layer="below",
            )
    figure.add_scatter(
        x=numbers,
        y=[week.planned for week in weeks],
        mode="markers",
        name="planned",
        marker={
            "symbol": "line-ew",
            "size": 22,
            "line": {"width": 3, "color": palette.deep},
        },
        customdata=spans,
        hovertemplate="%{customdata}<br>%{y} planned<extra></extra>",
    )
    figure.add_scatter(
        x=numbers,
        y=[week.count if week.state in _KNOWN else None for week in weeks],
        mode="lines+markers",
        name="live",
        connectgaps=False,
        line={"color": palette.accent, "width": 2},
        marker={
            "size": 11,
            "color": [
                palette.ground if week.state is WeekState.OPEN else palette.accent for week in weeks
            ],
            "line": {"width": 2, "color": palette.accent},
        },
        customdata=spans,
        hovertemplate="%{customdata}<br>%{y} live<extra></extra>",
    )
    top = max([view.band.high, *(week.count for week in weeks), *(week.planned for week in weeks)])
    figure.update_xaxes(range=[0.5, len(weeks) + 0.5], dtick=1, showline=True)
    figure.update_yaxes(range=[-0.4, top + 0.8], dtick=1 if top < 12 else 5)
    return figure


def run_line(view: StandingView) -> str:
    """Return how to read the chart, in words."""
    return (
        f"● live posts · ▬ planned slots · shaded: the target, {view.band} · hollow: this week · "
        "no dot: nothing reported"
    )


def run_alt(view: StandingView) -> str:
    """Return the chart as a sentence for those who do not see it."""
    return (
        f"Run chart of {view.department}: planned and live posts in each of {view.window.weeks} "
        "weeks against the target; the table after it has the numbers."
    )


def run_table_html(view: StandingView) -> Html:
    """Return the chart's numbers as a table, read out and not shown."""
    return html.render("checks_table.weeks", view)
