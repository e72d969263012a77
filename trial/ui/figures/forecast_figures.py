"""The forecast: its answer, what it rests on, and the fan of where the score may end."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from trial.domain.calendar import spoken_day
from trial.domain.counts import points
from trial.reports.html import Html
from trial.reports.palette import Palette
from trial.services.forecasts import QUANTILES, ForecastView
from trial.ui import forecast_text, html
from trial.ui.figures import base

HEIGHT = 260
_OUTER, _INNER, _MIDDLE = (0, 4), (1, 3), 2


def draw(coming: ForecastView, *, key: str, large: bool = False) -> None:
    """Draw one trial's forecast.

    Parameters
    ----------
    key : str
        Of the chart.
    large : bool
        As in :func:`trial.ui.figures.fan_chart`.
    """
    st.html(answer_html(coming))
    figure = fan_chart(coming, base.palette_in_use(), large=large)
    base.draw(figure, key=key, alt=fan_alt(coming))
    st.caption(fan_line(coming))
    st.html(fan_table_html(coming) + assumptions_html(coming))


def answer_html(view: ForecastView) -> Html:
    """Return the answer large, with what it rests on; below it the way on and where it starts."""
    return html.render(
        "forecast_card.answer",
        forecast_text.answer(view),
        forecast_text.basis(view),
        forecast_text.way_on(view),
        forecast_text.starts_from(view),
    )


def assumptions_html(view: ForecastView) -> Html:
    """Return what the forecast rests on, to be opened."""
    return html.render("forecast_card.assumptions", forecast_text.assumptions(view))


def fan_chart(view: ForecastView, palette: Palette, *, large: bool = False) -> go.Figure:
    """Return the score week by week, what it may become, and the line from which it is ready.

    The likeliest half of the final scores lies in the inner band, nine in ten in the whole of it.

    Parameters
    ----------
    large : bool
        Whether it may be read from afar: room for numbers as large as the meeting's screen has
        them.
    """
    figure = base.quiet_figure(palette, height=HEIGHT + 80 * large)
    if large:
        figure.update_layout(margin={"l": 84, "b": 72})
    ready = 100 * view.ready_from
    figure.add_hrect(
        y0=ready, y1=100, fillcolor=palette.accent, opacity=0.1, line_width=0, layer="below"
    )
    figure.add_hline(y=ready, line={"color": palette.accent, "width": 1, "dash": "dot"})
    # The fan opens from where the score stands.
    last = [(each.week + 1, (each.score,) * len(QUANTILES)) for each in view.past[-1:]]
    coming = last + [(each.week + 1, each.scores) for each in view.fan]
    weeks = [week for week, _ in coming]
    for low, high, opacity in ((*_OUTER, 0.18), (*_INNER, 0.32)):
        figure.add_scatter(
            x=weeks + weeks[::-1],
            y=[100 * scores[low] for _, scores in coming]
            + [100 * scores[high] for _, scores in reversed(coming)],
            mode="lines",
            line={"width": 0},
            fill="toself",
            name="nine in ten" if low == _OUTER[0] else "half",
            fillcolor=_faded(palette.deep, opacity),
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=weeks,
        y=[100 * scores[_MIDDLE] for _, scores in coming],
        mode="lines",
        name="middle",
        line={"color": palette.deep, "width": 2, "dash": "dash"},
        customdata=[points(scores[_MIDDLE]) for _, scores in coming],
        hovertemplate="Week %{x}<br>half of the ways end a week below %{customdata}<extra></extra>",
    )
    figure.add_scatter(
        x=[each.week + 1 for each in view.past],
        y=[100 * each.score for each in view.past],
        mode="lines+markers",
        name="so far",
        line={"color": palette.accent, "width": 2},
        marker={"size": 9, "color": palette.accent},
        customdata=[[points(each.score), spoken_day(each.on, view.today)] for each in view.past],
        hovertemplate="Week %{x}, %{customdata[1]}<br>score %{customdata[0]}<extra></extra>",
    )
    end = max(weeks, default=1)
    for update, title in ((figure.update_xaxes, "week"), (figure.update_yaxes, "score, of 100")):
        update(title={"text": title, "font": {"color": palette.quiet, "size": 13}})
    figure.update_xaxes(range=[0.5, end + 0.5], dtick=1, showline=True)
    figure.update_yaxes(range=[0, 102], dtick=25)
    return figure


def _faded(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def fan_line(view: ForecastView) -> str:
    """Return how to read the chart, in words."""
    past = "● score at each week’s end · " if view.past else ""
    return (
        f"{past}inner band: half of all ways it may end · whole band: nine in ten · "
        f"shaded: ready from {points(view.ready_from)}"
    )


def fan_alt(view: ForecastView) -> str:
    """Return the chart as a sentence for those who do not see it."""
    final = view.fan[-1].scores if view.fan else ()
    if not final:
        return "No week is left in which the score could move."
    low, middle, high = (points(final[at]) for at in (_OUTER[0], _MIDDLE, _OUTER[1]))
    return (
        f"The score so far and where it may end: likely between {low} and {high}, half of the ways "
        f"below {middle}; ready from {points(view.ready_from)}. The table after it has the "
        "numbers."
    )


def fan_table_html(view: ForecastView) -> Html:
    """Return the chart's numbers as a table, read out and not shown."""
    return html.render("forecast_card.numbers", view, _OUTER[0], _MIDDLE, _OUTER[1])
