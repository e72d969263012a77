"""``python -m trial simulate``: what the verdicts of a policy are worth."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from trial.cli import Commands
    from trial.services.simulations import Characteristics, Experiment, Progress, Rate

_DESCRIPTION = """Try a policy on made-up trials whose year after is known, and count how often each
verdict falls and how often it is wrong.

Departments are drawn from the behaviours in data/behaviours.toml and judged by the code that
judges real trials.

  false ready   of those judged ready, those dark within a year: a silence of 13 weeks or more
                began, or the last quarter of a half-year was empty
  false feed    of those told to keep feeding, those that would have lasted: not dark, and active
                in at least 7 of the last 13 weeks of both half-years

± is the Monte-Carlo error, half of a 95 % interval: how far a number would move with another seed.
It says nothing of whether departments behave as the file says."""

_EPILOG = """With --json the answer is an object:

  policy        name, version and content hash
  population    name and version
  weeks         length of a trial
  trials, seed  trials in all and the seed; the same seed gives the same answer
  behaviours    a list of what follows, for each behaviour
  overall       the same, over all trials:
    behaviour    key of the behaviour; population for all
    label        its name
    trials       trials of this behaviour
    verdicts     a rate each for ready, extend, keep_feeding and not_enough_evidence
    false_ready  a rate, of those judged ready
    false_feed   a rate, of those told to keep feeding
    dark         a rate: dark within a year
    lasted       a rate: would have lasted

A rate is an object with count, of, share and error; share and error are null where of is 0."""


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "simulate",
        help="how often a policy's verdicts are wrong, on made-up trials",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--policy", metavar="FILE", help="policy file; the standard by default")
    command.add_argument(
        "--behaviours", metavar="FILE", help="behaviours file; data/behaviours.toml by default"
    )
    command.add_argument(
        "--behaviour", metavar="B", help="draw this behaviour only; the whole mixture by default"
    )
    command.add_argument(
        "--weeks", type=int, metavar="N", help="length of a trial; as in the policy by default"
    )
    command.add_argument(
        "--trials", type=int, default=20_000, metavar="N", help="trials in all (20000)"
    )
    command.add_argument("--seed", type=int, default=1, metavar="S", help="seed (1)")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Simulate, and print what came out."""
    from pathlib import Path

    from trial.config import settings_from
    from trial.domain.policy import parse_policy
    from trial.services.simulations import parse_population, simulate

    folder = settings_from().data_folder
    policy_file = Path(arguments.policy or folder / "policy" / "readiness.toml")
    behaviours_file = Path(arguments.behaviours or folder / "behaviours.toml")
    policy = parse_policy(_text(policy_file, "Policy"), policy_file.name)
    population = parse_population(_text(behaviours_file, "Behaviours"), behaviours_file.name)
    with _bar() as progress:
        experiment = simulate(
            policy,
            population,
            behaviour=arguments.behaviour,
            weeks=arguments.weeks,
            trials=arguments.trials,
            seed=arguments.seed,
            progress=progress,
        )
    show = _print_json if arguments.json else _print_table
    show(experiment)
    return 0


def _text(path: Path, field: str) -> str:
    from trial.domain.errors import InvalidInput

    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise InvalidInput(
            field, str(path), f"a file that can be read ({error.strerror})"
        ) from error


def _bar() -> AbstractContextManager[Progress]:
    """Return a progress bar on stderr that appears once a run has taken a second."""
    import time
    from contextlib import ExitStack, contextmanager

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    @contextmanager
    def shown() -> Iterator[Progress]:
        console = Console(stderr=True)
        bar = Bar(
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

    return shown()


def _rate(rate: Rate) -> dict[str, Any]:
    return {"count": rate.count, "of": rate.of, "share": rate.share, "error": rate.error}


def _row(found: Characteristics) -> dict[str, Any]:
    return {
        "behaviour": found.key,
        "label": found.label,
        "trials": found.trials,
        "verdicts": {verdict.value: _rate(rate) for verdict, rate in found.verdicts.items()},
        "false_ready": _rate(found.false_ready),
        "false_feed": _rate(found.false_feed),
        "dark": _rate(found.dark),
        "lasted": _rate(found.lasted),
    }


def _print_json(experiment: Experiment) -> None:
    import json

    policy, population = experiment.policy, experiment.population
    answer = {
        "policy": {"name": policy.name, "version": policy.version, "hash": policy.content_hash},
        "population": {"name": population.name, "version": population.version},
        "weeks": experiment.weeks,
        "trials": experiment.trials,
        "seed": experiment.seed,
        "behaviours": [_row(found) for found in experiment.behaviours],
        "overall": _row(experiment.overall),
    }
    print(json.dumps(answer, indent=2, ensure_ascii=False))


def _print_table(experiment: Experiment) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from trial.domain.verdict import Verdict

    console = Console(highlight=False)
    policy = experiment.policy
    console.print(
        f"{experiment.trials} made-up trials of {experiment.weeks} weeks under {policy.name}, "
        f"version {policy.version}; seed {experiment.seed}.\n"
        "Per cent, ± Monte-Carlo error.",
        markup=False,
        soft_wrap=True,
    )
    rows = experiment.behaviours
    if len(rows) > 1:
        rows = (*rows, experiment.overall)
    # Two tables, because side by side they are wider than a usual terminal.
    verdicts = Table("Behaviour", title="\nVerdicts", box=None, title_justify="left")
    later = Table("Behaviour", title="\nA year later", box=None, title_justify="left")
    for table, headings in (
        (verdicts, ("Trials", "Ready", "Extend", "Feed")),
        (later, ("False ready", "False feed", "Dark", "Lasted")),
    ):
        for heading in headings:
            table.add_column(heading, justify="right", no_wrap=True)
    for found in rows:
        label = Text("All of them" if found is experiment.overall else found.label)
        fell = (found.verdicts[v] for v in (Verdict.READY, Verdict.EXTEND, Verdict.KEEP_FEEDING))
        verdicts.add_row(label, str(found.trials), *map(_percent, fell))
        became = (found.false_ready, found.false_feed, found.dark, found.lasted)
        later.add_row(label, *map(_percent, became))
    console.print(verdicts)
    console.print(later)


def _percent(rate: Rate) -> str:
    if rate.share is None or rate.error is None:
        return "–"
    return f"{100 * rate.share:.1f} ± {100 * rate.error:.1f}"
