"""What a policy's verdicts are worth, answered while a slider is dragged.

The made-up trials are drawn once a process for each length of a trial and kept; another setting
only weighs them anew. They are the trials that ``python -m trial simulate`` draws, so that a policy
downloaded here and tried there gets the same numbers. Nothing is written: a policy that comes out
of this is a file somebody may download, read and put in the policy folder, or not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any

from cachetools import TTLCache, cached

from trial.domain import fields
from trial.domain.cadence import Band
from trial.domain.calendar import spoken_day
from trial.domain.documents import Note
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy, policy_entries
from trial.domain.results.comparison import Comparison
from trial.domain.results.experiments import Experiment
from trial.domain.results.thresholds import Costs, Curve, OptimalThresholds, Point
from trial.domain.roles import Permission
from trial.domain.verdict import CheckName
from trial.scoring.verdict import Judgement, decide
from trial.services import access, organisation, policies, policy_packs
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.simulations import POPULATION_FILE
from trial.simulation.behaviours import Population, parse_population
from trial.simulation.comparison import Side, compare
from trial.simulation.experiments import weeks_of_policy
from trial.simulation.thresholds import ThresholdCurve
from trial.simulation.trial_sample import TrialSample
from trial.store import policies as store_policies

SEED = 1
"""The seed of the made-up trials, the one that the command line takes by default."""

TRIALS = 8_192
"""So many that a share of all of them is known to about a point, and so few that a slider is
answered at once. They are the first of those the command line draws by default."""

_LONGEST_WHY = 2_000
MAX_MONTHS = 6
"""Longest trial that can be set here, but for a policy that has it longer."""

_SHARES = 1000
"""Weights are set in thousandths, so that they can be read, and sum to 1."""

_LENGTHS = 4
"""Lengths of a trial kept at hand, at up to 15 megabytes each; another is drawn in a moment."""

_SETTINGS = 8
"""Settings whose judgement is kept: several people may move sliders at once."""

_MEASURED_LOW = range(1, 8)


@dataclass(frozen=True, slots=True)
class KnownPolicy:
    """A policy that can be looked at.

    Parameters
    ----------
    key : str
        ``readiness.toml``, ``packs/strict``, or ``frozen/3``.
    policy : Policy
    is_pack : bool
        Whether no trial can be started with it as it lies there.
    trials : int
        Running trials that were frozen with it; 0 for a policy that lies in a file.
    """

    key: str
    policy: Policy
    is_pack: bool = False
    trials: int = 0


@dataclass(frozen=True, slots=True)
class SliderValues:
    """What of a policy can be moved, in the whole steps of a slider.

    Parameters
    ----------
    months : int
        Length of a trial in calendar months.
    band : Band
    gap_days : tuple of int
        The longest gap that scores 1, and the one from which it scores 0.
    weights : tuple of int
        Points of each check, in the order of `CheckName`, before all are brought to sum to 1.
    lines : tuple of int
        Points of 100: below the first a trial keeps feeding, from the second it is ready.
    middle_open : bool
    evidence_floor : int
        Per cent of the weight.
    band_weeks : int
        Weeks to be kept of the policy's own `band_of`.
    """

    months: int
    band: Band
    gap_days: tuple[int, int]
    weights: tuple[int, ...]
    lines: tuple[int, int]
    middle_open: bool
    evidence_floor: int
    band_weeks: int

    @classmethod
    def of(cls, policy: Policy) -> SliderValues:
        """Return what a policy has these at, to the nearest step."""
        return cls(
            months=policy.months,
            band=policy.band,
            gap_days=(policy.gap_full_days, policy.gap_zero_days),
            weights=tuple(round(100 * policy.weights[name]) for name in CheckName),
            lines=(round(100 * policy.feed_below), round(100 * policy.ready_from)),
            middle_open=policy.middle_open,
            evidence_floor=round(100 * policy.evidence_floor),
            band_weeks=policy.band_weeks,
        )

    def applied_to(self, policy: Policy) -> Policy:
        """Return a policy with these values; the very same one where nothing was moved.

        What was not moved stays what it is, also where it lies between two steps.

        Raises
        ------
        InvalidInput
            When every check weighs nothing.
        """
        here = SliderValues.of(policy)
        if self == here:
            return policy
        moved: dict[str, Any] = {
            "months": self.months,
            "band": self.band,
            "gap_full_days": self.gap_days[0],
            "gap_zero_days": self.gap_days[1],
            "middle_open": self.middle_open,
            "band_weeks": self.band_weeks,
        }
        if self.weights != here.weights:
            moved["weights"] = shares_of(dict(zip(CheckName, self.weights, strict=True)))
        if self.lines != here.lines:
            moved["feed_below"], moved["ready_from"] = (line / 100 for line in self.lines)
        if self.evidence_floor != here.evidence_floor:
            moved["evidence_floor"] = self.evidence_floor / 100
        return replace(policy, name=f"{policy.name}, changed", version=policy.version + 1, **moved)


def shares_of(points: Mapping[CheckName, int]) -> dict[CheckName, float]:
    """Return weights in whole thousandths that sum to 1, as near to `points` as such can be.

    Raises
    ------
    InvalidInput
        When all of them are 0.
    """
    total = sum(points.values())
    if total <= 0:
        raise InvalidInput("Weights", 0, "at least one check that weighs something")
    exact = {name: _SHARES * value / total for name, value in points.items()}
    parts = {name: int(value) for name, value in exact.items()}
    # What rounding down left over goes to those who lost most by it.
    by_loss = sorted(exact, key=lambda name: parts[name] - exact[name])
    for name in by_loss[: _SHARES - sum(parts.values())]:
        parts[name] += 1
    return {name: part / _SHARES for name, part in parts.items()}


@dataclass(frozen=True, slots=True)
class Worth:
    """A policy as it stands and as it was set, each on trials of its own length.

    Parameters
    ----------
    base, found : Experiment
        Alike where nothing was moved.
    best_score : float or None
        The highest score of all trials as set, in [0, 1]; None where nothing was scored.
    """

    base: Experiment
    found: Experiment
    best_score: float | None

    @property
    def is_changed(self) -> bool:
        """Whether anything was moved."""
        return self.found.policy != self.base.policy


@dataclass(frozen=True, slots=True)
class Frontier:
    """All thresholds of a policy as set.

    Parameters
    ----------
    curve : Curve
        Every hundredth; the same curve for as long as nothing but the thresholds moves.
    at : Point
        The policy as set.
    others : tuple of (str, Experiment)
        The policy as it stands, and then the packs, by name; on trials of their own length, each
        somewhere beside the line.
    """

    curve: Curve
    at: Point
    others: tuple[tuple[str, Experiment], ...]


class Trials:
    """The made-up trials of one population, and what has been found out on them."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.bench = lru_cache(maxsize=_LENGTHS)(self._bench)
        self.tried = lru_cache(maxsize=32)(self._tried)
        self.compared = lru_cache(maxsize=16)(self._compared)
        self._lines = lru_cache(maxsize=_SETTINGS)(self._lines_of)
        self._judged = lru_cache(maxsize=_SETTINGS)(self._judged_anew)
        self.are_measured = False

    def of(self, policy: Policy) -> TrialSample:
        """Return trials of the length that a policy asks for."""
        return self.bench(weeks_of_policy(policy))

    def measure(self, policy: Policy) -> None:
        """Measure the trials of a policy by every low end of a band near its own."""
        bench = self.of(policy)
        for low in _MEASURED_LOW:
            bench.judge(replace(policy, band=Band(low, max(low, policy.band.high))))
        self.are_measured = True

    def judged(self, policy: Policy) -> Judgement:
        """Return every trial judged by a policy.

        Where nothing but the lines between verdicts has moved of late, only they are drawn anew:
        a slider moves one thing after the other.
        """
        return decide(self._judged(_without_lines(policy)), policy)

    def lines(self, policy: Policy) -> ThresholdCurve:
        """Return all thresholds of a policy; they are the same wherever its own are moved to."""
        return self._lines(replace(_without_lines(policy), evidence_floor=policy.evidence_floor))

    def _judged_anew(self, policy: Policy) -> Judgement:
        return self.of(policy).judge(policy)

    def _lines_of(self, policy: Policy) -> ThresholdCurve:
        return ThresholdCurve(self.judged(policy), self.of(policy).outcome)

    def _bench(self, weeks: int) -> TrialSample:
        return TrialSample.draw(self.population, weeks=weeks, trials=TRIALS, seed=SEED)

    def _tried(self, policy: Policy) -> Experiment:
        return self.of(policy).experiment(policy)

    def _compared(self, first: Policy, second: Policy) -> Comparison:
        sides = [Side(policy, weeks_of_policy(policy)) for policy in (first, second)]
        return compare(self.bench(max(side.weeks for side in sides)), *sides)


