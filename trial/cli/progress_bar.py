"""The progress bar of whatever may take longer than a second."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def late_bar() -> Iterator[Callable[[int, int], None]]:
    """Open a progress bar on stderr that appears once a run has taken a second.

    Yields
    ------
    callable
        Told how much of how much is done.
    """
    import time

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
