"""The documents are held to the code: what is there and not documented fails, and the reverse."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from trial import __version__
from trial.config import ROOT
from trial.domain.attention import Need
from trial.domain.cadence import WeekState
from trial.domain.errors import PolicyError
from trial.domain.exemptions import ExemptionCause
from trial.domain.policy import parse_policy
from trial.domain.posts import PostState
from trial.domain.reasons import DropReason, ReviewReason
from trial.domain.roles import PERMISSIONS, Permission, Role
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import CheckName, DecisionOption, GateName, Outcome, Verdict
from trial.scoring.checks import REGISTRY
from trial.ui.router import FIRST_START, HOME, PAGES, PageSpec

POLICY = ROOT / "data" / "policy" / "readiness.toml"
RULES = (ROOT / "docs" / "rules.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
DECISIONS = ROOT / "docs" / "decisions"
PAPERS = (
    *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)

LABELLED: tuple[Any, ...] = (
    *(Verdict, DecisionOption, GateName, CheckName, Outcome, PostState, TrialStatus, Role),
    *(DropReason, ReviewReason, ExemptionCause),
)
"""What people read as a word or a sentence of fixed wording."""


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of its level."""
    level = heading.split(" ", maxsplit=1)[0]
    _, _, below = f"\n{text}".partition(f"\n{heading}\n")
    assert below, f"no heading {heading!r}"
    return re.split(rf"^{level} ", below, maxsplit=1, flags=re.MULTILINE)[0]


def table(text: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of the first table: its first cell without its backticks, and the others."""
    rows = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    cells = [[cell.strip() for cell in re.split(r" \|(?: |$)", f"{row} ")] for row in rows[2:]]
    return {first.strip("`"): tuple(others) for first, *others in cells}


def policy_values(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for group, entries in document.items():
        if isinstance(entries, dict):
            for name, entry in entries.items():
                yield f"{group}.{name}", entry


VALUES = dict(policy_values(tomllib.loads(POLICY.read_text("utf-8"))))
DOCUMENTED_VALUES = table(section(RULES, "## Policy values"))


def test_every_policy_value_is_documented_with_its_unit_value_and_source() -> None:
    assert {
        key: (unit, value, source) for key, (unit, _, value, source) in DOCUMENTED_VALUES.items()
    } == {
        key: (entry["unit"], str(entry["value"]), entry["source"]) for key, entry in VALUES.items()
    }


@pytest.mark.parametrize("key", [key for key in VALUES if " to " in DOCUMENTED_VALUES[key][1]])
def test_what_lies_beyond_the_documented_bounds_is_refused(key: str) -> None:
    bounds = re.fullmatch(r"(\d+) to (\d+)", DOCUMENTED_VALUES[key][1])
    beyond = ["“Someday”"] if bounds is None else [int(bounds[1]) - 1, int(bounds[2]) + 1]
    group, name = key.split(".")
    for value in beyond:
        text = re.sub(
            rf"(^\[{group}\]$.*?^{name}\s*=\s*{{ value = )[^,]+",
            rf"\g<1>{value!r}",
            POLICY.read_text("utf-8"),
            count=1,
            flags=re.MULTILINE | re.DOTALL,
        )
        with pytest.raises(PolicyError) as refused:
            parse_policy(text, "the file")
        assert refused.value.key == key


def test_every_check_is_documented_with_its_question() -> None:
    rows = table(section(section(RULES, "## The scorecard"), "### Checks"))
    assert [(f"{check.name.label} (`{check.name}`)", check.question) for check in REGISTRY] == [
        (name, cells[0]) for name, cells in rows.items()
    ]


def test_every_gate_is_documented() -> None:
    rows = table(section(section(RULES, "## The scorecard"), "### Gates"))
    assert [f"{gate.label} (`{gate}`)" for gate in GateName] == list(rows)


def test_every_permission_is_documented_with_who_has_it() -> None:
    rows = table(section(RULES, "## Who may do what"))
    roles = (Role.LEAD, Role.COMMS, Role.REVIEWER)
    assert {name: tuple(cell == "yes" for cell in cells[1:]) for name, cells in rows.items()} == {
        str(permission): tuple(permission in PERMISSIONS[role] for role in roles)
        for permission in Permission
    }
    assert all(cells[0] for cells in rows.values())


@pytest.mark.parametrize("words", LABELLED, ids=lambda words: words.__name__)
def test_every_word_on_screen_is_documented(words: Any) -> None:
    told = " ".join(RULES.split())
    assert [word for word in words if word.label not in told] == []


def test_every_state_of_a_week_and_every_need_of_a_trial_is_documented() -> None:
    assert set(table(section(RULES, "## A week and its state"))) == set(WeekState)
    needs = section(RULES, "## Glossary").split("**What a trial on the board needs**")[1]
    assert set(table(needs)) == set(Need)


def test_every_page_is_documented_with_its_title() -> None:
    rows = table(section(ARCHITECTURE, "## Pages"))
    listed: tuple[PageSpec, ...] = (*PAGES, HOME, FIRST_START)
    assert list(rows) == [page.path for page in listed]
    assert [rows[page.path][0] for page in listed if page is not HOME] == [
        page.title for page in listed if page is not HOME
    ]


def test_every_room_is_documented() -> None:
    rooms = {path.parent.name for path in (ROOT / "trial").glob("*/__init__.py")}
    rows = {name.removeprefix("trial/") for name in table(section(ARCHITECTURE, "## Rooms"))}
    assert rows == {*rooms, "pages"}


def test_every_decision_is_listed_and_answers_the_same_questions() -> None:
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    listed = re.findall(r"\| (\d+) \| \[(.*?)\]\((.*?)\)", (DECISIONS / "README.md").read_text())
    assert [(int(number), name) for number, _, name in listed] == [
        (position, path.name) for position, path in enumerate(pages, start=1)
    ]
    for (number, title, _), path in zip(listed, pages, strict=True):
        text = path.read_text("utf-8")
        assert text.startswith(f"# {number}. {title}\n")
        assert "**Question.**" in text
        assert "**Chosen.**" in text or "Status: open." in text


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.relative_to(ROOT).as_posix())
def test_every_link_and_every_file_a_paper_names_is_there(paper: Path) -> None:
    text = paper.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (paper.parent / target).exists(), target
    # A file is named from the top, from trial/ on, or by its name alone.
    names = re.findall(r"`((?:trial|pages|tests|docs)/[\w/.-]+|[a-z][\w/]*\.py)`", text)
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "trial").rglob("*.py")}
    missing = [
        name
        for name in names
        if not (ROOT / name).exists() and not any(path.endswith(f"/{name}") for path in code)
    ]
    assert missing == []


def test_every_heading_a_link_points_at_is_there() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", RULES, re.MULTILINE)
    }
    pointed = re.findall(r"\]\((?:docs/)?(?:rules\.md)?#([^)]*)\)", RULES + ARCHITECTURE)
    assert len(pointed) >= 15
    assert sorted(set(pointed) - headings) == []


def test_every_recipe_that_was_promised_is_there() -> None:
    recipes = set(re.findall(r"^## Add (.*)$", CONTRIBUTING, re.MULTILINE))
    assert {
        "a check",
        "a page",
        "a column, with its migration",
        "a policy value",
        "a kind of file",
    } <= recipes


def test_the_version_has_an_entry_in_the_changelog() -> None:
    versions = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$",
        (ROOT / "CHANGELOG.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert versions[0] == __version__
    assert versions == sorted(versions, key=lambda name: [*map(int, name.split("."))], reverse=True)
