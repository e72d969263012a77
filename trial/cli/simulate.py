"""``python -m trial simulate``: what the verdicts of a policy are worth."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Column

from trial.cli import files
from trial.cli.terminal import late_bar, print_json, table
from trial.config import settings_from
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.results.answers import answer_of
from trial.domain.results.comparison import Comparison
from trial.domain.results.experiments import Characteristics, Experiment, Rate
from trial.domain.verdict import Verdict
from trial.reports.simulation_text import difference_lines, example_line, percent, verdict_word
from trial.services import policy_packs
from trial.services.simulations import population_of, side_by_side, simulate


def run(arguments: argparse.Namespace) -> int:
    """Simulate, and print what came out."""
    folder = settings_from().data_folder
    policy = policy_packs.policy_in(Path(arguments.policy or folder / "policy" / "readiness.toml"))
    behaviours_file = Path(arguments.behaviours or folder / "behaviours.toml")
    content = files.content(behaviours_file, "Behaviours")
    population = population_of(content.decode("utf-8", "replace"), behaviours_file.name)
    drawn = {name: getattr(arguments, name) for name in ("behaviour", "weeks", "trials", "seed")}
    other = None if arguments.against is None else _file_or_pack(arguments.against, folder)
    found: Experiment | Comparison
    with late_bar() as progress:
        if other is None:
            found = simulate(policy, population, **drawn, progress=progress)
        else:
            found = side_by_side(policy, other, population, **drawn, progress=progress)
    if arguments.json:
        print_json(answer_of(found))
    elif isinstance(found, Comparison):
        _print_comparison(found)
    else:
        _print_table(found)
    return 0


def _file_or_pack(name: str, folder: Path) -> Policy:
    if Path(name).is_file():
        return policy_packs.policy_in(Path(name))
    known = policy_packs.names(folder)
    if name not in known:
        raise InvalidInput("Against", name, "a policy file, or one of " + ", ".join(known))
    return policy_packs.read(folder, name)


def _print_table(experiment: Experiment) -> None:
    console = Console(highlight=False)
    policy = experiment.policy
    console.print(
        f"{experiment.trials} made-up trials of {experiment.weeks} weeks under {policy.name}, "
        f"version {policy.version}; seed {experiment.seed}.\n"
        "Per cent, with the 95 % interval over other made-up trials.",
        markup=False,
        soft_wrap=True,
    )
    rows = experiment.behaviours
    if len(rows) > 1:
        rows = (*rows, experiment.overall)
    _print_rows(
        console,
        [("All of them" if row is experiment.overall else row.label, row) for row in rows],
        "Behaviour",
    )


def _print_rows(
    console: Console, rows: Sequence[tuple[str, Characteristics]], heading_of_rows: str
) -> None:
    verdicts, later = [], []
    for name, found in rows:
        fell = (found.verdicts[v] for v in (Verdict.READY, Verdict.EXTEND, Verdict.KEEP_FEEDING))
        verdicts.append((name, f"{found.trials}", *map(_percent, fell)))
        became = (found.false_ready, found.false_feed, found.dark, found.lasted)
        later.append((name, *map(_percent, became)))
    # Two tables, because side by side they are wider than a usual terminal.
    for title, headings, cells in (
        ("\nVerdicts", ("Trials", "Ready", "Extend", "Feed"), verdicts),
        ("\nA year later", ("False ready", "False feed", "Dark", "Lasted"), later),
    ):
        numbers = (Column(heading, justify="right", no_wrap=True) for heading in headings)
        console.print(table(title, (heading_of_rows, *numbers), cells, box=None))


def _print_comparison(comparison: Comparison) -> None:
    console = Console(highlight=False)
    first, second = comparison.first, comparison.second
    name, other = first.policy.name, second.policy.name
    console.print(
        f"The same {first.trials} made-up trials under {name} ({first.weeks} weeks) and {other} "
        f"({second.weeks} weeks); seed {first.seed}.\n"
        f"Both say the same of {_percent(comparison.agree)} in 100. Per cent, with the 95 % "
        "interval over other made-up trials.",
        markup=False,
        soft_wrap=True,
    )
    _print_rows(console, [(one.policy.name, one.overall) for one in (first, second)], "Policy")
    shown = [
        verdict
        for verdict in Verdict
        if any(rate.count for pair, rate in comparison.confusion.items() if verdict in pair)
    ]
    columns = (Column(verdict_word(one), justify="right", no_wrap=True) for one in shown)
    crossed = [
        (verdict_word(one), *(_percent(comparison.confusion[one, column]) for column in shown))
        for one in shown
    ]
    corner = f"{name} ↓  {other} →".replace("[", r"\[")
    console.print(table("\nVerdicts of both", (corner, *columns), crossed, box=None))
    for found in comparison.differences:
        lines = [*difference_lines(found, name, other), example_line(found, name, other)]
        console.print("\n" + "\n".join(lines), markup=False, soft_wrap=True)


def _percent(rate: Rate) -> str:
    return percent(rate).replace(" %", "")
