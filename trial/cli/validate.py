"""``python -m trial validate``: what verdicts were worth on the histories of real accounts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from trial.cli.arguments import decimal, whole

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from trial.domain.results.validation import GroupFindings, ValidatedFiles


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    command.add_argument("posts", metavar="POSTS", help="account, date and, where it counts, n")
    command.add_argument(
        "accounts", metavar="ACCOUNTS", nargs="?", help="account, obs_start and obs_end"
    )
    command.add_argument(
        "--until", metavar="DATE", help="without ACCOUNTS: the last day the accounts were watched"
    )
    command.add_argument("--policy", metavar="FILE", help="policy file; the standard by default")
    command.add_argument(
        "--min-rate", type=decimal, default=1.0, metavar="N", help="least posts a week (1)"
    )
    command.add_argument(
        "--max-rate", type=decimal, default=10.0, metavar="N", help="most posts a week (10)"
    )
    command.add_argument(
        "--resamples", type=whole(), default=2_000, metavar="N", help="behind each interval (2000)"
    )
    command.add_argument("--seed", type=whole(), default=1, metavar="S", help="seed (1)")
    command.add_argument("--report", metavar="FILE.html", help="write the findings as a page")
    command.add_argument("--json", action="store_true", help="print JSON instead of tables")


def run(arguments: argparse.Namespace) -> int:
    """Validate, and print what came out."""
    from pathlib import Path

    from trial.cli import files
    from trial.cli.terminal import late_bar
    from trial.config import settings_from
    from trial.domain.calendar import day_in
    from trial.domain.errors import InvalidInput
    from trial.domain.results.validation import WindowFilter
    from trial.ingest.headings import read_headings
    from trial.reports.validation_report import as_html
    from trial.services.clocks import SystemClock
    from trial.services.forecasts import forecast_prior_in
    from trial.services.policy_packs import policy_in
    from trial.services.validation import validate_files

    report = None if arguments.report is None else Path(arguments.report)
    if report is not None and report.suffix.casefold() not in (".html", ".htm"):
        accepted = "a name that ends in .html; --json prints the findings as JSON"
        raise InvalidInput("--report", arguments.report, accepted)
    settings = settings_from()
    policy = policy_in(Path(arguments.policy or settings.data_folder / "policy" / "readiness.toml"))
    posts, accounts = files.histories(arguments.posts, arguments.accounts)
    with late_bar() as progress:
        found = validate_files(
            posts,
            accounts,
            policy,
            today=settings.today or SystemClock().now().astimezone().date(),
            until=None if arguments.until is None else day_in("--until", arguments.until),
            choice=WindowFilter(arguments.min_rate, arguments.max_rate),
            headings=read_headings(settings.data_folder),
            seed=arguments.seed,
            resamples=arguments.resamples,
            prior=forecast_prior_in(settings.data_folder),
            progress=progress,
        )
    if report is not None:
        files.write(report, as_html(found), "--report")
    show = _print_json if arguments.json else _print_tables
    show(found)
    return 0


def _print_json(found: ValidatedFiles) -> None:
    from trial.cli.terminal import print_json
    from trial.reports.validation_report import as_json

    print_json(as_json(found))


def _print_tables(found: ValidatedFiles) -> None:
    from trial.cli.terminal import wide_console
    from trial.reports import validation_text as words

    console = wide_console()
    validation = found.validation
    for sentence in (words.headline(found), words.subline(found)):
        console.print(sentence, markup=False)
    _print_part(console, validation.whole)
    for sentence in (
        words.ranking_sentence(validation.whole),
        words.halfway_sentence(found),
    ):
        if sentence:
            console.print(f"\n{sentence}", markup=False, soft_wrap=True)
    if validation.groups:
        rows = words.source_rows(found)
        console.print(_table("\nBy source", words.SOURCE_HEADINGS, rows))
    for part in validation.groups:
        title = f"\n{part.label}: trials {part.trials}, accounts {part.accounts}"
        console.print(title, markup=False, style="bold")
        _print_part(console, part)
    console.print()
    for note in found.notes:
        console.print(f"Note: {note}", markup=False)


def _print_part(console: Console, part: GroupFindings) -> None:
    from trial.reports import validation_text as words

    for title, headings, rows in (
        ("", words.DECISION_HEADINGS, words.decision_rows(part)),
        ("\nAUC", words.RANKING_HEADINGS, words.ranking_rows(part)),
        ("\nThe score's AUC minus the other's", words.RANKING_HEADINGS, words.ahead_rows(part)),
        (f"\n{words.CALIBRATION}", words.TENTH_HEADINGS, words.decile_rows(part)),
    ):
        console.print(_table(title, headings, rows))
    if sentence := words.calibration_sentence(part):
        console.print(f"\n{sentence}", markup=False, soft_wrap=True)


def _table(title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    from trial.cli.terminal import table

    return table(title, headings, rows, box=None, pad_edge=False)
