"""Small lists on a department: late entries, people, excused weeks, incidents."""

from __future__ import annotations

from collections.abc import Sequence

from trial.domain.calendar import spoken_day, spoken_span
from trial.domain.counts import count_of
from trial.domain.log_patterns import PatternCount
from trial.domain.trial_status import TrialStatus
from trial.reports.html import Html
from trial.services.exemptions import ExemptionView
from trial.services.incidents import IncidentView
from trial.services.standing import LatePost
from trial.services.trial_views import TrialDetail, TrialRow
from trial.ui import html, log_pattern_text


def late_html(posts: Sequence[LatePost]) -> Html | str:
    """Return posts entered late, each with both its days; nothing where there are none."""
    return html.render("lists.late", posts) if posts else ""


def patterns_html(seen: Sequence[PatternCount]) -> Html:
    """Return how a log was kept, one pattern a line."""
    sentences = [log_pattern_text.sentence(each) for each in seen]
    return html.render("lists.patterns", sentences, log_pattern_text.NO_PENALTY)


def gates_html(detail: TrialDetail) -> Html:
    """Return what the gates ask for."""
    return html.render("lists.gates", detail)


def exemption_days(exemption: ExemptionView) -> str:
    """Return the days an exemption covers: ``Mon 2 – Sun 15 Mar``; with a year not asked in."""
    return spoken_span(exemption.first_day, exemption.last_day, exemption.asked_on)


def asked_html(asked: ExemptionView) -> Html:
    """Return what a department asks for: which weeks, why, who and since when."""
    by = f" by {asked.asked_by}" if asked.asked_by else ""
    return html.render(
        "lists.asked",
        f"{asked.department}: {weeks_text(asked)}",
        f"{exemption_days(asked)} · asked {spoken_day(asked.asked_on)}{by}",
        [f"“{asked.reason}”"],
    )


def weeks_text(exemption: ExemptionView) -> str:
    """Return the weeks an exemption covers, as people count them: ``Weeks 3–4``."""
    if exemption.first_week == exemption.last_week:
        return f"Week {exemption.first_week + 1}"
    return f"Weeks {exemption.first_week + 1}–{exemption.last_week + 1}"


def exemptions_html(exemptions: Sequence[ExemptionView]) -> Html:
    """Return a trial's exemptions with reason and cause."""
    heads = ("Weeks", "Days", "Why", "Where it stands")
    rows = [
        (
            weeks_text(each),
            exemption_days(each),
            f"{each.cause.label}: {each.reason}",
            _exemption_stands(each),
        )
        for each in exemptions
    ]
    return plain_table("Excused weeks", heads, rows, cells=("", "days", "", ""))


def _exemption_stands(exemption: ExemptionView) -> str:
    by = f" by {exemption.decided_by}" if exemption.decided_by else ""
    said = f": “{exemption.answer}”" if exemption.answer else ""
    return f"{exemption.status}{by}{said}"


def incidents_html(incidents: Sequence[IncidentView]) -> Html:
    """Return a trial's serious incidents, open ones said so."""
    return html.render("lists.incidents", incidents)


def plain_table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    cells: Sequence[str] = (),
) -> Html:
    """Return a table under its caption; that there is nothing, where there are no rows.

    Parameters
    ----------
    cells : sequence of str
        The class of a row's cells, in the order of the columns.
    """
    return html.render("lists.plain", caption, heads, rows, cells)


def shortened(text: str, limit: int = 30) -> str:
    """Return a text of at most `limit` characters, for a button."""
    return text if len(text) <= limit else text[: limit - 2].rstrip() + " …"


def people_html(detail: TrialDetail) -> Html:
    """Return who leads the trial in its department."""
    return html.render("lists.people", detail.people)


# ------------------------------------------------------------------------------------- trials


def trials_headline(rows: Sequence[TrialRow], asked: int) -> str:
    """Return what waits for Communications among the trials, in words."""
    if asked:
        asks = "asks" if asked == 1 else "ask"
        return f"{count_of(asked, 'department')} {asks} for weeks to be excused"
    waiting = sum(row.status in (TrialStatus.AWAITING_REVIEW, TrialStatus.ENDED) for row in rows)
    if waiting:
        waits = "awaits its" if waiting == 1 else "await their"
        return f"{count_of(waiting, 'trial')} {waits} review"
    running = sum(row.status is TrialStatus.RUNNING for row in rows)
    return f"{count_of(running, 'trial')} running" if running else "No trial is running"


def trials_html(rows: Sequence[TrialRow]) -> Html:
    """Return all trials, each a way to its desk."""
    heads = ("Department", "Where it stands", "Days")
    lines = [(row.id, row.department, _status(row), trial_days(row)) for row in rows]
    return html.render("lists.trials", heads, lines)


def trial_days(row: TrialRow) -> str:
    """Return the days of a trial, with their year."""
    return spoken_span(row.window.start, row.ended_on or row.window.end, year=True)


def _status(row: TrialRow) -> str:
    if row.status is TrialStatus.RUNNING and row.week is not None:
        return f"week {row.week + 1} of {row.window.weeks}"
    if row.decision is not None:
        return row.decision.label
    return row.status.label
