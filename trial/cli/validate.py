"""``python -m trial validate``: what verdicts were worth on the histories of real accounts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trial.cli.arguments import decimal, whole

if TYPE_CHECKING:
    from trial.cli import Commands
    from trial.domain.results.validation import GroupFindings, ValidatedFiles

_DESCRIPTION = """Judge the posting history of existing accounts as if it had been trials, and
look at what became of them. Nothing is stored.

POSTS is a CSV file or an Excel workbook with a row a post: account and date; or a row a day with
the number of posts in n (or count); and source, where accounts come from several places.

ACCOUNTS says from when to when each account was watched: account, obs_start, obs_end, and source
where POSTS has it; where known also left_truncated (1 where the account was there before),
granularity (day or week), and cluster (the same for accounts run by the same people).
Without it each account is taken to have been watched from its first post to --until, or to the
last day in the file. Headings may be English or German words for these, see data/headings.toml.

A trial is 13 weeks of an account: its first, and 13 more every 26 weeks, at most four an account.

  A26, A52   active in at least 7 of the 13 weeks that begin 26 and 52 weeks after the trial does
  R26, R52   in these weeks at least half of the trial's posts

AUC is the chance that of two trials, one that held out and one that did not, the first has the
higher number: .5 is a coin. Intervals are 95 %, those of the AUC from drawing clusters anew."""

_EPILOG = """With --json the answer is an object:

  files               names of the files
  policy              name, version and content hash
  min_rate, max_rate  posts a week of the trials that count
  seed, resamples     the same seed gives the same answer
  left_out            accounts without a trial, by reason
  forecast            what the forecast after week was worth, of at least low posts in need of
                      weeks: kept, a rate; brier, its Brier score; brier_share, that of the share
                      of such weeks so far; gain, an estimate of the second minus the first; null
                      where the policy asks for more posts a week than data/forecast.toml knows of
  notes               sentences about the files and what they leave open
  all                 a part: all trials
  by_day              a part: accounts whose posts have days; null where that is all or none
  sources             a list of parts; empty where there is only one source

A part is an object with

  key, label                  which part; a source's key is its name
  accounts, clusters, trials  how many
  outcomes    for A26, A52, R26 and R52:
    held      a rate: those that held out, of those watched long enough
    auc       an estimate each for score, mean_rate, active_share (of weeks) and equal_weight_4
              (active weeks, longest empty run, last four weeks against the first four, variation)
    ahead     an estimate each for all but the score: the score's AUC minus this one's
  verdicts    a list of verdict, trials with it, and held: a rate for each outcome
  tenths      a list of low and high (of the score), trials, mean_score and held
  brier       for A26 and A52: score, the Brier score of the score read as a chance, and share,
              that of telling every account the share that held out

A rate is an object with count, of, share, and low and high of its interval; the last three are
null where of is 0. An estimate is an object with value, low and high; it is null where all trials
came to the same or there are none, and low and high are null where clusters are too few to say."""


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "validate",
        help="what verdicts were worth on the histories of real accounts",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Validate, and print what came out."""
    from pathlib import Path

    from trial.cli import files
    from trial.cli.progress_bar import late_bar
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
    import json

    from trial.reports.validation_report import as_json

    print(json.dumps(as_json(found), indent=2, ensure_ascii=False))


def _print_tables(found: ValidatedFiles) -> None:
    from rich.console import Console

    from trial.reports import validation_text as words

    console = Console(highlight=False)
    if not console.is_terminal:
        # A file or a pipe has no width of its own; rows stay whole.
        console = Console(highlight=False, width=160)
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


def _print_part(console: Any, part: GroupFindings) -> None:
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


def _table(title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, box=None, title_justify="left", pad_edge=False)
    for heading in headings:
        table.add_column(heading)
    for row in rows:
        table.add_row(*map(Text, row))
    return table
