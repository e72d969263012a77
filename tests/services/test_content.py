"""The files the calendar's choices come from: as shipped, and as somebody has edited them."""

from __future__ import annotations

from pathlib import Path

import pytest

from trial.config import ROOT
from trial.domain.errors import InvalidInput
from trial.services import content
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.store.engine import Database


def backend_on(folder: Path) -> Backend:
    from tests.services.conftest import TODAY

    return Backend(Database("sqlite://"), FixedClock.on(TODAY), folder)


def test_the_shipped_choices_are_read_in_their_order() -> None:
    shipped = backend_on(ROOT / "data")
    assert [pillar.name for pillar in content.pillars(shipped)] == [
        "Prevention",
        "People",
        "Research",
        "Service news",
        "Patient stories",
        "Events",
    ]
    assert content.channels(shipped)[:2] == ("Facebook", "Instagram")


def test_an_edited_file_is_what_counts(tmp_path: Path) -> None:
    (tmp_path / "channels.toml").write_text('[[channel]]\nname = "Intranet"\nsource = "Ours"\n')
    assert content.channels(backend_on(tmp_path)) == ("Intranet",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "pillars.toml cannot be “no such file”. Please give a file in the"),
        ("[[pillar", "Please give TOML in UTF-8"),
        ("name = 3", r"a list of \[\[pillar\]\] entries"),
        ('[[pillar]]\nname = "A"\nabout = "B"\n', "entry 1, source: a text"),
        ('[[pillar]]\nname = 7\nabout = "B"\nsource = "C"\n', "entry 1, name cannot be 7"),
        ('[[pillar]]\nname = "A"\nabout = "B"\nsource = "C"\nsauce = "D"\n', "“sauce”"),
        ('[[pillar]]\nname = "A"\nabout = "B"\nsource = "C"\n' * 2, "“A” stands there twice"),
    ],
)
def test_a_file_that_is_no_list_of_pillars_is_refused_by_name(
    tmp_path: Path, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / "pillars.toml").write_text(text)
    with pytest.raises(InvalidInput, match=said):
        content.pillars(backend_on(tmp_path))
