"""A page with everything that makes waiting hard, for the tests of waiting itself."""

import time

import streamlit as st

st.session_state.setdefault("presses", 0)

if st.button("Slow"):
    time.sleep(0.4)
    st.session_state.presses += 1
if st.button("Twice"):
    st.session_state.presses += 1
    time.sleep(0.1)
    st.rerun()
if st.button("Broken"):
    raise RuntimeError("this page breaks on purpose")


@st.fragment
def part() -> None:
    st.button("Part", on_click=lambda: time.sleep(0.2))
    st.session_state["parts"] = st.session_state.get("parts", 0) + 1
    st.write(f"The part ran {st.session_state.parts} times.")


part()
name = st.text_input("Name")
file = st.file_uploader("File")
st.write(
    f"{st.session_state.presses} presses, {name or 'nobody'}, {file.size if file else 0} bytes"
)
