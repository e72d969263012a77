"""The pieces pages are made of, drawn the same everywhere.

What Streamlit has is used as it is; the few pieces it has not are HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from trial.reports.html import Html
from trial.ui import html, router, text


def browser_task(*, ticket: str, forget: bool) -> None:
    """Have the browser fetch its cookie with `ticket`, or drop it; both made by us, never typed."""
    # The stylesheet hides this container, so that a script takes no room on the page.
    with st.container(key="shell-browser"):
        st.html(
            html.render("components.browser_task", ticket, forget), unsafe_allow_javascript=True
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


def header_html(headline: str, subline: str = "", *, above: str = "") -> Html:
    """Return a page's answer, to be drawn together with what follows; see :func:`header`."""
    return html.render("components.header", headline, subline, above)


def way_home(label: str) -> None:
    """Draw a plain link to the start page, which works also where there is no menu."""
    st.html(html.render("components.way_home", label))


def section(title: str) -> None:
    """Head a part of a page."""
    st.html(html.render("components.section", title))


def paragraph(text: str, *, kind: str = "meaning", below: Html | str = "") -> None:
    """Draw a sentence or two.

    Parameters
    ----------
    kind : str
        ``meaning`` for what the page comes to, ``quiet`` for an aside.
    below : Html
        What the sentence is about, drawn in one piece with it.
    """
    st.html(html.render("components.paragraph", kind, text, below))


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
        st.html(html.render("components.empty", title, text))


def demo_badge() -> None:
    """Say on a page that everything in it is synthetic."""
    st.html(html.render("components.demo_badge"))


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
    st.html(html.render("components.stats", stats))