def _without_lines(policy: Policy) -> Policy:
    """Return a policy as it is wherever its lines between verdicts lie."""
    return replace(policy, ready_from=1.0, feed_below=0.0, middle_open=True, evidence_floor=0.0)


@dataclass(frozen=True, slots=True)
class PolicyWorkbench:
    """Made-up trials and policies, for somebody who may try one on the other; see :func:`opened`.

    Parameters
    ----------
    known : tuple of KnownPolicy
        The standard policy first, then those of running trials that are no file any more, the
        packs last.
    trials : Trials
    """

    known: tuple[KnownPolicy, ...]
    trials: Trials

    @property
    def population(self) -> Population:
        """What the trials were drawn from."""
        return self.trials.population

    @property
    def is_ready(self) -> bool:
        """Whether the usual trials are at hand; drawing and measuring them takes a moment."""
        return self.trials.are_measured

    def make_ready(self) -> None:
        """Draw and measure the usual trials."""
        self.trials.measure(self.known[0].policy)

    def policy(self, key: str) -> KnownPolicy:
        """Return the policy with a key, the standard one where there is none with it."""
        return next((one for one in self.known if one.key == key), self.known[0])

    def worth(self, base: Policy, policy: Policy) -> Worth:
        """Return what the verdicts of a policy are worth, beside the one it was made from."""
        judgement = self.trials.judged(policy)
        scored = judgement.score[judgement.verdict > 0]
        return Worth(
            base=self.trials.tried(base),
            found=self.trials.of(policy).counted(judgement, policy),
            best_score=float(scored.max()) if scored.size else None,
        )

    def frontier(self, base: KnownPolicy, policy: Policy) -> Frontier:
        """Return all thresholds of a policy, and where it and the packs stand as they are."""
        lines = self.trials.lines(policy)
        packs = (one for one in self.known if one.is_pack and one.key != base.key)
        return Frontier(
            curve=lines.curve,
            at=lines.at(policy.ready_from),
            others=tuple(
                (one.policy.name, self.trials.tried(one.policy)) for one in (base, *packs)
            ),
        )

    def cheapest(self, policy: Policy, costs: Costs) -> OptimalThresholds:
        """Return the thresholds with the lowest expected cost, all else as the policy has it."""
        return self.trials.lines(policy).cheapest(costs, policy)

    def compared(self, first: Policy, second: Policy) -> Comparison:
        """Return two policies on the same trials.

        They are as long as the longer policy has them; the other sees their first weeks, and for
        both the year after begins when they end.
        """
        return self.trials.compared(first, second)


