"""The pieces pages are made of, drawn the same everywhere.

What Streamlit has is used as it is. The few pieces it has not, a row of weeks above all, are
plain HTML with every text escaped, and a real table behind each picture for a screen reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from trial.domain.cadence import Band, WeekState
from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.roles import Permission
from trial.ui import palette, router, session, text

if TYPE_CHECKING:
    from trial.services.sign_in import SignedIn
    from trial.services.trial_views import TrialRow


class Markup:
    """HTML as it is to be drawn: ``st.html(Markup(long))``.

    Streamlit looks through a plain string for indentation to take away, which for a long one
    takes longer than all the rest of drawing it. What says itself that it is HTML it takes as it
    stands.
    """

    __slots__ = ("_html",)

    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html


@cache
def stylesheet() -> str:
    """Return the stylesheets with the palette's colours, as one style element."""
    files = ("styles.css", "pictures.css", "policy.css", "lead.css")
    rules = "".join((Path(__file__).parent / file).read_text("utf-8") for file in files)
    return f"<style>{palette.style_properties()}{rules}</style>"


_WHOLE_SCREEN = (
    "<style>.stApp .stMainBlockContainer{padding-top:1.5rem}"
    ".stAppHeader{opacity:0;transition:opacity .15s}"
    ".stAppHeader:hover,.stAppHeader:focus-within{opacity:1}"
    "@media (hover:none){.stAppHeader{opacity:1}}"
    "@media (hover:none) and (max-width:640px){.stApp .stMainBlockContainer{padding-top:5rem}}"
    "</style>"
)


# Streamlit tells its own colour scheme to the app only; dialogs are drawn beside it.
_DARK = "<style>body{color-scheme:dark}</style>"


# Streamlit marks the page one is on in the bar, but not the heading it is found under.
_UNDER_HEADING = (
    "<style>[data-testid=stTopNav]>:nth-child({})>[data-testid=stTopNavSection]"
    "{{background:rgba(164,182,182,.25);font-weight:600}}</style>"
)


def draw_styles(*, whole_screen: bool = False, heading: int | None = None) -> None:
    """Send the stylesheet, once a run.

    Parameters
    ----------
    whole_screen : bool
        Whether the menu bar steps aside. It comes back under the pointer, to the keyboard, and
        stays on a touch screen.
    heading : int, optional
        The entry of the bar to mark, from 1; see :class:`trial.ui.router.Route`.
    """
    dark = st.context.theme.get("type") == "dark"
    st.html(_styles(whole_screen=whole_screen, dark=dark, heading=heading))


@cache
def _styles(*, whole_screen: bool, dark: bool, heading: int | None) -> Markup:
    parts = (
        stylesheet(),
        _WHOLE_SCREEN if whole_screen else "",
        _DARK if dark else "",
        "" if heading is None else _UNDER_HEADING.format(heading),
    )
    return Markup("".join(parts))


def browser_task(*, ticket: str, forget: bool) -> None:
    """Have the browser fetch its cookie with `ticket`, or drop it; both made by us, never typed."""
    # The stylesheet hides this container, so that a script takes no room on the page.
    with st.container(key="shell-browser"):
        st.html(
            f'<script src="/assets/keep_sign_in.js" data-ticket="{escape(ticket)}" '
            f'data-forget="{"yes" if forget else ""}"></script>',
            unsafe_allow_javascript=True,
        )


# ------------------------------------------------------------------------------------- pages


def header(headline: str, subline: str = "", *, above: str = "") -> None:
    """Open a page with its answer.

    Parameters
    ----------
    headline : str
        The answer to the page's one question, in words; the page's only first-level heading.
    subline : str
        What it is about, quietly: ``Week 6 of 13 · Mon 9 – Sun 15 Feb``.
    above : str
        Whose page it is, where the headline does not say so.
    """
    st.html(header_html(headline, subline, above=above))


def header_html(headline: str, subline: str = "", *, above: str = "") -> str:
    """Return a page's answer, to be drawn together with what follows; see :func:`header`."""
    lines = [f'<p class="above">{escape(above)}</p>' if above else ""]
    lines.append(f"<h1>{escape(headline)}</h1>")
    lines.append(f'<p class="subline">{escape(subline)}</p>' if subline else "")
    return f'<header class="page-head">{"".join(lines)}</header>'


