"""The terminal: tables and JSON, a bar for what takes long, and a yes asked for.

The libraries that draw are imported where they draw: JSON needs none of them.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from trial.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import Console
    from rich.table import Column, Table


def print_json(answer: Any) -> None:
    """Print JSON values, letters as they are."""
    print(json.dumps(answer, indent=2, ensure_ascii=False))


def wide_console() -> Console:
    """Return where to print sentences and tables whose rows stay whole."""
    from rich.console import Console

    console = Console(highlight=False)
    # A file or a pipe has no width of its own; do not break sentences for its sake.
    return console if console.is_terminal else Console(highlight=False, width=160)


def table(
    title: str, headings: Iterable[str | Column], rows: Iterable[Iterable[str]], **style: Any
) -> Table:
    """Return a table of cells that are other people's words, and no markup."""
    from rich.table import Table
    from rich.text import Text

    made = Table(*headings, title=title or None, title_justify="left", **style)
    for row in rows:
        made.add_row(*map(Text, row))
    return made


@contextmanager
def late_bar() -> Iterator[Callable[[int, int], None]]:
    """Open a progress bar on stderr that appears once a run has taken a second.

    Yields
    ------
    callable
        Told how much of how much is done.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("", total=None)
    begin = time.monotonic()
    with ExitStack() as stack:

        def tell(done: int, total: int) -> None:
            late = time.monotonic() - begin > 1
            if late and console.is_terminal and not bar.live.is_started:
                stack.enter_context(bar)
            bar.update(task, completed=done, total=total)

        yield tell


def confirmed(question: str) -> bool:
    """Return whether the person at the terminal says yes; anything else is a no.

    Raises
    ------
    InvalidInput
        Where there is no terminal, and so nobody to ask.
    """
    if not sys.stdin.isatty():
        raise InvalidInput("Confirmation", None, "--yes where nobody can be asked")
    return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes", "j", "ja")