def opened(actor: Actor, backend: Backend) -> PolicyWorkbench:
    """Open the workbench to somebody who may use it.

    Raises
    ------
    NotSignedIn, NotAllowed
        See :func:`trial.services.access.require`.
    PolicyError
        When the file of a policy or of the behaviours cannot be used; names file, key and value.
    """
    with backend.asking() as work:
        access.require(work, actor, Permission.ALL_SIMULATION_RUN, what="trying policies")
    return _laid_out(backend)


# While a slider is dragged nothing of this is looked at for every step of it.
@cached(
    TTLCache(maxsize=4, ttl=1),
    key=lambda backend: (backend.database, backend.data_folder),
    lock=Lock(),
)
def _laid_out(backend: Backend) -> PolicyWorkbench:
    text = (backend.data_folder / POPULATION_FILE).read_bytes().decode("utf-8", "replace")
    own, packs = _files(backend)
    return PolicyWorkbench((*own, *_frozen(backend, own), *packs), _trials(text))


@lru_cache(maxsize=2)
def _trials(text: str) -> Trials:
    return Trials(parse_population(text, POPULATION_FILE))


@dataclass(frozen=True, slots=True)
class Assumption:
    """One value of the behaviours file: where it stands, what it is, and where it comes from."""

    section: str
    name: str
    value: str
    unit: str
    source: str


