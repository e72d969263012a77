"""Own accounts after their trials, one card each, and the foot line of the wall."""

from __future__ import annotations

from datetime import date

from trial.reports.html import Html
from trial.services.after import AfterView
from trial.services.outcomes import AccountView, AtHorizon
from trial.ui import html, outcomes_text


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


def foot_html(expected: AfterView | None, note: str, *, ready: bool, decided: bool) -> Html:
    """Return the foot line of the wall: what is to be expected, and how the numbers stand."""
    line = (
        "" if expected is None else outcomes_text.wall_line(expected, ready=ready, decided=decided)
    )
    return html.render("own_accounts.foot", line, note)
