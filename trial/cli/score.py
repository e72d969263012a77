"""``python -m trial score``: the scorecard of a bare log, without a database."""

import argparse
from pathlib import Path
from typing import Any

from trial.cli import files
from trial.cli.terminal import print_json, table, wide_console
from trial.config import settings_from
from trial.domain.calendar import day_in
from trial.domain.counts import count_of, hundredths, points
from trial.domain.policy import Policy
from trial.domain.results.answers import identity_of
from trial.domain.results.scorecard import CheckResult, Scorecard
from trial.ingest.headings import read_headings
from trial.services.clocks import SystemClock
from trial.services.log_scores import ScoredFile, score_log
from trial.services.policy_packs import policy_in


def run(arguments: argparse.Namespace) -> int:
    """Score the log and print its scorecards."""
    settings = settings_from()
    policy = policy_in(Path(arguments.policy or settings.data_folder / "policy" / "readiness.toml"))
    start = day_in("--start", arguments.start)
    today = settings.today or SystemClock().now().astimezone().date()
    if arguments.today:
        today = day_in("--today", arguments.today)
    path = Path(arguments.log)
    scored = score_log(
        path.name,
        files.content(path, "Log"),
        start=start,
        today=today,
        policy=policy,
        headings=read_headings(settings.data_folder),
    )
    show = _print_json if arguments.json else _print_tables
    show(scored, policy)
    return 0


def _print_json(scored: ScoredFile, policy: Policy) -> None:
    rest = {"notes": scored.notes, "policy": identity_of(policy)}
    print_json(
        {
            department: {"department": department, **card.as_json(), **rest}
            for department, card in scored.scorecards.items()
        }
    )


def _print_tables(scored: ScoredFile, policy: Policy) -> None:
    console = wide_console()
    for department, card in scored.scorecards.items():
        _print_card(console, department, card, policy)
    for note in scored.notes:
        console.print(f"Note: {note}", markup=False)


def _print_card(console: Any, department: str, card: Scorecard, policy: Policy) -> None:
    from rich.text import Text

    judged, asked = card.judged_checks
    console.print(Text(f"\n{department}: {card.verdict.label}", style="bold"))
    console.print(
        f"{points(card.score)} of 100, ready from {points(policy.ready_from)}; {judged} of "
        f"{count_of(asked, 'check')} judged. {card.margin_sentence}",
        markup=False,
    )
    weeks = [
        (f"{week.index + 1}", f"{week.start}", week.state.value, f"{week.count}", f"{week.planned}")
        for week in card.weeks
    ]
    console.print(table("Weeks", ("week", "start", "state", "live", "slots"), weeks))
    for title, results in (("Checks", card.checks), ("Gates", card.gates)):
        headings = (title[:-1].lower(), "outcome", "score", "value", "reason", "next step")
        console.print(table(title, headings, map(_cells, results)))


def _cells(result: CheckResult) -> tuple[str, ...]:
    return (
        result.label,
        result.outcome.label,
        points(result.score),
        # Cut like points, so that a share never stands above its own percentage.
        "–" if result.value is None else f"{hundredths(result.value) / 100:g}",
        result.reason,
        result.remedy,
    )
