"""Whether ``--help`` says what each field of an answer in JSON is."""

import re

import pytest

from trial.cli import main


def fields(value: object) -> set[str]:
    """Every key of the objects in a JSON value."""
    if isinstance(value, dict):
        return set(value).union(*map(fields, value.values()))
    return set().union(*map(fields, value)) if isinstance(value, list) else set()


def undocumented(command: str, answer: object, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The fields of an answer that the command's ``--help`` does not name."""
    with pytest.raises(SystemExit):
        main([command, "--help"])
    said = set(re.findall(r"\w+", capsys.readouterr().out))
    return sorted(fields(answer) - said)
