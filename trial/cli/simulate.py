"""``python -m trial simulate``: what the verdicts of a policy are worth."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trial.cli.arguments import whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from trial.cli import Commands
    from trial.domain.policy import Policy
    from trial.domain.results.comparison import Comparison, Difference
    from trial.domain.results.experiments import Characteristics, Experiment, Rate

_DESCRIPTION = """Try a policy on made-up trials whose year after is known, and count how often each
verdict falls and how often it is wrong.

Departments are drawn from the behaviours in data/behaviours.toml and judged by the code that
judges real trials.

  false ready   of those judged ready, those dark within a year: a silence of 13 weeks or more
                began, or the last quarter of a half-year was empty
  false feed    of those told to keep feeding, those that would have lasted: not dark, and active
                in at least 7 of the last 13 weeks of both half-years

± is the Monte-Carlo error, half of a 95 % interval: how far a number would move with another seed.
It says nothing of whether departments behave as the file says.

With --against, a second policy judges the very same trials. They are as long as the longer policy
has them; the other sees their first weeks. Where the two part, it is told which part of the policy
decides: taken over from the second into the first, it alone turns the verdict."""

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
    missed       a rate, of those that would have lasted: those not judged ready
    dark         a rate: dark within a year
    lasted       a rate: would have lasted

and with --against also:

  against       the same object for the second policy
  agree         a rate: trials with the same verdict
  confusion     a list with, for each pair of verdicts, first, second and rate, of all trials
  differences   a list of the pairs in which the two part, the most frequent first:
    first, second  the verdicts
    rate           a rate, of all trials
    behaviours     a list of behaviour (its label) and rate, of these trials
    decisive       a list of parts (length, band, gaps, weights, band_gate, thresholds, middle,
                   evidence) that together turn the verdict, where fewer of them do not; rate, of
                   these trials; and adds, a rate: those that nothing named before it decides
    first_score, second_score  their mean scores, of 1
    pulls          a list of check and points (of 1): by how much it adds more to the second score
    dark, lasted   rates, of these trials
    example        one of these trials: behaviour, counts (posts of each week), reported,
                   its own first_score and second_score, dark, lasted

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
        "--against",
        metavar="FILE|PACK",
        help="a second policy on the same trials: a file, or the name of one in data/policy/packs",
    )
    command.add_argument(
        "--behaviours", metavar="FILE", help="behaviours file; data/behaviours.toml by default"
    )
    command.add_argument(
        "--behaviour", metavar="B", help="draw this behaviour only; the whole mixture by default"
    )
    command.add_argument(
        "--weeks", type=whole(), metavar="N", help="length of a trial; as in the policy by default"
    )
    command.add_argument(
        "--trials", type=whole(), default=20_000, metavar="N", help="trials in all (20000)"
    )
    command.add_argument("--seed", type=whole(), default=1, metavar="S", help="seed (1)")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Simulate, and print what came out."""
    from pathlib import Path

    from trial.cli.progress_bar import late_bar
    from trial.config import settings_from
    from trial.services.policy_packs import policy_in
    from trial.services.simulations import population_of, side_by_side, simulate

    folder = settings_from().data_folder
    policy = policy_in(Path(arguments.policy or folder / "policy" / "readiness.toml"))
    behaviours_file = Path(arguments.behaviours or folder / "behaviours.toml")
    population = population_of(_text(behaviours_file), behaviours_file.name)
    if arguments.against is not None:
        other = _file_or_pack(arguments.against, folder)
        with late_bar() as progress:
            comparison = side_by_side(
                policy,
                other,
                population,
                behaviour=arguments.behaviour,
                weeks=arguments.weeks,
                trials=arguments.trials,
                seed=arguments.seed,
                progress=progress,
            )
        tell = _print_comparison_json if arguments.json else _print_comparison
        tell(comparison)
        return 0
    with late_bar() as progress:
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


def _file_or_pack(name: str, folder: Path) -> Policy:
    from pathlib import Path

    from trial.domain.errors import InvalidInput
    from trial.services import policy_packs

    if Path(name).is_file():
        return policy_packs.policy_in(Path(name))
    known = policy_packs.names(folder)
    if name not in known:
        raise InvalidInput("Against", name, "a policy file, or one of " + ", ".join(known))
    return policy_packs.read(folder, name)


def _text(path: Path) -> str:
    from trial.domain.errors import InvalidInput

    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        accepted = f"a file that can be read ({error.strerror})"
        raise InvalidInput("Behaviours", str(path), accepted) from error


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
        "missed": _rate(found.missed),
        "dark": _rate(found.dark),
        "lasted": _rate(found.lasted),
    }


