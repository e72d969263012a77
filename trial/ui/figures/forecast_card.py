"""The forecast's answer as a department reads it, and what it rests on behind one touch."""

from __future__ import annotations

from trial.reports.html import Html
from trial.services.forecasts import ForecastView
from trial.ui import forecast_text, html


def answer_html(view: ForecastView) -> Html:
    """Return the answer large, with its interval; below it the way on and what it starts from."""
    lost = view.out_of_reach_since is not None
    return html.render(
        "forecast_card.answer",
        forecast_text.answer(view),
        "" if lost else forecast_text.interval(view.chance),
        forecast_text.way_on(view),
        forecast_text.starts_from(view),
    )


def assumptions_html(view: ForecastView) -> Html:
    """Return what the forecast rests on, to be opened."""
    return html.render("forecast_card.assumptions", forecast_text.assumptions(view))
