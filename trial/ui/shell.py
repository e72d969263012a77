"""The frame around every page: the menu, what was just said, and the page that was asked for."""

import base64
from pathlib import Path

import streamlit as st

from trial import logs
from trial.ui import (
    components,
    glossary_view,
    notices,
    outage,
    router,
    session,
    sign_in_form,
    stylesheet,
)

SLOW_SECONDS = 3.0
"""A page that takes longer than this leaves a line."""

# As an address of its own: a file would be opened and decoded on every run.
_ICON = "data:image/png;base64," + base64.b64encode(
    (Path(__file__).parent / "static" / "icon.png").read_bytes()
).decode("ascii")


def draw() -> None:
    """Draw one run: find out who is here, build their menu, and run the page.

    Everything of the frame comes before the page, because a page may stop at any line.
    """
    with logs.request("slow page", slow=SLOW_SECONDS):
        session.begin_run(sign_in_form=sign_in_form.draw)
        _frame()


@outage.resilient
def _frame() -> None:
    organisation = session.organisation()
    person = session.signed_in() if organisation is not None else None
    # Whoever has yet to choose a password gets no menu either.
    inside = None if person is None or person.password_is_temporary else person
    route = router.navigate(inside, set_up=organisation is not None)
    logs.bind(page=route.place.path, person=None if person is None else person.actor.person_id)
    st.set_page_config(layout=route.place.width, page_icon=_ICON)
    stylesheet.draw_styles(whole_screen=route.place.whole_screen, heading=route.heading)
    st.session_state[outage.FRAMED] = True
    ticket, forget = session.browser_task()
    if ticket or forget:
        components.browser_task(ticket=ticket, forget=forget)
    if not route.place.draws_said:
        notices.draw_notification()
    if organisation is not None and organisation.is_demo:
        components.demo_badge()
    if not route.place.draws_said:
        notices.draw_trouble()
    components.tabs(route.listed, route.page)
    route.page.run()
    glossary_view.draw_words(route.place.words)