def assumptions(actor: Actor, backend: Backend) -> tuple[Assumption, ...]:
    """Return every assumption about made-up departments, in the order of their file."""
    opened(actor, backend)
    return _assumptions((backend.data_folder / POPULATION_FILE).read_text("utf-8"))


@lru_cache(maxsize=2)
def _assumptions(text: str) -> tuple[Assumption, ...]:
    return tuple(_assumed(tomllib.loads(text), ""))


def document(
    actor: Actor, backend: Backend, base: Policy, policy: Policy, *, by: str, why: str
) -> str:
    """Return a policy as a file, each value that was moved with who moved it, when and why.

    Parameters
    ----------
    base, policy : Policy
        The policy as it stands and as it was set.
    by : str
        Name of the person who set it.
    why : str
        A sentence on what was found, for the rationale.

    Raises
    ------
    InvalidInput
        When a text is missing, too long or cannot be shown.
    """
    by = fields.clean_line("Set by", by, limit=fields.NAME_LIMIT)
    why = fields.clean_line("Why", why, limit=_LONGEST_WHY)
    with backend.reading() as work:
        access.require(work, actor, Permission.ALL_SIMULATION_RUN, what="trying policies")
        today = organisation.today(work, backend)
    notes = dict(policy.notes)
    for key, value in policy.values.items():
        before = base.values.get(key, policy_entries()[key].absent)
        if value != before:
            notes[key] = Note(
                unit=policy_entries()[key].unit,
                source=f"Set by {by} on {spoken_day(today, year=True)}, from {base.name}, version "
                f"{base.version}",
                rationale=f"{value} instead of {before}. {why}",
            )
    return policies.document_of(replace(policy, notes=notes))


def _assumed(table: Mapping[str, Any], section: str) -> list[Assumption]:
    found = []
    for name, entry in table.items():
        if isinstance(entry, dict) and "source" in entry:
            found.append(
                Assumption(section, name, str(entry["value"]), entry["unit"], entry["source"])
            )
        elif isinstance(entry, dict):
            found += _assumed(entry, f"{section} {name}".strip().replace("_", " "))
    return found


def _files(backend: Backend) -> tuple[tuple[KnownPolicy, ...], tuple[KnownPolicy, ...]]:
    """Return the policies a trial can start with, and the packs."""
    folder = backend.data_folder
    own = (KnownPolicy(name, policies.read(backend, name)) for name in policies.available(backend))
    packs = (
        KnownPolicy(f"packs/{name}", policy_packs.read(folder, name), is_pack=True)
        for name in policy_packs.names(folder)
    )
    return tuple(own), tuple(packs)


def _frozen(backend: Backend, files: Iterable[KnownPolicy]) -> Iterator[KnownPolicy]:
    """Yield what running trials were frozen with, where no file says the same today."""
    with backend.reading() as work:
        in_use = store_policies.of_running_trials(work)
        if not in_use:
            return
        week_starts_on = organisation.of(work).week_starts_on
    today = {policies.for_organisation(one.policy, week_starts_on).content_hash for one in files}
    for number, (policy, trials) in in_use.items():
        if policy.content_hash not in today:
            yield KnownPolicy(f"frozen/{number}", policy, trials=trials)
