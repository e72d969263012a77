"""The stylesheets with the palette's colours, sent once a run."""

from functools import cache

import streamlit as st

from trial.reports.html import Html
from trial.reports.palette import style_properties
from trial.ui import html


@cache
def stylesheet() -> Html:
    """Return the stylesheets with the palette's colours, as one style element."""
    return html.render("stylesheet.rules", style_properties())


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
    st.html(_styles(whole_screen, dark, heading))


@cache
def _styles(whole_screen: bool, dark: bool, heading: int | None) -> Html:
    return html.render("stylesheet.styles", stylesheet(), whole_screen, dark, heading)
