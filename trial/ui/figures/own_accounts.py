"""Own accounts after their trials, one card each, and the foot line of the wall."""

from __future__ import annotations

from datetime import date
from html import escape

from trial.services.after import AfterView
from trial.services.outcomes import AccountView, AtHorizon
from trial.ui import outcomes_text


def account_html(account: AccountView, today: date) -> str:
    """Return one account: what is known and expected at each horizon, and every look."""
    rows = "".join(_row(each, today) for each in account.horizons)
    looks = "".join(
        f"<li>{escape(outcomes_text.silence_line(each))}</li>" for each in account.found
    )
    found = f'<ul class="looks">{looks}</ul>' if looks else ""
    return (
        f'<div class="own-account"><h2>{escape(account.department)}</h2>'
        '<table class="plain"><caption class="unseen">What is known and expected</caption>'
        '<thead><tr><th scope="col">After</th><th scope="col">Known</th>'
        '<th scope="col">Chance by its trial</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{found}</div>"
    )


def _row(at: AtHorizon, today: date) -> str:
    chance = "–" if at.chance is None else outcomes_text.chance(at.chance)
    known = escape(outcomes_text.state(at, today))
    if at.kept is None and at.due <= today:
        known = f"<strong>{known}</strong>"
    return (
        f'<tr><th scope="row">{at.horizon.label.capitalize()}</th><td>{known}</td>'
        f"<td>{chance}</td></tr>"
    )


def foot_html(expected: AfterView | None, note: str, *, ready: bool, decided: bool) -> str:
    """Return the foot line of the wall: what is to be expected, and how the numbers stand."""
    line = (
        "" if expected is None else outcomes_text.wall_line(expected, ready=ready, decided=decided)
    )
    chance = f"<strong>{escape(line)}</strong><br>" if line else ""
    return f'<p class="review-note">{chance}{escape(note)}</p>'
