"""Own accounts after their trials: a card each, the wall's foot, and how good the forecast was.

In the reliability diagram stands what was forecast for own accounts, against what happened.
"""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go

from trial.domain.after_trial import Calibration, Horizon
from trial.domain.counts import percent
from trial.reports.html import Html
from trial.reports.palette import Palette
from trial.services.after import AfterView
from trial.services.outcomes import AccountView, AtHorizon
from trial.ui import html, outcomes_text
from trial.ui.figures.base import quiet_figure

HEIGHT = 320
_LARGEST = 26


def account_html(account: AccountView, today: date) -> Html:
    """Return one account: what is known and expected at each horizon, and every look."""
    return html.render(
        "own_accounts.account",
        account.department,
        [_row(each, today) for each in account.horizons],
        [outcomes_text.silence_line(each) for each in account.found],
    )


def _row(at: AtHorizon, today: date) -> tuple[str, str, bool, str]:
    chance = "–" if at.chance is None else outcomes_text.chance(at.chance)
    is_due = at.kept is None and at.due <= today
    return at.horizon.label.capitalize(), outcomes_text.state(at, today), is_due, chance


def foot_html(expected: AfterView | None, note: str, *, ready: bool) -> Html:
    """Return the foot line of the wall: what is to be expected, and how the numbers stand."""
    line = "" if expected is None else outcomes_text.wall_line(expected, ready=ready)
    return html.render("own_accounts.foot", line, note)


def reliability(of: Calibration, palette: Palette) -> go.Figure:
    """Return groups of like forecasts, the mean forecast against the share that kept.

    Dots grow with the number of accounts, bars are Wilson's 95 % intervals, and on the diagonal
    the forecast was right.
    """
    # The last label is wider than what is left of its tick.
    figure = quiet_figure(palette, height=HEIGHT, right=20)
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
            "forecast %{x:.0%}<br>%{customdata[0]} of %{customdata[1]} did, %{y:.0%}<extra></extra>"
        ),
    )
    quarters = [0, 0.25, 0.5, 0.75, 1]
    for update, title in (
        (figure.update_xaxes, "forecast chance"),
        (figure.update_yaxes, "share still posting in most weeks"),
    ):
        update(
            range=[-0.03, 1.05],
            tickvals=quarters,
            ticktext=[percent(share) for share in quarters],
            title={"text": title, "font": {"color": palette.quiet}},
            showline=True,
        )
    return figure


def reliability_alt(horizon: Horizon) -> str:
    """Return the diagram as a sentence for those who do not see it."""
    return (
        f"Reliability diagram for {horizon.label}: forecast chance against the share of own "
        "accounts still posting in most weeks; the table after it has the numbers."
    )


def reliability_table_html(of: Calibration) -> Html:
    """Return the diagram's numbers as a table, read out and not shown."""
    return html.render("own_accounts.reliability", of.groups)
