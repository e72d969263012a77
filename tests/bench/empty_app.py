"""An empty page of this app: what a rerun costs before any work of ours.

It imports what the app imports, because what Streamlit does by default after every rerun costs
the more, the more is loaded.
"""

import streamlit as st

from trial.ui import shell  # noqa: F401 - loaded, not used

st.button("Again")
