"""The smallest page: what a rerun costs before any work of ours."""

import streamlit as st

st.button("Again")
