"""The words of headings: a file that people add to, and that is read strictly."""

from pathlib import Path

import pytest

from trial.config import ROOT
from trial.domain.errors import InvalidInput
from trial.ingest.headings import FILE, HistoryField, PostField, plain, read_headings

EMPTY = "[posts]\n[histories]\n"


def read(folder: Path, text: str) -> dict[str, tuple[str, ...]]:
    (folder / FILE).write_text(text, encoding="utf-8")
    headings = read_headings(folder)
    return {**headings.words_of("posts"), **headings.words_of("histories")}


def test_every_field_has_words_in_both_languages_and_a_comment() -> None:
    headings = read_headings()
    lines = (ROOT / "data" / FILE).read_text("utf-8").splitlines()
    for kind, fields in (("posts", PostField), ("histories", HistoryField)):
        assert list(headings.words_of(kind)) == list(fields)
        for field in fields:
            by_language = getattr(headings, kind)[field]
            assert set(by_language) == {"english", "german"}
            assert lines[lines.index(f"[{kind}.{field}]") - 1].startswith("# ")


def test_people_add_their_own_words_and_languages(tmp_path: Path) -> None:
    text = '[posts.title]\nfrench = ["Légende", "TITRE_du post*"]\n[histories]\n'
    assert read(tmp_path, text) == {"title": ("légende", "titre du post")}
    assert read(tmp_path, EMPTY) == {}


@pytest.mark.parametrize("heading", ["Geplant für", "GEPLANT_FUER", " geplant-für* "])
def test_a_heading_is_the_same_however_it_is_written(heading: str) -> None:
    assert plain(heading) == "geplant fuer"


@pytest.mark.parametrize(
    "text, told",
    [
        ("[posts]\n", "headings.toml, histories"),
        (f"{EMPTY}[pots]\n", "the sections posts and histories"),
        (
            f'{EMPTY}[posts.titel]\nenglish = ["a"]\n',
            "headings.toml, posts cannot be “titel”",
        ),
        (
            f'{EMPTY}[histories.when]\nenglish = ["a"]\n',
            "Please give one of: source, account, date",
        ),
        (
            f'{EMPTY}[posts.title]\nenglish = "a"\n',
            "headings.toml, posts.title.english cannot be “a”",
        ),
        (f"{EMPTY}[posts.title]\nenglish = [3]\n", "posts.title.english.1 cannot be 3"),
        (f'{EMPTY}[posts.title]\nenglish = ["–"]\n', "words with letters in them"),
        (f'{EMPTY}[posts.title]\nenglish = ["{"a" * 61}"]\n', "at most 60 characters"),
        (
            f'{EMPTY}[posts.title]\nenglish = ["Day"]\n[posts.link]\ngerman = ["day"]\n',
            "headings.toml, posts.link cannot be “day”. Please give a word once in posts; "
            "title has it already.",
        ),
        (f'{EMPTY}[posts.title]\nenglish = ["für", "fuer"]\n', "title has it already"),
        ("[posts", "headings.toml cannot be "),
    ],
)
def test_what_is_no_list_of_words_is_refused_with_its_place(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(tmp_path, text)
    assert told in str(refused.value)


def test_a_word_may_mean_one_thing_in_a_calendar_and_another_in_a_history(tmp_path: Path) -> None:
    text = '[posts.channels]\nenglish = ["channel"]\n[histories.account]\nenglish = ["channel"]\n'
    assert read(tmp_path, text) == {"channels": ("channel",), "account": ("channel",)}


def test_a_folder_without_the_file_and_a_file_in_another_encoding_are_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no such file"):
        read_headings(tmp_path)
    (tmp_path / FILE).write_bytes("[posts.titel]\nx = 'ä'".encode("cp1252"))
    with pytest.raises(InvalidInput, match="TOML in UTF-8"):
        read_headings(tmp_path)
