"""The forecast as a page draws it: answer, fan of scores, and what it rests on."""

from __future__ import annotations

import streamlit as st

from trial.services.forecasts import ForecastView
from trial.ui.figures import fan_chart, forecast_card
from trial.ui.figures.base import CONFIG, palette_in_use


def draw(coming: ForecastView, *, key: str, large: bool = False) -> None:
    """Draw one trial's forecast.

    Parameters
    ----------
    key : str
        Of the chart.
    large : bool
        As in :func:`trial.ui.figures.fan_chart.fan_chart`.
    """
    st.html(forecast_card.answer_html(coming))
    st.plotly_chart(
        fan_chart.fan_chart(coming, palette_in_use(), large=large),
        config=CONFIG,
        theme=None,
        key=key,
        alt=fan_chart.fan_alt(coming),
    )
    st.caption(fan_chart.fan_line(coming))
    st.html(fan_chart.fan_table_html(coming) + forecast_card.assumptions_html(coming))