def way_home(label: str) -> None:
    """Draw a plain link to the start page, which works also where there is no menu."""
    st.html(f'<p><a class="way-home" href="/" target="_self">{escape(label)}</a></p>')


def section(title: str) -> None:
    """Head a part of a page."""
    st.html(f'<h2 class="section">{escape(title)}</h2>')


def no_patient_data() -> None:
    """Remind people beside a field for free text."""
    st.caption(text.NO_PATIENT_DATA)


def empty_state(title: str, text: str, *, icon: str = "inbox") -> None:
    """Say that there is nothing yet and what the first step is; draw the step's button below.

    Parameters
    ----------
    icon : str
        A Material symbol's name.
    """
    with st.container(key=f"empty-{icon}", border=True):
        st.markdown(f":material/{icon}:", text_alignment="center")
        st.html(f'<p class="empty"><strong>{escape(title)}</strong><br>{escape(text)}</p>')


def demo_badge() -> None:
    """Say on a page that everything in it is synthetic."""
    st.html('<p class="demo-badge" role="note">Demo hospital – synthetic data</p>')


def tabs(pages: Sequence[st.Page], present: st.Page) -> None:
    """Draw a short menu a second time at the foot of a phone, where the thumb is.

    Only where it fits: as many pages as stand side by side in a menu. A wider window has the menu
    at its top instead.
    """
    if not 2 <= len(pages) <= router.FEW:
        return
    with st.container(key="shell-tabs", horizontal=True, gap=None):
        for page in pages:
            here = page.url_path == present.url_path
            # The mark is in the key, because only a key reaches the stylesheet.
            with st.container(key=f"shell-tab-{page.url_path}{'-here' if here else ''}"):
                st.page_link(page, label=page.title, icon=page.icon, width="stretch")


@dataclass(frozen=True, slots=True)
class Stat:
    """A number worth reading first: ``Stat("6 of 9", "in band last week")``.

    `note` is read when somebody asks what it means; `href` is where it can be opened, such as
    ``drafts``.
    """

    value: str
    label: str
    note: str = ""
    href: str = ""


def stat_cards(stats: Sequence[Stat]) -> None:
    """Draw numbers side by side, the number first; they wrap on a phone."""
    cards = "".join(
        f'<li title="{escape(stat.note)}"><strong>{escape(stat.value)}</strong>{_label(stat)}</li>'
        for stat in stats
    )
    st.html(f'<ul class="stats">{cards}</ul>')


def _label(stat: Stat) -> str:
    label = escape(stat.label)
    if not stat.href:
        return f"<span>{label}</span>"
    return f'<span><a href="{escape(stat.href)}" target="_self">{label}</a></span>'


# ------------------------------------------------------------------------------------- weeks


@dataclass(frozen=True, slots=True)
class WeekCell:
    """One week of a row.

    Parameters
    ----------
    week : int
        Index from 0; shown from 1.
    state : WeekState
    count : int or None
        Live posts; None where nothing is known. Never shown for a week without data.
    """

    week: int
    state: WeekState
    count: int | None = None

    @property
    def sign(self) -> str:
        """What stands in the cell."""
        match self.state:
            case WeekState.UNREPORTED:
                return "?"
            case WeekState.EXCUSED:
                return "–"
            case WeekState.AHEAD:
                return "·"
            case WeekState.OVER:
                return f"{self.count}▴"
            case _:
                return "–" if self.count is None else str(self.count)


def week_cells_html(cells: Sequence[WeekCell]) -> str:
    """Return a row of weeks as table cells, for tables of one's own."""
    return "".join(
        f'<td class="week {palette.state_class(cell.state)}">'
        f'<span aria-hidden="true">{cell.sign.replace("▴", "<small>▲</small>")}</span>'
        f'<span class="unseen">{text.week_label(cell.week, cell.state, cell.count)}</span></td>'
        for cell in cells
    )


