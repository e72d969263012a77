"""Bring an existing content calendar in: look at it, choose the rows, import, take back."""

import hashlib
from functools import partial
from typing import Any

import streamlit as st

from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.errors import TrialError
from trial.domain.roles import Permission
from trial.ingest.days import DayOrder
from trial.ingest.headings import PostField
from trial.services import import_preview, imports
from trial.services.import_preview import CheckedImport, ImportPreview, ImportView
from trial.ui import components, forms, notices, process, session, text, trial_choice

me = session.require(Permission.OWN_IMPORT_RUN, Permission.ALL_IMPORT_RUN)
backend = process.backend()

# Raised with every import, so that the next one begins with an empty page.
TURN = "import.turn"
NO_COLUMN = "not in my file"
FIRST_FIELDS = tuple(PostField)[:6]
ERRORS_SHOWN = 20
ORDERS = {
    DayOrder.DAY_FIRST: "day first, 31/12/2026",
    DayOrder.MONTH_FIRST: "month first, 12/31/2026",
}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def choose_columns(seen: ImportPreview, file_key: str) -> dict[str, str]:
    """Show which column was taken for what, for the person to put right."""
    components.section("Which column is which?")
    mapping: dict[str, str] = {}
    guessed = {field: column for column, field in seen.guesses.items()}

    def choose(field: PostField) -> None:
        options = (NO_COLUMN, *seen.columns)
        column = st.selectbox(
            field.label,
            options,
            index=options.index(guessed.get(field, NO_COLUMN)),
            key=f"import.column.{field}.{file_key}",
        )
        if column != NO_COLUMN:
            if column in mapping:
                st.caption(
                    text.plain_sentence(f"“{column}” is chosen twice; the last choice counts.")
                )
            mapping[column] = field.value

    for pair in zip(FIRST_FIELDS[::2], FIRST_FIELDS[1::2], strict=True):
        # Two by two, so that they keep their order where a phone puts them below each other.
        for place, field in zip(st.columns(2), pair, strict=True):
            with place:
                choose(field)
    further = [field for field in seen.fields if field not in FIRST_FIELDS]
    with st.expander("More columns", expanded=any(field in guessed for field in further)):
        for field in further:
            choose(field)
    return mapping


def choose_order(checked: CheckedImport, file_key: str) -> DayOrder | None:
    """Ask how days are written, where the file leaves it open."""
    if not checked.ambiguous:
        return None
    fields = " and ".join(field.label.lower() for field in checked.ambiguous)
    st.warning(f"The days under {fields} can be read in two ways.", icon=":material/event:")
    order: DayOrder | None = st.radio(
        "How are they written?",
        list(ORDERS),
        index=None,
        format_func=ORDERS.__getitem__,
        key=f"import.order.{file_key}",
    )
    return order


def show_errors(checked: CheckedImport) -> None:
    if not checked.errors:
        return
    components.section(count_of(len(checked.errors), "row cannot be read", "rows cannot be read"))
    for error in checked.errors[:ERRORS_SHOWN]:
        with st.container(border=True, gap=None):
            st.text(f"Row {error.number}" + (f" · {error.title}" if error.title else ""))
            for reason in error.reasons:
                st.text(reason)
    more = len(checked.errors) - ERRORS_SHOWN
    if more > 0:
        numbers = ", ".join(str(error.number) for error in checked.errors[ERRORS_SHOWN:])
        with st.expander(f"{count_of(more, 'more row')}"):
            st.text(numbers)
    st.caption("Correct them in your file and upload it again, or continue without them.")


def choose_rows(checked: CheckedImport, file_key: str) -> list[int]:
    components.section(count_of(len(checked.rows), "row is ready", "rows are ready"))
    offered: list[dict[str, Any]] = [
        {
            "Import": not row.duplicate,
            "Row": row.number,
            "Post": row.title,
            "Planned for": row.planned_for,
            "Delivered on": row.delivered_on,
            "By": row.contributor,
            "Note": row.duplicate or ("entered late" if row.backfilled else ""),
        }
        for row in checked.rows
    ]
    optional = ("Planned for", "Delivered on", "Note")
    told = [column for column in optional if any(entry[column] for entry in offered)]
    spelled = st.column_config.DateColumn(format="ddd D MMM YYYY")
    edited = st.data_editor(
        offered,
        column_order=("Import", "Row", "Post", *told),
        column_config={"Planned for": spelled, "Delivered on": spelled},
        disabled=("Row", "Post", *optional),
        hide_index=True,
        width="stretch",
        # What was ticked belongs to these very rows: other columns make other rows.
        key=f"import.rows.{file_key}.{digest(repr(offered).encode())}",
    )
    if any(row.backfilled for row in checked.rows):
        st.caption("“Entered late” stays visible on the scorecard, with both days.")
    return [entry["Row"] for entry in edited if entry["Import"]]


