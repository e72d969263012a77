"""``python -m trial validate``: what verdicts were worth on the histories of real accounts."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from trial.cli import files
from trial.cli.terminal import late_bar, print_json, table, wide_console
from trial.config import settings_from
from trial.domain.calendar import day_in
from trial.domain.errors import InvalidInput
from trial.domain.results.validation import GroupFindings, ValidatedFiles, WindowFilter
from trial.ingest.headings import read_headings
from trial.ingest.histories import HistoryFile
from trial.reports import validation_text as words
from trial.reports.validation_report import as_html, as_json
from trial.services.clocks import SystemClock
from trial.services.forecasts import forecast_prior_in
from trial.services.policy_packs import policy_in
from trial.services.validation import validate_files


def run(arguments: argparse.Namespace) -> int:
    """Validate, and print what came out."""
    report = None if arguments.report is None else Path(arguments.report)
    if report is not None and report.suffix.casefold() not in (".html", ".htm"):
        accepted = "a name that ends in .html; --json prints the findings as JSON"
        raise InvalidInput("--report", arguments.report, accepted)
    settings = settings_from()
    policy = policy_in(Path(arguments.policy or settings.data_folder / "policy" / "readiness.toml"))
    watched = None if arguments.accounts is None else _file(arguments.accounts, "ACCOUNTS")
    with late_bar() as progress:
        found = validate_files(
            _file(arguments.posts, "POSTS"),
            watched,
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
    if arguments.json:
        print_json(as_json(found))
    else:
        _print_tables(found)
    return 0


def _file(name: str, field: str) -> HistoryFile:
    path = Path(name)
    return HistoryFile(path.name, files.content(path, field))


def _print_tables(found: ValidatedFiles) -> None:
    console = wide_console()
    validation = found.validation
    for sentence in (words.headline(found), words.subline(found)):
        console.print(sentence, markup=False)
    _print_part(console, validation.whole)
    if sentence := words.halfway_sentence(found):
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
    return table(title, headings, rows, box=None, pad_edge=False)
