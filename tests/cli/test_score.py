"""``python -m trial score``: what its answer holds is documented."""

from __future__ import annotations

import json

import pytest

from tests.cli.help import undocumented
from trial.cli import main
from trial.config import ROOT

LOG = str(ROOT / "tests" / "golden" / "cardiology.csv")


def test_help_documents_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--start", "2026-01-05", "--today", "2026-04-10", "--json")
    assert main(["score", LOG, *options]) == 0
    (card,) = json.loads(capsys.readouterr().out).values()
    assert undocumented("score", card, capsys) == []
