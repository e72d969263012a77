"""Parts of a page that a tap draws alone, and when the whole page is drawn instead."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from trial.domain.errors import NotAllowed, NotFound, NotSignedIn
from trial.services.access import PasswordToBeChanged


@contextmanager
def or_whole_page() -> Iterator[None]:
    """Read what a part of a page shows; what is no longer open, the whole page refuses.

    A tap draws the part without the page's first line. Somebody who has lost the sign-in, the
    role or the trial in between is then met by the page, with the frame as it is for them now.
    """
    try:
        yield
    except (NotSignedIn, PasswordToBeChanged, NotAllowed, NotFound):
        st.rerun()


def current_fragment() -> str | None:
    """Return the id of the fragment that is being drawn; None outside of any."""
    return ThreadState.get().fragment_id


@contextmanager
def redrawing(fragment: str | None) -> Iterator[None]:
    """Let whatever is drawn inside redraw `fragment` once it is used, not the one it lies in.

    Streamlit's own way, ``st.rerun`` by the fragment's key, begins a second run for it.
    """
    with ThreadState.scoped(fragment_id=fragment):
        yield
