"""Log lines: one a happening at the edges, and nothing that somebody typed in any of them."""

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from streamlit.testing.v1 import AppTest

from tests.accounts import set_up_hospital
from trial import logs
from trial.bootstrap import migrate, ready_backend
from trial.cli import REFUSED, main
from trial.config import ROOT, Settings, settings_from
from trial.domain.errors import DatabaseBusy, InvalidInput
from trial.store import engine
from trial.store.engine import Database
from trial.ui import notices
from trial.ui.web.request_lines import RequestLines

TYPED = "patient 4711"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger=logs.NAME)
    return caplog


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    address = f"sqlite:///{tmp_path / 'trial.db'}"
    monkeypatch.setenv("DATABASE_URL", address)
    return address


def own(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == logs.NAME]


# ----------------------------------------------------------------------------------- one line
def test_a_line_has_the_fields_of_its_request(lines: pytest.LogCaptureFixture) -> None:
    with logs.request("slow page", slow=9):
        logs.bind(page="board", person=7)
        logs.note("refused", error="StaleEdit")
        logs.note("refused", error="InvalidInput")
    logs.note("ended")
    first, second, last = own(lines)
    assert first.startswith("refused request=")
    assert first.endswith("page=board person=7 error=StaleEdit")
    assert first.split()[1] == second.split()[1]
    assert last == "ended"


def test_every_request_has_an_id_of_its_own(lines: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        with logs.request("slow page", slow=0):
            pass
    assert len({line.split()[2] for line in own(lines)}) == 20


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1)))
def test_a_field_that_nobody_has_named_here_never_gets_into_a_line(fields: dict[str, str]) -> None:
    told = logs._only_known_fields(None, "", {"event": "refused", **fields})
    assert set(told) <= {"event", "level", "timestamp", *logs.FIELDS}


def test_no_field_is_long(lines: pytest.LogCaptureFixture) -> None:
    logs.note("slow statement", statement="x" * 1_000_000)
    assert len(own(lines)[0]) < 1_100


def test_an_error_is_told_by_classes_and_places_without_its_text() -> None:
    def fail() -> None:
        try:
            int(TYPED)
        except ValueError as error:
            raise RuntimeError(f"no number: {TYPED}") from error

    with pytest.raises(RuntimeError) as raised:
        fail()
    told = logs.frames_of(raised.value)
    assert "RuntimeError\n" in told
    assert "ValueError\n" in told
    assert f"{Path(__file__).name}:" in told
    assert TYPED not in told


@pytest.mark.parametrize("form", ["text", "json"])
def test_lines_are_written_for_people_or_for_programs(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("json" if form == "json" else "text")
    logs.note("refused", error="StaleEdit", typed=TYPED)
    logging.getLogger("trial.ui").warning("The code: %s", "1234")
    said = capsys.readouterr()
    assert said.out == ""
    assert TYPED not in said.err
    first, second = said.err.splitlines()
    if form == "json":
        assert json.loads(first)["error"] == "StaleEdit"
        assert json.loads(second)["event"] == "The code: 1234"
    else:
        assert "error=StaleEdit" in first
        assert "The code: 1234" in second


def test_only_two_forms_are_taken() -> None:
    assert settings_from({}).log_format == "text"
    assert settings_from({"TRIAL_LOG_FORMAT": "json"}).log_format == "json"
    with pytest.raises(InvalidInput, match="TRIAL_LOG_FORMAT"):
        settings_from({"TRIAL_LOG_FORMAT": "xml"})


# --------------------------------------------------------------------------------- at the edges
def test_a_refused_sign_in_leaves_a_line_without_what_was_typed(
    database: str, lines: pytest.LogCaptureFixture
) -> None:
    backend = ready_backend(Settings(database, ROOT / "data", open_set_up=True))
    set_up_hospital(backend, email="kim@hospital.example", password="five quiet geese")
    backend.database.close()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.text_input(key="sign_in.email").input("ada.typed@hospital.example")
    app.text_input(key="sign_in.password").input("my typed password")
    app.button[0].click().run()
    refused = [line for line in own(lines) if line.startswith("refused ")]
    assert len(refused) == 1
    assert "error=SignInRefused" in refused[0]
    assert "request=" in refused[0]
    assert "typed" not in lines.text


@pytest.mark.parametrize(
    ("error", "level"),
    [(DatabaseBusy(), logging.WARNING), (InvalidInput("Title", TYPED, "a title"), logging.INFO)],
)
def test_whatever_a_service_refuses_leaves_its_class(
    error: Exception, level: int, lines: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise error

    with notices.handle_errors():
        refuse()
    (line,) = [record for record in lines.records if record.name == logs.NAME]
    assert line.levelno == level
    assert type(error).__name__ in line.getMessage()
    assert TYPED not in lines.text


def test_an_unexpected_error_leaves_a_line_with_the_reference_people_read(
    lines: pytest.LogCaptureFixture,
) -> None:
    notices.show_unexpected(RuntimeError(TYPED))
    (line,) = own(lines)
    assert "reference=" in line
    assert "error=RuntimeError" in line
    assert TYPED not in lines.text


def test_a_migration_leaves_a_line_and_so_does_one_that_fails(
    database: str, tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    migrate()
    migrate()
    (tmp_path / "trial.db").write_bytes(b"Dear colleagues, " * 500)
    with pytest.raises(Exception, match="cannot be opened"):
        migrate()
    done, failed = own(lines)
    assert done.startswith("migrated ")
    assert failed == "migration failed error=DatabaseUnavailable"


def test_a_slow_statement_leaves_its_words_without_its_values(
    monkeypatch: pytest.MonkeyPatch, database: str, lines: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine, "SLOW_SECONDS", 0.0)
    opened = Database(database)
    with opened.reading() as connection:
        from sqlalchemy import text

        connection.execute(text("SELECT :value"), {"value": TYPED})
    opened.close()
    assert any("statement=SELECT ?" in line for line in own(lines))
    assert TYPED not in lines.text


def test_a_command_leaves_a_line_where_programs_ask_for_lines(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIAL_LOG_FORMAT", "json")
    assert main(["migrate"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in told] == ["migrated", "command ended"]
    assert {line["what"] for line in told} == {"migrate"}
    assert len({line["request"] for line in told}) == 1
    assert main(["let-in", TYPED]) == REFUSED
    told_of = [line for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    (line,) = map(json.loads, told_of)
    assert line["error"] == "InvalidInput"
    assert TYPED not in "".join(told_of)


def test_a_refused_request_leaves_a_line_and_a_good_one_none(
    lines: pytest.LogCaptureFixture,
) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        status = {"/": 200, "/board/_stcore/health": 404}.get(scope["path"], 403)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def nothing(*_arguments: object) -> Any:
        return None

    edge = RequestLines(answer)

    async def ask() -> None:
        for method, path in (
            ("GET", "/"),
            ("GET", "/board/_stcore/health"),
            ("PATIENT", f"/{TYPED}"),
        ):
            await edge({"type": "http", "method": method, "path": path}, nothing, nothing)

    # In a thread of its own: browser tests keep a loop running in theirs.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, ask()).result()
    (line,) = own(lines)
    assert line.startswith("request refused request=")
    assert "method=other status=403" in line
    assert "4711" not in line
