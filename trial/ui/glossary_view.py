"""The words of the product where a page uses them, and the first visit of a lead."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import streamlit as st

from trial.domain.cadence import Band
from trial.domain.glossary import Explanation
from trial.domain.roles import Role
from trial.domain.verdict import CheckName
from trial.reports.palette import Palette
from trial.services import introduction
from trial.services.sign_in import SignedIn
from trial.ui import components, html, notices, process, router, session
from trial.ui.figures.base import palette_in_use

CLOSED = "introduction.closed"
"""Whether the person has closed the introduction, as far as this tab knows."""

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def draw_words(words: Sequence[str]) -> None:
    """Draw the way from a page to the words that stand on it, quietly at its foot."""
    if words:
        named = [(anchor_of(word), word.replace("_", " ")) for word in words]
        st.html(html.render("glossary.line", named))


def anchor_of(word: str) -> str:
    """Return where a word stands on the page that explains it: ``shared-load``."""
    return word.replace("_", "-")


def draw_entries(
    anchor: str,
    entries: Iterable[tuple[str, Explanation]],
    weights: Mapping[CheckName, float] | None = None,
) -> None:
    """Draw words with their explanations, each with its place in the address."""
    rows = [
        (anchor_of(word), one, None if weights is None else weights.get(CheckName(word), 0.0))
        for word, one in entries
    ]
    st.html(html.render("glossary.entries", rows, anchor))


def draw_anchor() -> None:
    """Bring the word that the address names into view."""
    st.html(html.render("glossary.go_to_anchor"), unsafe_allow_javascript=True)


def draw_introduction(band: Band) -> None:
    """Draw in three pictures what a trial is."""
    pictures = _pictures(palette_in_use())
    st.html(html.render("glossary.introduction", band_in_words(band), pictures))


@cache
def _pictures(palette: Palette) -> list[str]:
    """Return the three pictures as addresses that hold them; a page's own HTML takes no SVG."""
    drawn = (html.render(f"glossary.{name}", palette) for name in ("plan", "hand_over", "answer"))
    return [
        "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")
        for svg in drawn
    ]


def band_in_words(band: Band) -> str:
    """Return the target as a sentence begins with it: ``Three to five``."""
    low, high = (
        _NUMBERS[number] if number < len(_NUMBERS) else str(number)
        for number in (band.low, band.high)
    )
    return low if band.low == band.high else f"{low} to {high.lower()}"


def first_visit(person: SignedIn, department: str, weeks: int, band: Band) -> bool:
    """Draw the introduction for a lead who has not closed it yet; return whether it was drawn."""
    if person.role is not Role.LEAD or st.session_state.get(CLOSED):
        return False
    if introduction.is_closed(person.actor, process.backend()):
        st.session_state[CLOSED] = True
        return False
    components.header(f"{weeks} weeks as if the account were yours", above=department)
    draw_introduction(band)
    with st.container(key="introduction-ways", gap="small"):
        plan = st.button(
            "Plan my first post", type="primary", key="introduction.plan", width="stretch"
        )
        look = st.button(
            "Look at this week", type="tertiary", key="introduction.close", width="stretch"
        )
    if plan or look:
        _close("calendar" if plan else "this-week")
    return True


def _close(then: str) -> None:
    with notices.handle_errors() as telling:
        session.call(introduction.close)
    if telling.done:
        st.session_state[CLOSED] = True
        router.go_to(then)
