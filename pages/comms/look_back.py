"""What our verdicts would have been worth on the accounts that exist already."""

import hashlib
import json
from datetime import date

import streamlit as st

from trial.domain.results.validation import GroupFindings, ValidatedFiles
from trial.domain.roles import Permission
from trial.ingest.days import FIRST_YEAR
from trial.ingest.histories import HistoryFile
from trial.reports import validation_report, validation_text
from trial.services import validation
from trial.ui import components, notices, process, session, text
from trial.ui.figures import base, look_back

me = session.require(Permission.ALL_VALIDATION_RUN)
backend = process.backend()

# The findings on the files at hand, with what they were made from; gone with the tab.
FOUND = "look_back.found"
TABLES = ["csv", "xlsx", "tsv", "txt"]


def file_of(label: str, key: str, explained: str) -> HistoryFile | None:
    uploaded = st.file_uploader(label, type=TABLES, key=key, help=explained)
    return None if uploaded is None else HistoryFile(uploaded.name, uploaded.getvalue())


def fingerprint(file: HistoryFile | None) -> str:
    return "" if file is None else f"{hashlib.sha256(file.content).hexdigest()} {file.name}"


def look_at(
    posts: HistoryFile, accounts: HistoryFile | None, until: date | None
) -> ValidatedFiles | None:
    """Return the findings on the files, worked out once for the same ones."""
    made_from = fingerprint(posts), fingerprint(accounts), until
    kept: tuple[object, ValidatedFiles] | None = st.session_state.get(FOUND)
    if kept is not None and kept[0] == made_from:
        return kept[1]
    bar = st.progress(0.0, "Reading the files")

    def tell(done: int, total: int) -> None:
        bar.progress(done / total, "Drawing accounts anew")

    with notices.handle_errors(reading=True) as telling:
        found = validation.validate_upload(
            me.actor,
            backend,
            posts=posts,
            accounts=accounts,
            until=until,
            progress=tell,
        )
        st.session_state[FOUND] = made_from, found
    bar.empty()
    return found if telling.done else None


def show(found: ValidatedFiles) -> None:
    whole = found.validation.whole
    palette = base.palette_in_use()
    components.header(
        validation_text.headline(found), validation_text.subline(found), above="Look back"
    )
    figure, alt = look_back.verdict_points(whole, palette), look_back.verdict_alt(whole)
    base.draw(figure, key="look_back.verdicts", alt=alt, theme="streamlit")
    st.caption(look_back.VERDICT_LINE)
    st.html(look_back.decisions_html(whole, "What became of them"))
    with st.expander("Calibration: by score"):
        figure, alt = look_back.score_points(whole, palette), look_back.points_alt(whole)
        base.draw(figure, key="look_back.points", alt=alt, theme="streamlit")
        calibration(whole)
    with st.expander("Beside simpler ways to foresee it"):
        st.html(look_back.rankings_html(whole))
        if sentence := validation_text.halfway_sentence(found):
            st.text(sentence)
        st.caption("The report has the other outcomes as well.")
    if found.validation.groups:
        with st.expander("By source"):
            by_source(found)
    with st.expander("How it was done, and what is left open"):
        for sentence in (*found.notes, *validation_text.METHOD):
            st.text(sentence)
    with st.container(horizontal=True):
        download("Report", validation_report.as_html(found), "look-back.html", "text/html")
        counts = json.dumps(validation_report.as_json(found), indent=2, ensure_ascii=False)
        download("JSON", counts, "look-back.json", "application/json")
    st.caption("Both hold counts and shares; no account is named in them.")


def download(label: str, content: str | bytes, name: str, kind: str) -> None:
    icon = ":material/download:"
    st.download_button(
        label, content, name, kind, icon=icon, on_click="ignore", key=f"look_back.{name}"
    )


def by_source(found: ValidatedFiles) -> None:
    """Draw the sources side by side, and all there is to say of one of them."""
    st.html(look_back.sources_html(found))
    parts = {part.key: part for part in found.validation.groups}
    # By its key, so that a second file with more parts leaves the one that was chosen.
    chosen = st.selectbox(
        "One of them in detail",
        list(parts),
        format_func=lambda key: parts[key].label,
        key="look_back.source",
        width=320,
    )
    part = parts[chosen]
    st.html(look_back.decisions_html(part, "What became of them"))
    st.html(look_back.rankings_html(part))
    calibration(part)


def calibration(part: GroupFindings) -> None:
    """Draw what became of trials by their score, and what that makes of it as a chance."""
    st.html(look_back.tenths_html(part))
    if sentence := validation_text.calibration_sentence(part):
        st.text(sentence)


answer = st.container()
components.section("Your files")
posts = file_of(
    "Post dates, CSV or Excel",
    "look_back.posts",
    "One row a post with account and date; or one row a day with the number of posts in n.",
)
with st.expander("Until when were the accounts watched?"):
    until = st.date_input(
        "Last day of all of them",
        None,
        min_value=date(FIRST_YEAR, 1, 1),
        max_value=session.today(),
        format="DD/MM/YYYY",
        key="look_back.until",
        help="The day the dates were exported. Left empty, it is the last day in the file.",
    )
    accounts = file_of(
        "Or a second file, an account a row",
        "look_back.accounts",
        "The columns account, obs_start and obs_end; left_truncated is 1 where the account was "
        "there before.",
    )
st.caption(
    "Accounts and dates are all that is needed. The files are looked at and not kept. "
    + text.NO_PATIENT_DATA
)
with answer:
    found = None if posts is None else look_at(posts, accounts, until)
    if found is not None:
        show(found)
    else:
        components.header(
            "What would our verdicts have been worth?",
            "The accounts you have already are judged as if each had been on trial, and followed "
            "for a year: how many of those judged ready were still active?",
            above="Look back",
        )
        if posts is None:
            st.html(look_back.format_html())
            example = validation.example_file(me.actor, backend)
            download("An example file", example.content, example.name, "text/csv")
