"""``python -m trial import-timelines``: the posting history of existing accounts as trials."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trial.cli.arguments import decimal, whole
from trial.domain.counts import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from trial.cli import Commands
    from trial.services.timelines import JudgedStretch, Progress

_DESCRIPTION = """Take the post dates of existing accounts as finished trials, so that board and
scorecards run on accounts nobody made up.

POSTS is a CSV file or an Excel workbook with a row a post: source (where the account is from),
account and date; or a row a day with the number of posts in n. ACCOUNTS says from when to when
each account was watched, as for "python -m trial validate".

Each account becomes a department "source · account" with a trial from the first full week after
its first post. Accounts that are there already are passed over, so an interrupted run is simply
repeated. A timeline says nothing of plans, reviews or gates; what rests on them is left open."""


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "import-timelines",
        help="take the post dates of existing accounts as finished trials",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("posts", metavar="POSTS", nargs="?", help="source, account, date, n")
    command.add_argument("--accounts", metavar="ACCOUNTS", help="how long each was watched")
    command.add_argument("--weeks", type=whole(), default=13, help="length of a trial (13)")
    command.add_argument(
        "--min-rate", type=decimal, default=1.0, metavar="N", help="least posts a week (1)"
    )
    command.add_argument(
        "--max-rate", type=decimal, default=10.0, metavar="N", help="most posts a week (10)"
    )
    command.add_argument(
        "--every",
        type=whole(),
        metavar="WEEKS",
        help="further trials of an account, this far apart",
    )
    command.add_argument(
        "--at-most",
        type=whole(),
        default=4,
        metavar="N",
        help="trials an account, with --every (4)",
    )
    command.add_argument(
        "--limit", type=whole(), metavar="N", help="accounts, the first in the file"
    )
    command.add_argument("--report", metavar="FILE", help="write verdicts and weeks as CSV")
    command.add_argument(
        "--undo", action="store_true", help="take all imported timelines out again"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import, judge, and print the verdicts."""
    from pathlib import Path

    from rich.console import Console

    from trial.bootstrap import ready_backend
    from trial.cli import files
    from trial.domain.errors import InvalidInput
    from trial.ingest.histories import read_histories
    from trial.services import organisation, timelines
    from trial.services.access import OPERATOR
    from trial.services.timelines import Choice

    console = Console(highlight=False)
    if not console.is_terminal:
        # A file or a pipe has no width of its own; rows stay whole.
        console = Console(highlight=False, width=160)
    backend = ready_backend()
    if arguments.undo:
        removed, staying = timelines.undo_timelines(OPERATOR, backend)
        were = count_of(removed, "trial from timelines was", "trials from timelines were")
        console.print(f"{were} taken out.", markup=False)
        if staying:
            listed = ", ".join(staying)
            console.print(f"Decided on, and therefore kept: {listed}.", markup=False)
        return 0
    if arguments.posts is None:
        raise InvalidInput("POSTS", None, "a file of post dates, or --undo")
    choice = Choice(
        weeks=arguments.weeks,
        min_rate=arguments.min_rate,
        max_rate=arguments.max_rate,
        every_weeks=arguments.every,
        at_most=arguments.at_most,
        limit=arguments.limit,
    )
    home = organisation.state(backend)
    if home is None:
        raise organisation.NotSetUp
    posts, accounts = files.histories(arguments.posts, arguments.accounts)
    histories = read_histories(posts, accounts, today=backend.today(home.time_zone))
    chosen = timelines.choose(histories.accounts, choice, week_starts_on=home.week_starts_on)
    with _progress(console) as progress:
        done = timelines.import_timelines(
            OPERATOR,
            backend,
            stretches=chosen.stretches,
            file_name=posts.name,
            progress=progress,
        )
    judged = timelines.judge_timelines(OPERATOR, backend, stretches=chosen.stretches)
    _print_verdicts(console, judged)
    console.print(
        f"{count_of(done.added, 'trial')} added with {count_of(done.posts, 'post')}; "
        f"{count_of(done.present, 'was', 'were')} there already."
    )
    for reason, number in sorted(chosen.left_out.items(), key=lambda entry: -entry[1]):
        console.print(f"Left out: {count_of(number, 'account')} {reason}.", markup=False)
    for note in histories.notes:
        console.print(f"Note: {note}", markup=False)
    if arguments.report:
        files.write(Path(arguments.report), _verdicts_csv(judged), "--report")
        console.print(f"Written to {arguments.report}.", markup=False)
    return 0


def _progress(console: Any) -> AbstractContextManager[Progress]:
    from contextlib import contextmanager

    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    @contextmanager
    def shown() -> Iterator[Progress]:
        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
        )
        with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("", total=None)

            def tell(done: int, total: int, name: str) -> None:
                bar.update(task, completed=done, total=total, description=name)

            yield tell

    return shown()


def _print_verdicts(console: Any, judged: Sequence[JudgedStretch]) -> None:
    from collections import Counter

    from rich.table import Table
    from rich.text import Text

    from trial.domain.verdict import Verdict

    table = Table(box=None, pad_edge=False)
    table.add_column("Account", max_width=44, no_wrap=True, overflow="ellipsis")
    for heading in ("Start", "Posts a week", "In band", "Score"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    for each in sorted(judged, key=lambda each: -(each.score if each.score is not None else -1)):
        stretch = each.stretch
        table.add_row(
            Text(stretch.account.department),
            stretch.window.start.isoformat(),
            " ".join(str(count) for count in stretch.counts),
            f"{each.weeks_in_band} of {stretch.window.weeks}",
            "–" if each.score is None else f"{each.score:.2f}",
            each.verdict.label,
        )
    if judged:
        console.print(table)
    counts = Counter(each.verdict for each in judged)
    for verdict in Verdict:
        if counts[verdict]:
            console.print(f"{counts[verdict]:>5} {verdict.label}")


_COLUMNS = (
    "source",
    "account",
    "kind",
    "start",
    "weeks",
    "rate",
    "in_band",
    "band_kept",
    "verdict",
    "score",
    "share_judged",
)


def _verdicts_csv(judged: Sequence[JudgedStretch]) -> str:
    import csv
    from io import StringIO

    from trial.domain.verdict import CheckName

    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow((*_COLUMNS, *CheckName, "counts"))
    for each in judged:
        stretch, account = each.stretch, each.stretch.account
        told: tuple[object, ...] = (
            _cell(account.source),
            _cell(account.name),
            _cell(account.kind),
            stretch.window.start.isoformat(),
            stretch.window.weeks,
            f"{stretch.rate:.2f}",
            each.weeks_in_band,
            int(each.band_kept),
            each.verdict.value,
            _number(each.score),
            _number(each.share_judged),
        )
        checks = (_number(each.checks.get(name)) for name in CheckName)
        counts = " ".join(str(count) for count in stretch.counts)
        writer.writerow((*told, *checks, counts))
    return file.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _cell(text: str) -> str:
    # A spreadsheet would take these for formulas.
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