def _answer(experiment: Experiment) -> dict[str, Any]:
    policy = experiment.policy
    return {
        "policy": {"name": policy.name, "version": policy.version, "hash": policy.content_hash},
        "population": {"name": experiment.population, "version": experiment.population_version},
        "weeks": experiment.weeks,
        "trials": experiment.trials,
        "seed": experiment.seed,
        "behaviours": [_row(found) for found in experiment.behaviours],
        "overall": _row(experiment.overall),
    }


def _print_json(experiment: Experiment) -> None:
    import json

    print(json.dumps(_answer(experiment), indent=2, ensure_ascii=False))


def _print_comparison_json(comparison: Comparison) -> None:
    import json

    answer = {
        **_answer(comparison.first),
        "against": _answer(comparison.second),
        "agree": _rate(comparison.agree),
        "confusion": [
            {"first": first.value, "second": second.value, "rate": _rate(rate)}
            for (first, second), rate in comparison.confusion.items()
        ],
        "differences": [_difference(found) for found in comparison.differences],
    }
    print(json.dumps(answer, indent=2, ensure_ascii=False))


def _difference(found: Difference) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "first": found.first.value,
        "second": found.second.value,
        "rate": _rate(found.rate),
        "behaviours": [
            {"behaviour": label, "rate": _rate(rate)} for label, rate in found.behaviours
        ],
        "decisive": [
            {
                "parts": [part.value for part in one.parts],
                "rate": _rate(one.rate),
                "adds": _rate(one.adds),
            }
            for one in found.decisive
        ],
        "first_score": found.first_score,
        "second_score": found.second_score,
        "pulls": [{"check": check.value, "points": points} for check, points in found.pulls],
        "dark": _rate(found.dark),
        "lasted": _rate(found.lasted),
        "example": asdict(found.example),
    }


def _print_table(experiment: Experiment) -> None:
    from rich.console import Console

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
    _print_rows(
        console,
        [("All of them" if row is experiment.overall else row.label, row) for row in rows],
        "Behaviour",
    )


def _print_rows(
    console: Console, rows: Sequence[tuple[str, Characteristics]], heading_of_rows: str
) -> None:
    from rich.table import Table
    from rich.text import Text

    from trial.domain.verdict import Verdict

    # Two tables, because side by side they are wider than a usual terminal.
    verdicts = Table(heading_of_rows, title="\nVerdicts", box=None, title_justify="left")
    later = Table(heading_of_rows, title="\nA year later", box=None, title_justify="left")
    for table, headings in (
        (verdicts, ("Trials", "Ready", "Extend", "Feed")),
        (later, ("False ready", "False feed", "Dark", "Lasted")),
    ):
        for heading in headings:
            table.add_column(heading, justify="right", no_wrap=True)
    for name, found in rows:
        # Text, because names of policies are other people's words and not markup.
        label = Text(name)
        fell = (found.verdicts[v] for v in (Verdict.READY, Verdict.EXTEND, Verdict.KEEP_FEEDING))
        verdicts.add_row(label, str(found.trials), *map(_percent, fell))
        became = (found.false_ready, found.false_feed, found.dark, found.lasted)
        later.add_row(label, *map(_percent, became))
    console.print(verdicts)
    console.print(later)


def _print_comparison(comparison: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table

    from trial.domain.verdict import Verdict
    from trial.reports.simulation_text import difference_lines, example_line, verdict_word

    console = Console(highlight=False)
    first, second = comparison.first, comparison.second
    name, other = first.policy.name, second.policy.name
    console.print(
        f"The same {first.trials} made-up trials under {name} ({first.weeks} weeks) and {other} "
        f"({second.weeks} weeks); seed {first.seed}.\n"
        f"Both say the same of {_percent(comparison.agree)} in 100. Per cent, ± Monte-Carlo error.",
        markup=False,
        soft_wrap=True,
    )
    _print_rows(console, [(one.policy.name, one.overall) for one in (first, second)], "Policy")
    crossed = Table(title="\nVerdicts of both", box=None, title_justify="left")
    crossed.add_column(f"{name} ↓  {other} →".replace("[", r"\["))
    shown = [
        verdict
        for verdict in Verdict
        if any(rate.count for pair, rate in comparison.confusion.items() if verdict in pair)
    ]
    for verdict in shown:
        crossed.add_column(verdict_word(verdict), justify="right", no_wrap=True)
    for verdict in shown:
        cells = (_percent(comparison.confusion[verdict, column]) for column in shown)
        crossed.add_row(verdict_word(verdict), *cells)
    console.print(crossed)
    for found in comparison.differences:
        lines = [*difference_lines(found, name, other), example_line(found, name, other)]
        console.print("\n" + "\n".join(lines), markup=False, soft_wrap=True)


def _percent(rate: Rate) -> str:
    if rate.share is None or rate.error is None:
        return "–"
    return f"{100 * rate.share:.1f} ± {100 * rate.error:.1f}"
