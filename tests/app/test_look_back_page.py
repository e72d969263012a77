"""The look back, from a file to the answer."""

import re
from datetime import date

from streamlit.testing.v1 import AppTest

from tests.app.conftest import Opens, words_on
from trial.config import ROOT
from trial.domain.roles import Role

EXAMPLE = (ROOT / "data" / "examples" / "posting-history.csv").read_bytes()
WATCHED = b"account,obs_start,obs_end\nward,2024-01-01,2025-06-30\n"


def with_files(app: AppTest, posts: bytes, accounts: bytes | None = None) -> AppTest:
    app.file_uploader(key="look_back.posts").upload("posts.csv", posts, "text/csv")
    if accounts is not None:
        app.file_uploader(key="look_back.accounts").upload("accounts.csv", accounts, "text/csv")
    return app.run()


def downloads(app: AppTest) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


def asides(app: AppTest) -> list[str]:
    return [expander.label for expander in app.expander]


def test_the_page_opens_with_the_form_of_a_file_and_an_example(opens: Opens) -> None:
    app = opens(Role.COMMS, "look-back")
    assert not app.exception
    said = words_on(app)
    assert "What would our verdicts have been worth?" in said
    assert "One row a post" in said
    assert "The files are looked at and not kept." in said
    assert "No patient data" in said
    assert downloads(app) == ["An example file"]
    # An old export ended long before the ten years a field of its own accord goes back.
    assert app.date_input(key="look_back.until").min == date(1990, 1, 1)


def test_the_example_is_answered_in_words_first(opens: Opens) -> None:
    app = with_files(opens(Role.COMMS, "look-back"), EXAMPLE)
    assert not app.exception
    said = words_on(app)
    assert "Of 8 trials judged ready, 7 were still active half a year later." in said
    assert "What became of them" in said
    assert "Keep feeding the main channels" in said
    assert "By source" not in asides(app)
    assert "Calibration: by score" in asides(app)
    assert "Read as a chance, the score has a Brier score of" in said
    assert downloads(app) == ["Report", "JSON"]
    assert len(app.get("plotly_chart")) == 2


def test_a_second_look_at_the_same_file_is_not_worked_out_again(opens: Opens) -> None:
    app = with_files(opens(Role.COMMS, "look-back"), EXAMPLE)
    _, found = app.session_state["look_back.found"]
    app.run()
    assert app.session_state["look_back.found"][1] is found
    app.date_input(key="look_back.until").set_value(date(2026, 1, 31)).run()
    assert app.session_state["look_back.found"][1] is not found
    assert "to Sat 31 Jan 2026" in words_on(app)


def from_sources(*sources: str) -> bytes:
    rows = [
        f"{source},ward,2024-{month:02}-{day:02}"
        for source in sources
        for month in range(1, 13)
        for day in range(1, 28, 3)
    ]
    return "\n".join(["source,account,date", *rows]).encode()


def captions(app: AppTest) -> list[str]:
    html = " ".join(each.proto.body for each in app.get("html"))
    return re.findall("<caption>(.*?)</caption>", html)


def test_sources_stand_apart_where_there_are_several(opens: Opens) -> None:
    app = with_files(opens(Role.COMMS, "look-back"), from_sources("Blog", "<i>Feed</i>"))
    assert not app.exception
    assert "By source" in asides(app)
    assert "&lt;i&gt;Feed&lt;/i&gt;" in " ".join(each.proto.body for each in app.get("html"))
    # Ranking, calibration and decisions: of all, and of the source that is looked at.
    assert captions(app).count("Still active half a year later") == 2
    assert captions(app).count("Calibration: by score, of 100") == 2
    assert captions(app).count("What became of them") == 2


def test_a_source_is_looked_at_in_detail_until_a_file_has_no_such_source(opens: Opens) -> None:
    app = with_files(opens(Role.COMMS, "look-back"), from_sources("Blog", "Feed", "Page"))
    source = app.selectbox(key="look_back.source")
    assert source.options == ["Blog", "Feed", "Page"]
    source.set_value("Page").run()
    with_files(app, from_sources("Blog", "Page", "Feed"))
    assert app.selectbox(key="look_back.source").value == "Page"
    with_files(app, from_sources("Blog", "Feed"))
    assert not app.exception
    assert app.selectbox(key="look_back.source").value == "Blog"


def test_what_cannot_be_read_is_refused_with_its_row_and_the_page_stays(opens: Opens) -> None:
    app = with_files(opens(Role.COMMS, "look-back"), b"account,date\nward,2024-02-31\n")
    assert not app.exception
    assert "posts.csv, row 2, date" in app.error[0].value
    assert "What would our verdicts have been worth?" in words_on(app)
    with_files(app, b"account,date\nward,2024-02-01\n", WATCHED)
    assert "No account has 13 weeks that can be followed for half a year" in app.error[0].value


def test_a_second_file_says_how_long_accounts_were_watched(opens: Opens) -> None:
    posts = "account,date\n" + "".join(
        f"ward,2024-{month:02}-{day:02}\n" for month in (1, 2, 3) for day in range(1, 29, 2)
    )
    app = with_files(opens(Role.COMMS, "look-back"), posts.encode(), WATCHED)
    assert not app.exception
    assert "Of 1 account judged ready, none were still active half a year later." in words_on(app)
