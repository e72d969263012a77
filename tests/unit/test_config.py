"""Settings: where the documents lie and where the database lies, which are two things."""

from pathlib import Path

import pytest

from trial import config
from trial.config import ROOT, settings_from
from trial.domain.errors import InvalidInput


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which nobody has started the app yet."""
    folder = tmp_path / "checkout"
    (folder / "data").mkdir(parents=True)
    monkeypatch.setattr(config, "ROOT", folder)
    monkeypatch.setattr(config, "_PACKAGED", folder / "trial" / "data")
    return folder


@pytest.fixture
def installed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package, its documents inside; returned is the folder it is called from."""
    (checkout / "trial" / "data").mkdir(parents=True)
    called_from = checkout.parent / "called-from"
    called_from.mkdir()
    monkeypatch.chdir(called_from)
    return called_from


def database(variables: dict[str, str]) -> str:
    return settings_from(variables).database_url


def leave_database_in_data(folder: Path) -> str:
    file = folder / "data" / "trial.db"
    file.parent.mkdir(exist_ok=True)
    file.touch()
    return f"sqlite:///{file}"


def test_a_new_checkout_keeps_its_database_apart_from_its_documents(checkout: Path) -> None:
    assert database({}) == f"sqlite:///{checkout / 'storage' / 'trial.db'}"
    assert settings_from({}).data_folder == checkout / "data"


def test_an_upgrade_finds_the_database_where_it_was(checkout: Path) -> None:
    former = leave_database_in_data(checkout)
    assert database({}) == former


def test_an_installed_app_finds_the_database_of_the_folder_it_is_called_from(
    installed: Path,
) -> None:
    former = leave_database_in_data(installed)
    assert database({}) == former


def test_an_installed_app_keeps_its_database_with_the_persons_own_data(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database({"XDG_DATA_HOME": "/own"}) == "sqlite:////own/trial-channel/trial.db"
    monkeypatch.setattr(Path, "home", lambda: Path("/home/kim"))
    assert database({}) == "sqlite:////home/kim/.local/share/trial-channel/trial.db"
    assert settings_from({}).data_folder.name == "data"
    assert settings_from({}).data_folder.parent.name == "trial"


@pytest.mark.parametrize("empty", [{}, {"DATABASE_URL": ""}])
def test_what_is_set_counts_more_than_what_lies_there(
    checkout: Path, tmp_path: Path, empty: dict[str, str]
) -> None:
    leave_database_in_data(checkout)
    there = tmp_path / "there"
    assert database({**empty, "TRIAL_STORAGE": str(there)}) == f"sqlite:///{there / 'trial.db'}"
    assert database({"TRIAL_STORAGE": str(there), "DATABASE_URL": "sqlite://"}) == "sqlite://"


def test_a_folder_of_documents_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert settings_from({"TRIAL_DATA": str(tmp_path)}).data_folder == tmp_path
    with pytest.raises(InvalidInput, match="TRIAL_DATA"):
        settings_from({"TRIAL_DATA": str(tmp_path / "gone")})


def test_the_documents_of_the_project_are_those_of_the_checkout() -> None:
    assert settings_from({}).data_folder == ROOT / "data"


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({}, None),
        ({"DATABASE_URL": "sqlite:////srv/trial.db"}, None),
        ({"DATABASE_URL": "postgresql+psycopg://db/trial"}, "storage"),
        ({"DATABASE_URL": "postgresql+psycopg://db/trial", "TRIAL_STORAGE": "kept"}, "kept"),
        ({"DATABASE_URL": "postgresql+psycopg://db/trial", "TRIAL_EXPORT_FOLDER": "out"}, "out"),
    ],
)
def test_what_leaves_a_database_never_lies_among_the_documents(
    checkout: Path, variables: dict[str, str], folder: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    chosen = settings_from(variables).export_folder
    assert (chosen and chosen.absolute()) == (folder and checkout / folder)
