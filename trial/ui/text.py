"""The phrases that more than one page says: short, kind, exact, and nobody's fault.

Pure functions from values to text, so that a table of literals can test them. A page that needs
a sentence of its own writes it where it is shown.
"""

import re
from datetime import date

from trial.domain.cadence import Band, WeekState
from trial.domain.calendar import WEEKDAYS, spoken_day, spoken_span
from trial.domain.counts import count_of
from trial.domain.verdict import Outcome

# Addresses become links, and names between colons become icons, after a backslash has been taken
# away again, so that none helps: an element of its own around the sign parts them, and whoever
# copies the address gets every letter of it and nothing else.
_READ_LATE = r"(?P<apart>@(?=\w)|:(?=//)|(?<=www)\.|:(?=[\w+/-]+:))"
_MARKDOWN = re.compile(_READ_LATE + r"|[\\`*_{}\[\]()<>#+\-.!~|$:&]", re.IGNORECASE)
_INLINE_MARKDOWN = re.compile(_READ_LATE + r"|[\\`*_\[\]<~$&]|:(?=\S)", re.IGNORECASE)

GOOD_PLACE = (
    "The main channels are a good place for its posts: they keep their reach, without the daily "
    "duty of an own account."
)
"""What feeding the main channels means for a department."""

NO_PATIENT_DATA = "No patient data here, please: no names, no pictures, no stories without consent."
"""Stands beside every field for free text."""


def begun(line: str) -> str:
    """Return a line of parts that begins with a capital, whichever part comes first."""
    return line[:1].upper() + line[1:]


def ended(sentence: str) -> str:
    """Return a sentence with its full stop, unless what people typed has ended it already."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def number(value: float) -> str:
    """Return a number with one decimal at most: ``3``, ``3.5``, ``0.1``."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def late_entries(posts: int) -> str:
    """Return what was entered late, as it stands behind "without"."""
    if posts == 0:
        return "the check-ins sent late"
    return count_of(posts, "late entry", "late entries")


def plain(text: str) -> str:
    """Return text that people typed as it may stand in Markdown: every sign stands for itself."""
    return _MARKDOWN.sub(_as_itself, text)


def _as_itself(sign: re.Match[str]) -> str:
    # The directive for coloured text, without a colour.
    return f":color[{sign[0]}]" if sign["apart"] else f"\\{sign[0]}"


def plain_sentence(text: str) -> str:
    """Return a sentence of ours that quotes what people typed, as it may stand in Markdown.

    Links, pictures, icons, formulas and emphasis in the quotation are shown as they were typed;
    the sentence keeps its own dots and dashes, which mean nothing inside a line.
    """
    return _INLINE_MARKDOWN.sub(_as_itself, " ".join(text.splitlines()))


def near_day(day: date, today: date) -> str:
    """Return ``today``, ``yesterday``, ``tomorrow``, or the date as people say it."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - today).days)
    return near or spoken_day(day, today)


def short_day(day: date) -> str:
    """Return weekday and day of the month, for lists inside a known month: ``Fri 13``."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day}"


def days_late(planned_for: date, today: date) -> str:
    """Return how long a slot has been open, without blame: ``open 3 days``; empty before its day.

    On the day itself nothing is open yet.
    """
    days = (today - planned_for).days
    return f"open {count_of(days, 'day')}" if days > 0 else ""


def with_comms(days: int | None) -> str:
    """Return how long a post has been waiting for Communications: ``with Comms, 1 day``."""
    if days is None:
        return ""
    return "with Comms since today" if days == 0 else f"with Comms, {count_of(days, 'day')}"


def week_line(week: int, weeks: int, first: date, last: date) -> str:
    """Return where in the trial one is: ``Week 6 of 13 · Mon 9 – Sun 15 Feb``.

    Parameters
    ----------
    week : int
        Index from 0.
    weeks : int
        Length of the trial.
    """
    return f"Week {week + 1} of {weeks} · {spoken_span(first, last)}"


def band_line(count: int, band: Band, *, last_day: date, today: date) -> str:
    """Return where the running week stands, the answer first.

    Parameters
    ----------
    count : int
        Posts of this week that are live or will be by its end.
    band : Band
        Target band in posts a week.
    last_day : date
        Last day of the week; not before `today`.
    """
    have = f"{count} handed over." if count else "Nothing handed over yet."
    missing = band.low - count
    if missing > 0:
        more = f"{missing} more" if count else count_of(missing, "post")
        return f"{have} {more} {_by(last_day, today)} to reach the target."
    if count <= band.high:
        return f"{have} The target is reached."
    return f"{have} The target is reached; anything more can wait for next week."


def _by(last_day: date, today: date) -> str:
    days = (last_day - today).days
    if days <= 0:
        return "today"
    return "by tomorrow" if days == 1 else f"by {WEEKDAYS[last_day.weekday()]}"


def state_label(state: WeekState) -> str:
    """Return a week's state in a word or two."""
    return {
        WeekState.SILENT: "silent",
        WeekState.UNDER: "under the target",
        WeekState.IN_BAND: "in band",
        WeekState.OVER: "over the target",
        WeekState.UNREPORTED: "not reported",
        WeekState.EXCUSED: "excused",
        WeekState.OPEN: "this week",
        WeekState.AHEAD: "ahead",
    }[state]


def week_label(week: int, state: WeekState, count: int | None) -> str:
    """Return one week as a screen reader says it: ``Week 3: 4 posts, in band``.

    `week` counts from 0. No data is never read out as zero posts.
    """
    if state in (WeekState.UNREPORTED, WeekState.EXCUSED, WeekState.AHEAD) or count is None:
        return f"Week {week + 1}: {state_label(state)}"
    return f"Week {week + 1}: {count_of(count, 'post')}, {state_label(state)}"


def outcome_sign(outcome: Outcome) -> str:
    """Return the sign that stands beside the colour of a check or gate."""
    return {
        Outcome.MET: "✓",
        Outcome.NOT_MET: "○",
        Outcome.NOT_APPLICABLE: "–",
        Outcome.NOT_ENOUGH_EVIDENCE: "?",
    }[outcome]


def weeks_line(weeks: tuple[int, ...]) -> str:
    """Return week indices as people count them, runs joined: ``Weeks 1–4, 7``."""
    runs: list[list[int]] = []
    for week in sorted(weeks):
        if runs and week == runs[-1][-1] + 1:
            runs[-1].append(week)
        else:
            runs.append([week])
    named = [f"{run[0] + 1}" if len(run) == 1 else f"{run[0] + 1}–{run[-1] + 1}" for run in runs]
    return f"{'Week' if len(weeks) == 1 else 'Weeks'} {', '.join(named)}"
