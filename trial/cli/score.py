"""``python -m trial score``: the scorecard of a bare log, without a database."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trial.cli import Commands
    from trial.domain.policy import Policy
    from trial.domain.results.scorecard import CheckResult, Scorecard
    from trial.services.log_scores import ScoredFile

_DESCRIPTION = """Score a log of posts, a CSV or Excel file with one row a post.

Columns: title, planned_for, delivered_on, contributor; and where present planned_on (the day the
slot entered the calendar), withdrawn_on, returned_on, redelivered_on (several rounds separated by
a semicolon), approved_on, shared_on. A column named department makes one trial of each department.
Headings may be English or German words for these, see data/headings.toml; a note then says what
was understood.
An unplanned post has no planned_for; a missed slot no delivered_on. A log speaks for all its weeks:
one without a row is reported, and silent."""

_EPILOG = """With --json the answer is an object with one entry a department (the file's name
where there is no department column):

  department      its name
  verdict         ready, extend, keep_feeding or not_enough_evidence
  score           weighted mean of the judged checks, 0 to 1; null where none was judged
  share_judged    share of the weight that was judged, 0 to 1
  share_reported  share of the eligible weeks that were reported, 0 to 1
  margin          fewest weeks that, turned, change the verdict; null where none do
  margin_above    where a trial is too long to name the margin (which is null then), it is more
                  weeks than this; else null
  stable          whether no two-week change turns the verdict
  weeks           list of index (from 0), start, state, count, planned; states are silent, under,
                  in band, over, unreported, excused, open, ahead
  checks, gates   lists of name, label, question (what it asks), outcome (met, not_met,
                  not_applicable, not_enough_evidence), score, value, unit, reason, remedy, weight,
                  weeks (indices), posts (rows) and validated (whether it was chosen on real
                  timelines, rather than by face validity)
  conditions      for extend: what is open
  backfilled      posts entered late, of which a log knows nothing: 0
  score_without_backfill, verdict_without_backfill
                  what they would be without late entries
  notes           what was read with a grain of salt
  policy          name, version and content hash

Gates a log cannot speak to are listed as not_enough_evidence and do not hold the verdict back."""


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "score",
        help="score a log of posts, without a database",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("log", metavar="LOG", help="CSV or Excel file")
    command.add_argument(
        "--start", required=True, metavar="DATE", help="first day of the trial, such as 2026-01-05"
    )
    command.add_argument("--today", metavar="DATE", help="score as of this day; today by default")
    command.add_argument("--policy", metavar="FILE", help="policy file; the standard by default")
    command.add_argument("--json", action="store_true", help="print JSON instead of tables")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Score the log and print its scorecards."""
    from pathlib import Path

    from trial.cli import files
    from trial.config import settings_from
    from trial.domain.calendar import day_in
    from trial.domain.policy import parse_policy
    from trial.ingest.headings import read_headings
    from trial.services.clocks import SystemClock
    from trial.services.log_scores import score_log

    settings = settings_from()
    policy_path = Path(arguments.policy or settings.data_folder / "policy" / "readiness.toml")
    policy_text = files.content(policy_path, "Policy").decode("utf-8", "replace")
    policy = parse_policy(policy_text, policy_path.name)
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
    import json

    named = {"name": policy.name, "version": policy.version, "hash": policy.content_hash}
    answer = {
        department: {
            "department": department,
            **card.as_json(),
            "notes": list(scored.notes),
            "policy": named,
        }
        for department, card in scored.scorecards.items()
    }
    print(json.dumps(answer, indent=2, ensure_ascii=False))


def _print_tables(scored: ScoredFile, policy: Policy) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        # A file or a pipe has no width of its own; do not break sentences for its sake.
        console = Console(highlight=False, width=160)
    for department, card in scored.scorecards.items():
        _print_card(console, department, card, policy)
    for note in scored.notes:
        console.print(f"Note: {note}", markup=False)


def _print_card(console: Any, department: str, card: Scorecard, policy: Policy) -> None:
    from rich.table import Table
    from rich.text import Text

    score = "–" if card.score is None else f"{100 * card.score:.1f}"
    console.print(Text(f"\n{department}: {card.verdict.label}", style="bold"))
    console.print(
        f"{score} of 100, ready from {100 * policy.ready_from:g}; "
        f"{100 * card.share_judged:.0f} % of weight judged, "
        f"{100 * card.share_reported:.0f} % of eligible weeks reported. "
        f"{card.margin_sentence}",
        markup=False,
    )
    weeks = Table("week", "start", "state", "live", "slots", title="Weeks", title_justify="left")
    for week in card.weeks:
        weeks.add_row(
            str(week.index + 1),
            week.start.isoformat(),
            week.state.value,
            str(week.count),
            str(week.planned),
        )
    console.print(weeks)
    for title, results in (("Checks", card.checks), ("Gates", card.gates)):
        table = Table(title=title, title_justify="left")
        for heading in (title[:-1].lower(), "outcome", "score", "value", "reason", "next step"):
            table.add_column(heading)
        for result in results:
            table.add_row(*(Text(cell) for cell in _cells(result)))
        console.print(table)


def _cells(result: CheckResult) -> tuple[str, ...]:
    return (
        result.label,
        result.outcome.label,
        "–" if result.score is None else f"{100 * result.score:.0f}",
        "–" if result.value is None else f"{result.value:.2f}".rstrip("0").rstrip("."),
        result.reason,
        result.remedy,
    )