def bring_in(trial_id: int, name: str, content: bytes) -> None:
    with notices.handle_errors(reading=True) as telling:
        seen = import_preview.preview(
            me.actor, backend, trial_id=trial_id, name=name, content=content
        )
    if not telling.done:
        return
    show_beginning(seen)
    # Choices belong to this very file: another one starts from its own guesses.
    file_key = digest(content)
    mapping = choose_columns(seen, file_key)
    check = partial(
        import_preview.check,
        me.actor,
        backend,
        trial_id=trial_id,
        name=name,
        content=content,
        mapping=mapping,
    )
    try:
        checked = check()
        order = choose_order(checked, file_key)
        if order is not None:
            checked = check(order=order)
    except TrialError as error:
        st.info(text.plain_sentence(str(error)), icon=":material/table_chart:")
        return
    show_errors(checked)
    if not checked.rows or checked.ambiguous:
        return
    chosen = choose_rows(checked, file_key)

    def commit() -> None:
        done = imports.commit(
            me.actor,
            backend,
            trial_id=trial_id,
            name=name,
            content=content,
            mapping=mapping,
            rows=chosen,
            order=order,
            again=seen.already is not None,
        )
        notices.notify(f"{count_of(done.count, 'post')} imported. They can be taken back below.")
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1

    if st.button(
        f"Import {count_of(len(chosen), 'post')}",
        type="primary",
        icon=":material/upload_file:",
        disabled=not chosen,
        key="import.commit",
    ):
        forms.finish(commit, st.container())


def show_beginning(seen: ImportPreview) -> None:
    for note in seen.notes:
        st.caption(text.plain_sentence(note))
    if seen.already is not None:
        st.info(
            text.plain_sentence(f"This file was imported before: {already_text(seen.already)}."),
            icon=":material/history:",
        )
    with st.expander("Look at the first rows"):
        st.dataframe(
            [dict(zip(seen.columns, row.cells, strict=True)) for row in seen.first_rows],
            hide_index=True,
            width="stretch",
            key="import.first_rows",
        )


def already_text(view: ImportView) -> str:
    by = f" by {view.person}" if view.person else ""
    return f"{count_of(view.count, 'post')} on {spoken_day(view.imported_on)}{by}"


@notices.handle_errors(place=notices.TOP)
def take_back(import_id: int) -> None:
    undone = session.call(imports.undo_import, import_id=import_id)
    notices.notify(f"Taken back: {count_of(undone.count, 'post')} of {undone.file_name}.")


def show_history(trial_id: int) -> None:
    views = imports.history(me.actor, backend, trial_id=trial_id)
    if not views:
        return
    components.section("Imports so far")
    for view in views:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap=None):
                st.text(view.file_name)
                st.text(already_text(view) + (", taken back" if view.undone_at else ""))
            if view.undone_at is None:
                st.button(
                    "Take back",
                    key=f"import.undo.{view.import_id}",
                    on_click=take_back,
                    args=(view.import_id,),
                )


trial = trial_choice.choose_trial(me)
if trial is not None:
    components.header(
        "Import a content calendar",
        "Nothing is saved until you have seen every row.",
        above="Import",
    )
    components.no_patient_data()
    uploaded = st.file_uploader(
        "Content calendar, CSV or Excel",
        type=["csv", "xlsx", "tsv", "txt"],
        key=f"import.file.{st.session_state.get(TURN, 0)}",
        help="One row per post, up to 20,000 rows and 10 MB. A title and a day are enough.",
    )
    if uploaded is not None:
        bring_in(trial.id, uploaded.name, uploaded.getvalue())
    show_history(trial.id)
