"""A content calendar goes in as a whole, or not at all, and comes out as a whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.test_sheets import workbook
from trial.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossible, NotSignedIn
from trial.domain.posts import PostState
from trial.ingest.days import DayOrder
from trial.ingest.headings import FILE, POST_DAYS, PostField
from trial.ingest.sheets import Sheet, read_sheet
from trial.services import (
    audit,
    calendar,
    import_preview,
    imports,
    posts,
    review,
    trial_views,
    trials,
)
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.imports import ChangedSinceImport, RowsNotReady
from trial.services.post_views import PostView
from trial.store import posts as post_store

# Today is Mon 9 Feb 2026; the trial runs from Mon 5 Jan to Sun 5 Apr.
GOOD = """Titel;Geplant für;Geliefert am;Autorin;Rubrik;Kanäle
Grippe – jetzt impfen;13.02.2026;;Ada;Prevention;Instagram, Facebook
Team der Station 3 💉;03.02.2026;02.02.2026;Grace;People;Instagram
Blutspende;;05.02.2026;Ada;;
"""
MAPPING = {
    "Titel": "title",
    "Geplant für": "planned_for",
    "Geliefert am": "delivered_on",
    "Autorin": "contributor",
    "Rubrik": "pillar",
    "Kanäle": "channels",
}


def all_posts(backend: Backend, trial_id: int) -> tuple[PostView, ...]:
    shown = calendar.calendar(
        OPERATOR, backend, trial_id=trial_id, first=date(2026, 1, 5), last=date(2026, 4, 5)
    )
    return tuple(shown.posts)


def titles(backend: Backend, trial_id: int) -> list[str]:
    return sorted(post.title for post in all_posts(backend, trial_id))


def bring_in(
    actor: Actor, backend: Backend, trial_id: int, text: str = GOOD, **wishes: Any
) -> import_preview.ImportView:
    given: dict[str, Any] = {"mapping": MAPPING, **wishes}
    return imports.commit(
        actor, backend, trial_id=trial_id, name="plan.csv", content=text.encode(), **given
    )


def look(
    actor: Actor, backend: Backend, trial_id: int, text: str, **wishes: Any
) -> import_preview.CheckedImport:
    given: dict[str, Any] = {"mapping": MAPPING, **wishes}
    return import_preview.check(
        actor, backend, trial_id=trial_id, name="plan.csv", content=text.encode(), **given
    )


def one_row(**cells: str) -> tuple[str, dict[str, str]]:
    """A file of one row whose headings are the fields themselves, and its mapping."""
    row = {"title": "Tea", "planned_for": "2026-02-13", **cells}
    text = "\t".join(row) + "\n" + "\t".join(row.values()) + "\n"
    return text, {name: name for name in row}


# ---------------------------------------------------------------------------------- the preview
def test_german_columns_are_guessed_and_nothing_is_written(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    seen = import_preview.preview(
        lead, backend, trial_id=trial_id, name="plan.csv", content=GOOD.encode("cp1252", "replace")
    )
    assert dict(seen.guesses) == MAPPING
    assert (seen.department, seen.rows, len(seen.first_rows)) == ("Cardiology", 3, 3)
    assert any("Windows-1252" in note for note in seen.notes)
    assert seen.already is None
    assert titles(backend, trial_id) == []


@pytest.mark.parametrize(
    "heading, field",
    [
        ("Title", "title"),
        ("Thema des Beitrags", "title"),
        ("Publish date", "planned_for"),
        ("Veröffentlichungsdatum", "planned_for"),
        ("Date", "planned_for"),
        ("GEPLANT AM", "planned_for"),
        ("planned_for", "planned_for"),
        ("Handed over on", "delivered_on"),
        ("Abgabe", "delivered_on"),
        ("Verantwortlich", "contributor"),
        ("Author", "contributor"),
        ("Content pillar", "pillar"),
        ("Kategorie", "pillar"),
        ("Plattform(en)", "channels"),
        ("Created", "planned_on"),
        ("Abgesagt am", "withdrawn_on"),
        ("Sent back", "returned_on"),
        ("Erneut eingereicht", "redelivered_on"),
        ("Freigabe", "approved_on"),
        ("Published", "shared_on"),
        ("URL", "link"),
    ],
)
def test_a_heading_names_its_field(
    backend: Backend, comms: Actor, trial_id: int, heading: str, field: str
) -> None:
    cell = "2026-02-13" if field in POST_DAYS else "https://a.example" if field == "link" else "Tea"
    content = f"{heading};Nonsense\n{cell};x\n".encode()
    seen = import_preview.preview(comms, backend, trial_id=trial_id, name="a.csv", content=content)
    assert seen.guesses.get(heading) == field


def test_cells_overrule_a_heading_and_stand_in_for_a_missing_one(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    content = b"A;B;Approved\nA tea for everybody;13.02.2026;yes\nCake;20.02.2026;no\n"
    seen = import_preview.preview(comms, backend, trial_id=trial_id, name="a.csv", content=content)
    assert dict(seen.guesses) == {"A": "title", "B": "planned_for"}


def test_since_when_a_slot_was_planned_is_not_for_a_lead_to_tell_afterwards(
    backend: Backend, lead: Actor, comms: Actor, trial_id: int
) -> None:
    text, mapping = one_row(planned_for="2026-02-03", planned_on="2026-01-20")
    with pytest.raises(InvalidInput, match="Planned on"):
        bring_in(lead, backend, trial_id, text, mapping=mapping)
    assert titles(backend, trial_id) == []
    bring_in(comms, backend, trial_id, text, mapping=mapping)


def test_what_communications_did_is_not_for_a_lead_to_enter(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    text, mapping = one_row(delivered_on="2026-02-06", approved_on="2026-02-07")
    seen = import_preview.preview(
        lead, backend, trial_id=trial_id, name="plan.csv", content=text.encode()
    )
    assert "approved_on" not in seen.guesses
    assert PostField.APPROVED_ON not in seen.fields
    assert any("approved_on" in note for note in seen.notes)
    with pytest.raises(InvalidInput, match="Approved on"):
        bring_in(lead, backend, trial_id, text, mapping=mapping)
    assert titles(backend, trial_id) == []


def test_words_that_people_added_to_their_data_folder_are_understood(
    backend: Backend, lead: Actor, trial_id: int, tmp_path: Path
) -> None:
    content = "Légende;Prévu le\nGrippe;13.02.2026\nThé;20.02.2026\n".encode()
    (tmp_path / FILE).write_text(
        '[posts.title]\nfrench = ["légende"]\n[posts.planned_for]\nfrench = ["prévu le"]\n'
        "[histories]\n",
        encoding="utf-8",
    )
    seen = import_preview.preview(
        lead,
        replace(backend, data_folder=tmp_path),
        trial_id=trial_id,
        name="plan.csv",
        content=content,
    )
    assert dict(seen.guesses) == {"Légende": "title", "Prévu le": "planned_for"}


# ------------------------------------------------------------------------------------- going in
def test_a_good_file_becomes_posts_with_everything_it_says(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    brought = bring_in(lead, backend, trial_id)
    assert (brought.count, brought.person, brought.file_name) == (3, "Lou Lead", "plan.csv")
    by_title = {post.title: post for post in all_posts(backend, trial_id)}
    ahead = by_title["Grippe – jetzt impfen"]
    assert (ahead.planned_for, ahead.planned_on) == (date(2026, 2, 13), date(2026, 2, 9))
    assert (ahead.pillar, ahead.contributor) == ("Prevention", "Ada")
    assert ahead.channels == ("Instagram", "Facebook")
    assert ahead.state is PostState.PLANNED
    team = by_title["Team der Station 3 💉"]
    assert (team.state, team.on_schedule, team.live_day) == (
        PostState.DELIVERED,
        True,
        date(2026, 2, 3),
    )
    # It entered this calendar today, whenever it stood in another one.
    assert team.planned_on == date(2026, 2, 9)
    assert by_title["Blutspende"].planned_for is None


def test_a_delivery_entered_late_is_backfilled_and_says_when_it_was_entered(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    bring_in(lead, backend, trial_id)
    late = {post.title: post.backfilled for post in all_posts(backend, trial_id)}
    assert late == {
        "Grippe – jetzt impfen": False,
        "Team der Station 3 💉": True,
        "Blutspende": True,
    }
    entered = {post.delivery_entered_on for post in all_posts(backend, trial_id)}
    assert entered == {None, date(2026, 2, 9)}


def test_a_workbook_goes_in_like_a_csv(backend: Backend, lead: Actor, trial_id: int) -> None:
    content = workbook([["Title", "Planned for"], ["Tea", date(2026, 2, 13)]])
    brought = imports.commit(
        lead,
        backend,
        trial_id=trial_id,
        name="plan.xlsx",
        content=content,
        mapping={"Title": "title", "Planned for": "planned_for"},
    )
    assert brought.count == 1
    assert all_posts(backend, trial_id)[0].planned_for == date(2026, 2, 13)


def test_rounds_of_changes_and_approval_become_the_history_of_a_post(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    text, mapping = one_row(
        planned_for="2026-02-06",
        planned_on="2026-01-20",
        delivered_on="2026-02-01",
        returned_on="2026-02-02; 2026-02-04",
        redelivered_on="2026-02-03;2026-02-05",
        approved_on="2026-02-06",
        shared_on="2026-02-07",
        link="https://social.example/p/1",
    )
    bring_in(comms, backend, trial_id, text, mapping=mapping)
    (post,) = all_posts(backend, trial_id)
    assert (post.state, post.ready_day) == (PostState.SHARED, date(2026, 2, 3))
    assert (post.planned_on, post.link) == (date(2026, 1, 20), "https://social.example/p/1")
    attempts = review.history(comms, backend, post_id=post.id)
    assert [attempt.outcome for attempt in attempts] == [
        "changes_requested",
        "changes_requested",
        "approved",
    ]
    assert [attempt.submitted_on.day for attempt in attempts] == [1, 3, 5]


def test_an_imported_delivery_waits_for_communications_like_any_other(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    bring_in(lead, backend, trial_id)
    waiting = review.queue(comms, backend)
    assert {item.post.title for item in waiting} == {"Team der Station 3 💉", "Blutspende"}
    item = waiting[0]
    approved = review.approve(comms, backend, post_id=item.post.id, version=item.post.version)
    assert approved.post.state is PostState.APPROVED


def test_only_chosen_rows_go_in(backend: Backend, lead: Actor, trial_id: int) -> None:
    text = GOOD + "Ohne Tag;;;;;\n"
    assert bring_in(lead, backend, trial_id, text, rows=[2, 4]).count == 2
    assert titles(backend, trial_id) == ["Blutspende", "Grippe – jetzt impfen"]


def test_an_import_is_one_entry_in_the_log_and_one_step_of_the_revision(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    before = trial_views.detail(comms, backend, trial_id=trial_id).row.revision
    brought = bring_in(lead, backend, trial_id)
    assert trial_views.detail(comms, backend, trial_id=trial_id).row.revision == before + 1
    event = audit.events(comms, backend, trial_id=trial_id)[0]
    assert (event.action, event.subject_id) == ("import.committed", brought.import_id)


# ------------------------------------------------------------------------------- what is wrong
@pytest.mark.parametrize(
    "cells, told",
    [
        ({"title": ""}, "Give the post a title"),
        ({"title": "x" * 201}, "has 201 characters"),
        ({"title": "x" * 10_000}, "has 10000 characters"),
        ({"contributor": "x" * 81}, "at most 80 characters"),
        ({"channels": ",".join(f"c{n}" for n in range(13))}, "at most 12"),
        ({"channels": "a " + " " * 30_000 + "b"}, "at most 12"),
        ({"channels": "a,b," * 8_000}, "at most 12"),
        ({"title": "x" * 30_000}, "at most 200 characters"),
        ({"planned_for": "30.02.2026"}, "February 2026 has 28 days"),
        ({"planned_for": "soon"}, "a date such as"),
        ({"planned_for": ""}, "a day here or under Delivered on"),
        ({"planned_for": "2026-05-01"}, "a day of the trial, Mon 5 Jan 2026 to Sun 5 Apr 2026"),
        ({"delivered_on": "2026-02-10"}, "a day up to today, Mon 9 Feb 2026"),
        ({"delivered_on": "2025-10-01"}, "or later"),
        ({"planned_for": "", "delivered_on": "2025-12-30"}, "a day of the trial"),
        ({"planned_on": "2026-02-10"}, "Mon 9 Feb 2026 or earlier"),
        ({"planned_for": "2026-02-03", "planned_on": "2026-02-05"}, "Tue 3 Feb 2026 or earlier"),
        ({"withdrawn_on": "2026-02-10"}, "a day up to today"),
        ({"returned_on": "2026-02-06"}, "nothing while Delivered on is empty"),
        ({"delivered_on": "2026-02-05", "returned_on": "2026-02-04"}, "Returned on"),
        (
            {"delivered_on": "2026-02-05", "redelivered_on": "2026-02-06"},
            "one day for each under Returned on",
        ),
        (
            {
                "delivered_on": "2026-02-05",
                "returned_on": "2026-02-06",
                "redelivered_on": "2026-02-05",
            },
            "a day from Fri 6 Feb 2026",
        ),
        ({"approved_on": "2026-02-06"}, "nothing while the department holds the post"),
        ({"delivered_on": "2026-02-05", "approved_on": "2026-02-04"}, "a day from Thu 5 Feb 2026"),
        (
            {
                "delivered_on": "2026-02-05",
                "approved_on": "2026-02-07",
                "shared_on": "2026-02-06",
            },
            "when it was approved, or later",
        ),
        (
            {"delivered_on": "2026-02-05", "shared_on": "2026-02-06", "withdrawn_on": "2026-02-07"},
            "nothing for a post that was shared",
        ),
        ({"link": "javascript:alert(1)"}, "a web address"),
        ({"pillar": "News\textra"}, "more cells than the heading"),
    ],
)
def test_a_row_that_cannot_be_a_post_says_why_and_nothing_is_written(
    backend: Backend, comms: Actor, trial_id: int, cells: dict[str, str], told: str
) -> None:
    text, mapping = one_row(**cells)
    checked = look(comms, backend, trial_id, text, mapping=mapping)
    assert checked.rows == ()
    (error,) = checked.errors
    assert error.number == 2
    assert told in str(error)
    assert len(str(error)) < 400
    with pytest.raises(RowsNotReady) as refused:
        bring_in(comms, backend, trial_id, text, mapping=mapping)
    assert "Row 2" in str(refused.value)
    assert titles(backend, trial_id) == []
    assert imports.history(comms, backend, trial_id=trial_id) == ()


def test_every_reason_against_a_row_is_told_at_once(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    text, mapping = one_row(title="", planned_for="soon", link="x")
    (error,) = look(comms, backend, trial_id, text, mapping=mapping).errors
    assert len(error.reasons) == 3


def test_one_bad_row_keeps_the_whole_file_out(backend: Backend, lead: Actor, trial_id: int) -> None:
    text = GOOD + "Zu spät;13.02.2027;;;;\n"
    with pytest.raises(RowsNotReady, match="Row 5"):
        bring_in(lead, backend, trial_id, text)
    with pytest.raises(RowsNotReady, match="Row 5"):
        bring_in(lead, backend, trial_id, text, rows=[2, 5])
    assert titles(backend, trial_id) == []


def test_a_formula_without_a_value_is_named_by_its_cell(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    content = workbook([["Title", "Planned for"], ["Tea", "=TODAY()"], ["Cake", "2026-02-13"]])
    checked = import_preview.check(
        lead,
        backend,
        trial_id=trial_id,
        name="plan.xlsx",
        content=content,
        mapping={"Title": "title", "Planned for": "planned_for"},
    )
    assert [row.title for row in checked.rows] == ["Cake"]
    assert "Cell B2" in str(checked.errors[0])


def test_more_than_sixty_posts_in_a_week_are_a_slip(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    rows = "".join(f"Post {number};2026-02-13;;;;\n" for number in range(61))
    checked = look(lead, backend, trial_id, GOOD.splitlines()[0] + "\n" + rows)
    assert len(checked.rows) == 60
    assert "more than 60 posts" in str(checked.errors[0])


@pytest.mark.parametrize(
    "mapping, told",
    [
        ({"Geplant für": "planned_for"}, "Title"),
        ({"Titel": "title"}, "Planned for"),
        ({"Titel": "title", "Autorin": "title", "Geplant für": "planned_for"}, "Titel and Autorin"),
        ({"Titel": "title", "Nowhere": "planned_for"}, "Nowhere"),
        ({"Titel": "title", "Geplant für": "mood"}, "mood"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(
    backend: Backend, lead: Actor, trial_id: int, mapping: dict[str, str], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        look(lead, backend, trial_id, GOOD, mapping=mapping)


# ------------------------------------------------------------------------------------- the days
TWO_ORDERS = "Titel;Geplant für;Geliefert am;Autorin;Rubrik;Kanäle\nTee;03/02/2026;;;;\n"


def test_days_that_read_in_two_orders_wait_for_a_person(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    checked = look(lead, backend, trial_id, TWO_ORDERS)
    assert checked.ambiguous == (PostField.PLANNED_FOR,)
    with pytest.raises(InvalidInput, match="day or month first"):
        bring_in(lead, backend, trial_id, TWO_ORDERS)
    bring_in(lead, backend, trial_id, TWO_ORDERS, order="month first")
    assert all_posts(backend, trial_id)[0].planned_for == date(2026, 3, 2)


def test_one_column_that_settles_the_order_settles_it_for_the_file(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    text = TWO_ORDERS.replace("03/02/2026;", "03/02/2026;01/31/2026")
    checked = look(lead, backend, trial_id, text)
    assert (checked.ambiguous, checked.order) == ((), DayOrder.MONTH_FIRST)
    assert checked.rows[0].planned_for == date(2026, 3, 2)


@pytest.mark.parametrize(
    "planned_for, delivered_on, told",
    [
        (
            ("17/02/2026", "02/19/2026"),
            "",
            "Row 3: Planned for cannot be “02/19/2026”. Please give the day first, as other "
            "days of this file are written.",
        ),
        # Dots say the day first, and the slashes of another column do not turn them round.
        (
            ("02/19/2026", "02/20/2026"),
            "01.02.2026",
            "Row 3: Delivered on cannot be “01.02.2026”. Please give the month first, as "
            "other days of this file are written.",
        ),
    ],
)
def test_nobody_is_said_to_have_chosen_an_order_that_the_file_has_settled(
    backend: Backend,
    lead: Actor,
    trial_id: int,
    planned_for: tuple[str, str],
    delivered_on: str,
    told: str,
) -> None:
    heading, _ = TWO_ORDERS.splitlines()
    first, second = planned_for
    rows = (f"Tee;{first};;;;", f"Brot;{second};{delivered_on};;;")
    checked = look(lead, backend, trial_id, "\n".join((heading, *rows)))
    assert [str(error) for error in checked.errors] == [told]


def test_an_order_that_is_none_is_refused(backend: Backend, lead: Actor, trial_id: int) -> None:
    with pytest.raises(InvalidInput, match="Order of the days"):
        look(lead, backend, trial_id, TWO_ORDERS, order="year first")


# -------------------------------------------------------------------------------- a second time
def test_what_is_there_already_is_flagged_and_left_out(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    posts.plan(
        lead,
        backend,
        trial_id=trial_id,
        title="GRIPPE – jetzt impfen",
        planned_for=date(2026, 2, 13),
    )
    text = GOOD + "blutspende;;05.02.2026;;;\n"
    checked = look(lead, backend, trial_id, text)
    assert {row.number: row.duplicate for row in checked.rows} == {
        2: "“Grippe – jetzt impfen” stands on Fri 13 Feb already.",
        3: "",
        4: "",
        5: "The same as row 4.",
    }
    assert checked.new_rows == (3, 4)
    assert bring_in(lead, backend, trial_id, text).count == 2


def test_the_same_file_is_refused_a_second_time_unless_asked_for(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    first = bring_in(lead, backend, trial_id)
    seen = import_preview.preview(
        lead, backend, trial_id=trial_id, name="b.csv", content=GOOD.encode()
    )
    assert seen.already == first
    with pytest.raises(NotPossible, match="imported already, 3 posts on Mon 9 Feb 2026"):
        bring_in(lead, backend, trial_id)
    with pytest.raises(InvalidInput, match="at least one row"):
        bring_in(lead, backend, trial_id, again=True)
    assert bring_in(lead, backend, trial_id, again=True, rows=[2]).count == 1
    assert len(all_posts(backend, trial_id)) == 4


# ------------------------------------------------------------------------------------ going out
def test_an_import_is_taken_back_as_a_whole_and_may_come_again(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    kept = posts.plan(lead, backend, trial_id=trial_id, title="Mine", planned_for=date(2026, 2, 14))
    brought = bring_in(lead, backend, trial_id)
    undone = imports.undo_import(lead, backend, import_id=brought.import_id)
    assert undone.undone_at == backend.now()
    assert titles(backend, trial_id) == [kept[0].title]
    assert imports.history(lead, backend, trial_id=trial_id) == (undone,)
    with pytest.raises(NotPossible, match="taken back already"):
        imports.undo_import(lead, backend, import_id=brought.import_id)
    assert bring_in(lead, backend, trial_id).count == 3


def test_an_import_that_somebody_has_worked_with_stays_and_names_the_posts(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    brought = bring_in(lead, backend, trial_id)
    post = next(post for post in all_posts(backend, trial_id) if post.title.startswith("Grippe"))
    posts.move(lead, backend, post_id=post.id, version=post.version, to_day=date(2026, 2, 20))
    with pytest.raises(ChangedSinceImport) as refused:
        imports.undo_import(lead, backend, import_id=brought.import_id)
    assert refused.value.titles == ("Grippe – jetzt impfen",)
    assert "1 of the 3 imported posts has changed since" in str(refused.value)
    assert len(all_posts(backend, trial_id)) == 3


# ------------------------------------------------------------------------- all of it or nothing
def test_a_crash_in_the_middle_leaves_nothing(
    backend: Backend, lead: Actor, trial_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []
    keep: Callable[..., None] = post_store.keep

    def power_cut(work: Any, record: Any) -> None:
        if len(kept) == 2:
            raise OSError("power cut")
        kept.append(record)
        keep(work, record)

    monkeypatch.setattr(post_store, "keep", power_cut)
    with pytest.raises(OSError, match="power cut"):
        bring_in(lead, backend, trial_id)
    assert len(kept) == 2
    assert titles(backend, trial_id) == []
    assert imports.history(lead, backend, trial_id=trial_id) == ()
    monkeypatch.undo()
    assert bring_in(lead, backend, trial_id).count == 3


def test_a_crash_while_taking_back_leaves_everything(
    backend: Backend, lead: Actor, trial_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = bring_in(lead, backend, trial_id)
    remove: Callable[..., None] = post_store.remove
    gone: list[object] = []

    def power_cut(work: Any, record: Any) -> None:
        if gone:
            raise OSError("power cut")
        gone.append(record)
        remove(work, record)

    monkeypatch.setattr(post_store, "remove", power_cut)
    with pytest.raises(OSError, match="power cut"):
        imports.undo_import(lead, backend, import_id=brought.import_id)
    assert len(all_posts(backend, trial_id)) == 3


# ---------------------------------------------------------------------------------- who may
def every_call(
    actor: Actor, backend: Backend, trial_id: int, import_id: int
) -> list[Callable[[], object]]:
    file: dict[str, Any] = {"trial_id": trial_id, "name": "plan.csv", "content": GOOD.encode()}
    return [
        lambda: imports.history(actor, backend, trial_id=trial_id),
        lambda: import_preview.preview(actor, backend, **file),
        lambda: import_preview.check(actor, backend, **file, mapping=MAPPING),
        lambda: imports.undo_import(actor, backend, import_id=import_id),
        lambda: imports.commit(actor, backend, **file, mapping=MAPPING),
    ]


@pytest.mark.parametrize(
    "who, refused",
    [("other_lead", NotAllowed), ("reviewer", NotAllowed), ("gone", NotSignedIn)],
)
def test_others_may_neither_look_nor_import_nor_take_back(
    backend: Backend,
    lead: Actor,
    trial_id: int,
    who: str,
    refused: type[Exception],
    request: pytest.FixtureRequest,
) -> None:
    stranger: Actor = request.getfixturevalue(who)
    brought = bring_in(lead, backend, trial_id)
    for call in every_call(stranger, backend, trial_id, brought.import_id):
        with pytest.raises(refused):
            call()
    assert len(all_posts(backend, trial_id)) == 3


@pytest.mark.parametrize("who", ["lead", "comms", "operator"])
def test_the_department_communications_and_the_operator_may_do_it_all(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int, who: str
) -> None:
    actor = {"lead": lead, "comms": comms, "operator": OPERATOR}[who]
    brought = bring_in(lead, backend, trial_id)
    for call in every_call(actor, backend, trial_id, brought.import_id):
        call()
    assert len(all_posts(backend, trial_id)) == 3


def test_what_is_not_there_is_refused_like_what_is_forbidden(
    backend: Backend, comms: Actor, lead: Actor
) -> None:
    for call in every_call(lead, backend, 999, 999):
        with pytest.raises(NotAllowed):
            call()
    for call in every_call(comms, backend, 999, 999):
        with pytest.raises(NotFound):
            call()


def test_nothing_goes_into_a_trial_whose_log_is_closed(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int, clock: FixedClock
) -> None:
    brought = bring_in(lead, backend, trial_id)
    trials.end_early(comms, backend, trial_id=trial_id, on=date(2026, 2, 8), reason="Move")
    for call in every_call(lead, backend, trial_id, brought.import_id)[1:]:
        with pytest.raises(NotPossible, match="its log is closed"):
            call()
    assert len(all_posts(backend, trial_id)) == 3


def test_a_file_is_read_once_however_often_it_is_looked_at(
    backend: Backend, lead: Actor, trial_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(name: str, content: bytes, **wishes: Any) -> Sheet:
        read.append(name)
        return read_sheet(name, content, **wishes)

    monkeypatch.setattr(import_preview, "read_sheet", counted)
    content = workbook([["Title", "Planned for"], ["Read once", "2026-02-13"]])
    file: dict[str, Any] = {"trial_id": trial_id, "name": "once.xlsx", "content": content}
    mapping = {"Title": "title", "Planned for": "planned_for"}
    import_preview.preview(lead, backend, **file)
    import_preview.check(lead, backend, **file, mapping=mapping)
    imports.commit(lead, backend, **file, mapping=mapping)
    import_preview.preview(lead, backend, **{**file, "content": GOOD.encode()})
    assert read == ["once.xlsx", "once.xlsx"]


def test_a_title_that_is_a_formula_without_its_value_has_one_reason_against_it(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    content = workbook([["Title", "Planned for"], ['="Tea"&" time"', "2026-02-20"]])
    mapping = {"Title": "title", "Planned for": "planned_for"}
    checked = import_preview.check(
        lead, backend, trial_id=trial_id, name="plan.xlsx", content=content, mapping=mapping
    )
    (error,) = checked.errors
    assert error.reasons == (
        "Cell A2 is a formula without a stored value; open the file in Excel and save it once.",
    )
