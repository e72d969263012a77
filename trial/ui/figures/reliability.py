"""The reliability diagram: what was forecast for own accounts, against what happened."""

from __future__ import annotations

import plotly.graph_objects as go

from trial.domain.after_trial import Calibration, Horizon
from trial.reports.html import Html
from trial.reports.palette import Palette
from trial.ui import html, text
from trial.ui.figures.base import quiet_figure

HEIGHT = 320
_LARGEST = 26


def reliability(of: Calibration, palette: Palette) -> go.Figure:
    """Return groups of like forecasts, the mean forecast against the share that kept.

    Dots grow with the number of accounts, bars are Wilson's 95 % intervals, and on the diagonal
    the forecast was right.
    """
    figure = quiet_figure(palette, height=HEIGHT)
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", hoverinfo="skip", line={"color": palette.line, "width": 2}
    )
    shares = [group.kept.share or 0.0 for group in of.groups]
    spans = [group.kept.interval or (0.0, 1.0) for group in of.groups]
    most = max(group.kept.of for group in of.groups)
    figure.add_scatter(
        x=[group.forecast for group in of.groups],
        y=shares,
        mode="markers",
        error_y={
            "type": "data",
            "symmetric": False,
            # Wilson's interval holds its share, but for the last digit.
            "array": [max(high - share, 0) for share, (_, high) in zip(shares, spans, strict=True)],
            "arrayminus": [
                max(share - low, 0) for share, (low, _) in zip(shares, spans, strict=True)
            ],
            "color": palette.quiet,
            "thickness": 1.5,
        },
        marker={
            "color": palette.accent,
            "size": [_LARGEST * (group.kept.of / most) ** 0.5 for group in of.groups],
        },
        customdata=[(group.kept.count, group.kept.of) for group in of.groups],
        hovertemplate=(
            "forecast %{x:.0%}<br>%{customdata[0]} of %{customdata[1]} kept it, %{y:.0%}"
            "<extra></extra>"
        ),
    )
    quarters = [0, 0.25, 0.5, 0.75, 1]
    for update, title in (
        (figure.update_xaxes, "forecast chance"),
        (figure.update_yaxes, "share that kept its cadence"),
    ):
        update(
            range=[-0.03, 1.05],
            tickvals=quarters,
            ticktext=[text.percent(share) for share in quarters],
            title={"text": title, "font": {"color": palette.quiet}},
            showline=True,
        )
    # Room for the last label, which is wider than what is left of its tick.
    figure.update_layout(margin={"r": 20})
    return figure


def reliability_alt(horizon: Horizon) -> str:
    """Return the diagram as a sentence for those who do not see it."""
    return (
        f"Reliability diagram for {horizon.label}: forecast chance against the share of own "
        "accounts that kept their cadence; the table after it has the numbers."
    )


def reliability_table_html(of: Calibration) -> Html:
    """Return the diagram's numbers as a table, read out and not shown."""
    return html.table(
        [
            (text.percent(group.forecast), f"{group.kept.count} of {group.kept.of}")
            for group in of.groups
        ],
        heads=("Mean forecast", "Kept their cadence"),
        caption="Forecast and outcome",
        kind="unseen",
    )
