"""The import page, from the file to the posts and back."""

from streamlit.testing.v1 import AppTest

from tests.app.conftest import Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.config import ROOT
from trial.domain.roles import Role
from trial.services import imports
from trial.services.access import OPERATOR

# Today is Wed 11 Feb 2026; Cardiology's trial runs from Mon 5 Jan.
GOOD = b"Titel;Geplant am;Autorin\nTee;13.02.2026;Ada\nKuchen;03.02.2026;Grace\n"


def brought(hospital: Hospital) -> list[int]:
    backend = backend_from()
    try:
        history = imports.history(OPERATOR, backend, trial_id=hospital.cardiology)
        return [view.count for view in history if view.undone_at is None]
    finally:
        backend.database.close()


def with_file(app: AppTest, content: bytes, name: str = "plan.csv") -> AppTest:
    app.file_uploader[0].upload(name, content, "text/csv")
    return app.run()


def test_the_page_opens_with_the_one_step_there_is_and_asks_for_no_patient_data(
    opens: Opens,
) -> None:
    app = opens(Role.LEAD, "import")
    assert not app.exception
    assert len(app.file_uploader) == 1
    assert "No patient data" in words_on(app)


def test_columns_are_guessed_rows_shown_and_nothing_is_written_before_the_button(
    opens: Opens, hospital: Hospital
) -> None:
    app = with_file(opens(Role.LEAD, "import"), GOOD)
    assert not app.exception
    chosen = {box.label: box.value for box in app.selectbox}
    assert (chosen["Title"], chosen["Planned for"]) == ("Titel", "Geplant am")
    assert chosen["Contributor"] == "Autorin"
    assert "Approved on" not in chosen
    assert "2 rows are ready" in words_on(app)
    assert brought(hospital) == []


def test_a_file_goes_in_and_is_taken_back_as_a_whole(opens: Opens, hospital: Hospital) -> None:
    app = with_file(opens(Role.LEAD, "import"), GOOD)
    next(each for each in app.button if each.label == "Import 2 posts").click().run()
    assert not app.exception
    assert brought(hospital) == [2]
    assert "2 posts imported." in words_on(app)
    assert "plan.csv" in words_on(app)
    next(each for each in app.button if each.label == "Take back").click().run()
    assert not app.exception
    assert brought(hospital) == []
    assert "Taken back: 2 posts of plan.csv." in words_on(app)


def test_a_row_that_cannot_be_read_is_listed_and_the_others_can_go_in(
    opens: Opens, hospital: Hospital
) -> None:
    app = with_file(opens(Role.LEAD, "import"), GOOD + b"Brot;31.02.2026;Ada\n")
    assert "1 row cannot be read" in words_on(app)
    assert "Row 4 · Brot" in words_on(app)
    assert "February 2026 has 28 days" in words_on(app)
    next(each for each in app.button if each.label == "Import 2 posts").click().run()
    assert brought(hospital) == [2]


def test_a_row_that_is_unticked_stays_out(opens: Opens, hospital: Hospital) -> None:
    app = with_file(opens(Role.LEAD, "import"), GOOD)
    editor = next(table for table in app.dataframe if "import.rows." in table.proto.id)
    app.session_state[editor.proto.id.rsplit("-", 1)[-1]] = {
        "edited_rows": {0: {"Import": False}},
        "added_rows": [],
        "deleted_rows": [],
    }
    app.run()
    next(each for each in app.button if each.label == "Import 1 post").click().run()
    assert brought(hospital) == [1]


def test_days_that_read_two_ways_are_asked_about(opens: Opens, hospital: Hospital) -> None:
    app = with_file(opens(Role.LEAD, "import"), b"Title,Date\nTea,03/02/2026\n")
    assert "can be read in two ways" in words_on(app)
    assert not any(each.label.startswith("Import ") for each in app.button)
    app.radio[0].set_value("month first").run()
    next(each for each in app.button if each.label == "Import 1 post").click().run()
    assert not app.exception
    assert brought(hospital) == [1]


def test_what_is_missing_is_said_until_the_columns_make_sense(opens: Opens) -> None:
    app = with_file(opens(Role.LEAD, "import"), b"Mood,Weather\ngood,sunny\n")
    assert not app.exception
    assert "Please fill in Planned for" in words_on(app)


def test_a_file_that_is_no_table_is_refused_with_a_sentence(opens: Opens) -> None:
    app = with_file(opens(Role.LEAD, "import"), bytes(range(256)) * 4)
    assert not app.exception
    assert any("not a table" in each.value for each in app.error)


def test_a_title_is_shown_as_it_is_written_never_as_markup(opens: Opens) -> None:
    content = (
        "Title,Date\n<b>Tea</b> 💉 **now**,31.02.2026\nCake,13.02.2026\nBun,14.02.2026\n".encode()
    )
    app = with_file(opens(Role.LEAD, "import"), content)
    assert not app.exception
    assert [each.value for each in app.text if "Tea" in each.value] == [
        "Row 2 · <b>Tea</b> 💉 **now**"
    ]
    assert not any("Tea" in each.value for each in app.markdown)


def test_the_examples_go_in_as_they_are(opens: Opens, hospital: Hospital) -> None:
    for name, number in (("content-calendar.csv", 10), ("redaktionsplan.xlsx", 8)):
        content = (ROOT / "data" / "examples" / name).read_bytes()
        app = with_file(opens(Role.COMMS, "import", trial=str(hospital.cardiology)), content, name)
        assert not app.exception
        assert f"{number} rows are ready" in words_on(app)
        next(each for each in app.button if each.label == f"Import {number} posts").click().run()
        assert not app.exception
    assert sorted(brought(hospital)) == [8, 10]
