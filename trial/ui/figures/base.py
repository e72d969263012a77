"""What all pictures share: quiet axes, the app's font, colours of the theme in use."""

from __future__ import annotations

from typing import Literal

import plotly.graph_objects as go
import streamlit as st

from trial.reports.palette import DARK, LIGHT, Palette

# No tool bar, and a thumb scrolls the page.
_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def draw(
    figure: go.Figure, *, key: str, alt: str, theme: Literal["streamlit"] | None = None
) -> None:
    """Draw a figure, which `alt` puts into words."""
    st.plotly_chart(figure, config=_CONFIG, theme=theme, key=key, alt=alt)


def palette_in_use() -> Palette:
    """Return the colours of the theme this browser shows; light until it has said so."""
    return DARK if st.context.theme.get("type") == "dark" else LIGHT


def quiet_figure(palette: Palette, *, height: int, right: int = 0) -> go.Figure:
    """Return an empty figure without frame, grid, legend or zoom.

    Parameters
    ----------
    height : int
        In pixels; the width is that of the place it is drawn in.
    right : int
        Room for what stands out on the right.
    """
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": right, "t": 8, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "Inter, sans-serif", "size": 14, "color": palette.ink},
        showlegend=False,
        dragmode=False,
        hoverlabel={
            "bgcolor": palette.raised,
            "bordercolor": palette.line,
            "font": {"family": "Inter, sans-serif", "color": palette.ink},
        },
    )
    axis = {
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "tickfont": {"color": palette.quiet},
        "linecolor": palette.line,
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure
