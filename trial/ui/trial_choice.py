"""Which trial a page is about.

The address decides (``?trial=``), so that a link, a reload and the way back keep it; the box only
shows and changes it.
"""

from collections.abc import Sequence

import streamlit as st

from trial.domain.calendar import spoken_day
from trial.domain.errors import TrialError
from trial.domain.roles import Permission
from trial.domain.trial_status import TrialStatus
from trial.services import trial_views
from trial.services.sign_in import SignedIn
from trial.services.trial_views import TrialRow
from trial.ui import components, process, session, text
from trial.ui.figures import lists

_TURN = {
    TrialStatus.AWAITING_REVIEW: 0,
    TrialStatus.ENDED: 0,
    TrialStatus.RUNNING: 1,
    TrialStatus.AHEAD: 2,
    TrialStatus.DECIDED: 3,
}


_MAX_ID = 12


def by_review(rows: Sequence[TrialRow]) -> tuple[TrialRow, ...]:
    """Return trials in the order a meeting takes them: those that wait longest, then the next."""
    return tuple(sorted(rows, key=lambda row: (_TURN[row.status], last_day(row), row.department)))


def last_day(row: TrialRow) -> object:
    """Return the day a trial ended, or will end."""
    return row.ended_on or row.window.end


def next_review(rows: Sequence[TrialRow]) -> TrialRow | None:
    """Return the trial whose review has waited longest, or None when none waits."""
    return next((row for row in by_review(rows) if _TURN[row.status] == 0), None)


def next_end_line(rows: Sequence[TrialRow]) -> str:
    """Return when the next review comes, in a sentence."""
    coming = [row for row in by_review(rows) if row.status is TrialStatus.RUNNING]
    if not coming:
        return "A trial appears here once its weeks are over."
    return f"The next is {coming[0].department}, from {spoken_day(coming[0].window.day_after)}."


def asked_for(
    person: SignedIn, rows: Sequence[TrialRow], *, otherwise: TrialRow | None
) -> TrialRow | None:
    """Return the trial the address names, or `otherwise`; one that is not there is refused.

    An imported history is in no list, but can be opened by its address.
    """
    asked = st.query_params.get("trial", "")
    if not asked:
        return otherwise
    by_id = {str(row.id): row for row in rows}
    if asked in by_id:
        return by_id[asked]
    if not (len(asked) < _MAX_ID and asked.isdecimal()):
        session.refuse("this trial")
    try:
        return trial_views.detail(person.actor, process.backend(), trial_id=int(asked)).row
    except TrialError:
        session.refuse("this trial")


def draw(rows: Sequence[TrialRow], chosen: TrialRow | None, *, key: str, label: str) -> None:
    """Draw the box that leads to another trial, where there is another.

    Parameters
    ----------
    key : str
        Of the widget.
    label : str
        Read out, and shown while nothing is chosen.
    """
    by_id = {row.id: row for row in rows}
    if len(by_id) < (1 if chosen is None else 2):
        return

    def go() -> None:
        if (picked := st.session_state[key]) is not None:
            st.query_params["trial"] = str(picked)

    # The address decides, the box shows it: a link must win over a choice made earlier.
    st.session_state[key] = None if chosen is None else chosen.id
    st.selectbox(
        label,
        list(by_id),
        format_func=lambda trial_id: line(by_id[trial_id]),
        key=key,
        on_change=go,
        placeholder=label,
        label_visibility="collapsed",
        width=420,
    )


def line(row: TrialRow) -> str:
    """Return a trial in one line: ``Maternity · awaiting review``."""
    return f"{row.department} · {row.status.label}"


def place_line(row: TrialRow) -> str:
    """Return where in its weeks a trial stands: ``Week 6 of 13 · Mon 9 – Sun 15 Feb``."""
    window = row.window
    if row.status is TrialStatus.RUNNING and row.week is not None:
        first, last = window.week_start(row.week), window.week_end(row.week)
        return text.week_line(row.week, window.weeks, first, last)
    return f"{row.status.label.capitalize()} · {lists.trial_days(row)}"


# ---------------------------------------------------------------------- the department's own


def choose_trial(person: SignedIn) -> TrialRow | None:
    """Return the trial this page is about, from the address or from a choice drawn here.

    One trial is simply taken. Several are offered, and the choice stands in the address as
    ``?trial=``, so that a reload, a bookmark and the next page keep it. A trial that is not there
    or not the person's own is refused alike, and the page ends. Trials that are decided or were
    ended early are offered only where no other is, or where the address names one.

    Returns
    -------
    TrialRow or None
        None where there is no trial at all; the empty state that says so has been drawn.
    """
    rows = trial_views.own_trials(person.actor, process.backend(), include_over=True)
    asked = st.query_params.get("trial", "")
    if asked and asked not in {str(row.id) for row in rows}:
        session.refuse("this trial")
    going_on = [row for row in rows if row.ended_on is None and row.decision is None]
    rows = tuple(row for row in rows if row in going_on or str(row.id) == asked) or rows
    by_id = {row.id: row for row in rows}
    if not rows:
        starts_it_oneself = Permission.ALL_TRIAL_WRITE in person.permissions
        components.header("No trial has been started yet")
        components.empty_state(
            "Nothing to show yet",
            "Start one on the page Trials. The department then sees this page too."
            if starts_it_oneself
            else "Communications will start one with you. Until then there is nothing to do.",
            icon="event_upcoming",
        )
        return None
    if len(rows) == 1:
        return rows[0]
    wanted = int(asked) if asked else session.last_trial()
    # The address decides, the box shows it: a link that names a trial must win over a choice
    # made earlier.
    st.session_state[session.TRIAL_BOX] = wanted if wanted in by_id else rows[0].id
    chosen: int = st.selectbox(
        "Department",
        list(by_id),
        format_func=lambda trial_id: _trial_label(by_id[trial_id], rows),
        key=session.TRIAL_BOX,
        on_change=_put_trial_in_address,
        label_visibility="collapsed",
        width=360,
    )
    session.remember_trial(chosen)
    return by_id[chosen]


def _put_trial_in_address() -> None:
    st.query_params["trial"] = str(st.session_state[session.TRIAL_BOX])


def _trial_label(row: TrialRow, rows: Sequence[TrialRow]) -> str:
    # A department that tries a second time is told from its first by the start.
    if sum(other.department_id == row.department_id for other in rows) == 1:
        return row.department
    return f"{row.department}, from {spoken_day(row.window.start, year=True)}"
