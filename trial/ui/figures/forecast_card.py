"""The forecast's answer as a department reads it, and what it rests on behind one touch."""

from __future__ import annotations

from html import escape

from trial.services.forecasts import ForecastView
from trial.ui import forecast_text


def answer_html(view: ForecastView) -> str:
    """Return the answer large, with its interval; below it the way on and what it starts from."""
    between = forecast_text.interval(view.chance)
    if view.out_of_reach_since is not None:
        between = ""
    aside = f" <small>({escape(between)})</small>" if between else ""
    return (
        f'<div class="forecast"><p class="answer">{escape(forecast_text.answer(view))}{aside}</p>'
        f"<p>{escape(forecast_text.way_on(view))}</p>"
        f"<p><small>{escape(forecast_text.starts_from(view))}</small></p></div>"
    )


def assumptions_html(view: ForecastView) -> str:
    """Return what the forecast rests on, to be opened."""
    items = "".join(f"<li>{escape(said)}</li>" for said in forecast_text.assumptions(view))
    return (
        '<details class="forecast-rests"><summary>What this rests on</summary>'
        f"<ul>{items}</ul></details>"
    )