def week_strip_html(cells: Sequence[WeekCell], *, caption: str, large: bool = False) -> str:
    """Return a trial's weeks in one row, as a table that a screen reader can walk through.

    Parameters
    ----------
    caption : str
        What the row is about; read out, not shown.
    large : bool
        For the far end of a table.
    """
    heads = "".join(
        f'<th scope="col">{cell.week + 1}'
        f"{' excused' if large and cell.state is WeekState.EXCUSED else ''}</th>"
        for cell in cells
    )
    size = " large" if large else ""
    return (
        f'<table class="weeks{size}"><caption class="unseen">{escape(caption)}</caption>'
        f"<tbody><tr>{week_cells_html(cells)}</tr></tbody>"
        f"<tfoot><tr>{heads}</tr></tfoot></table>"
    )


def week_strip(cells: Sequence[WeekCell], *, caption: str, large: bool = False) -> None:
    """Draw a trial's weeks in one row; see :func:`week_strip_html`."""
    st.html(week_strip_html(cells, caption=caption, large=large))


def week_legend(band: Band | None) -> None:
    """Draw the key to a row of weeks: each state as it looks, with its name.

    Parameters
    ----------
    band : Band or None
        None where the trials shown differ in it.
    """
    in_band = "in band" if band is None else f"in band, {band} posts"
    band = band or Band(3, 5)
    shown = (
        (WeekState.IN_BAND, str(band.low), in_band),
        (WeekState.OVER, f"{band.high + 1}<small>▲</small>", "over"),
        (WeekState.UNDER, str(max(band.low - 1, 1)), "under"),
        (WeekState.SILENT, "0", "silent"),
        (WeekState.UNREPORTED, "?", "not reported"),
        (WeekState.EXCUSED, "–", "excused"),
        (WeekState.OPEN, "", "this week"),
        (WeekState.AHEAD, "·", "ahead"),
    )
    items = "".join(
        f'<li><i class="week {palette.state_class(state)}" aria-hidden="true">{sign}</i>'
        f"{label}</li>"
        for state, sign, label in shown
    )
    st.html(f'<ul class="legend">{items}</ul>')


def band_dots_html(count: int, band: Band) -> str:
    """Return the running week: a filled dot a post, and a dashed frame around the band."""
    dots = []
    for place in range(1, max(band.high, count) + 1):
        filled = place <= count
        kind = "done" if filled else "open"
        sign = "✓" if filled else str(place)
        frame = " in" if band.low <= place <= band.high else ""
        ends = (" first" if place == band.low else "") + (" last" if place == band.high else "")
        dots.append(f'<span class="{kind}{frame}{ends}"><i>{sign}</i></span>')
    label = f"{count_of(count, 'post')} delivered, the band is {band}"
    return f'<div class="dots" role="img" aria-label="{label}">{"".join(dots)}</div>'


def band_dots(count: int, band: Band) -> None:
    """Draw the running week as dots; see :func:`band_dots_html`."""
    st.html(band_dots_html(count, band))


# ------------------------------------------------------------------------------------- trials


def choose_trial(person: SignedIn, *, include_over: bool = False) -> TrialRow | None:
    """Return the trial this page is about, from the address or from a choice drawn here.

    One trial is simply taken. Several are offered, and the choice stands in the address as
    ``?trial=``, so that a reload, a bookmark and the next page keep it. A trial that is not there
    or not the person's own is refused alike, and the page ends. Trials that are decided or were
    ended early are offered only where no other is, or where the address names one.

    Parameters
    ----------
    include_over : bool
        Whether they can be chosen beside the running ones as well.

    Returns
    -------
    TrialRow or None
        None where there is no trial at all; the empty state that says so has been drawn.
    """
    from trial.services import trials

    rows = trials.own_trials(person.actor, session.backend(), include_over=True)
    asked = st.query_params.get("trial", "")
    if asked and asked not in {str(row.id) for row in rows}:
        session.refuse("this trial")
    if not include_over:
        going_on = [row for row in rows if row.ended_on is None and row.decision is None]
        rows = tuple(row for row in rows if row in going_on or str(row.id) == asked) or rows
    by_id = {row.id: row for row in rows}
    if not rows:
        starts_it_oneself = Permission.ALL_TRIAL_WRITE in person.permissions
        header("No trial is running yet")
        empty_state(
            "Its weeks will stand here",
            "Start one under Trials; the department sees the same page."
            if starts_it_oneself
            else "Communications starts it with you; until then there is nothing to do.",
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
