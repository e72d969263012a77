"""The same departments event by event in SimPy, as one would first write them.

Every department is a process that lives week by week, every post one that waits for its day; the
outcomes are those that :mod:`trial.simulation.draws` draws for all departments at once.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from random import Random

import simpy

from trial.simulation.behaviours import MAX_PEOPLE, Population, Traits

_YEAR = 52


@dataclass
class Record:
    """What a trial leaves behind: the facts of one row, and the year after."""

    weeks: int
    live: list[int] = field(init=False)
    made: list[list[int]] = field(init=False)
    counts: dict[int, int] = field(default_factory=dict)
    filled: list[int] = field(default_factory=list)
    reported: list[bool] = field(default_factory=list)
    on_schedule: int = 0
    first_pass: int = 0
    needing: int = 0
    answered: int = 0
    stopped: bool = False

    def __post_init__(self) -> None:
        self.live = [0] * (7 * self.weeks)
        self.made = [[0] * self.weeks for _ in range(MAX_PEOPLE)]


def simulate(population: Population, *, weeks: int, trials: int, seed: int) -> list[Record]:
    """Return the records of some departments, each followed to a year after its trial."""
    random = Random(seed)
    shares = [one.share for one in population.behaviours]
    environment = simpy.Environment()
    records = []
    for one in random.choices(population.behaviours, shares, k=trials):
        record = Record(weeks)
        records.append(record)
        department = _department(environment, population, one.traits, record, random)
        environment.process(department)
    environment.run()
    return records


def _department(
    environment: simpy.Environment,
    population: Population,
    traits: Traits,
    record: Record,
    random: Random,
) -> Generator[simpy.Event, None, None]:
    level = math.log(traits.rate) + random.gauss(0, traits.spread)
    slope = random.gauss(traits.slope, traits.slope_spread)
    season, start = population.season, random.randrange(52)
    middle = (record.weeks - 1) / 2
    gone, paused, silent_until = False, False, -1.0
    drift = 0.0
    away = random.gauss(0, traits.week_spread)
    for week in range(record.weeks + _YEAR):
        if week in (record.weeks, record.weeks + _YEAR // 2):
            chi = random.gammavariate(traits.drift_tail / 2, 2) / traits.drift_tail
            change = random.gauss(0, 1) / math.sqrt(chi)
            drift += traits.drift + traits.drift_spread * change * (
                traits.drift_up if change > 0 else 1
            )
        lean = slope * (min(week, record.weeks - 1) - middle)
        log_rate = level + lean + drift
        log_rate += traits.season * math.log(season[(start + week) % 52])
        gone = gone or random.random() < traits.leaves
        if gone:
            log_rate += math.log(max(1 - traits.champion * (1 - traits.taken_over), 1e-20))
        rate = math.exp(min(log_rate, 4))
        stays = 1 - 1 / traits.pause_weeks
        paused = random.random() < (stays if paused else traits.pause_starts)
        if week >= record.weeks and week > silent_until:
            chance = _chance_to_stop(population, rate) * traits.stops
            if random.random() < chance:
                record.stopped = True
                ends = random.random() < population.stopping.returns
                beyond = random.expovariate(1 / population.stopping.silence_weeks)
                silent_until = week + 13 + beyond if ends else math.inf
        count = 0
        if not paused and week > silent_until:
            rate *= math.exp(away)
            count = _poisson(
                random.gammavariate(traits.dispersion, rate / traits.dispersion), random
            )
        record.counts[week] = count
        fresh = traits.week_spread * math.sqrt(1 - traits.autocorrelation**2)
        away = traits.autocorrelation * away + random.gauss(0, fresh)
        if week < record.weeks:
            _week(environment, population, traits, record, random, week, count, gone)
        yield environment.timeout(7)


def _week(
    environment: simpy.Environment,
    population: Population,
    traits: Traits,
    record: Record,
    random: Random,
    week: int,
    count: int,
    gone: bool,
) -> None:
    is_filled = random.random() < traits.ahead
    record.filled.append(traits.slots if is_filled else traits.slots // 2)
    record.reported.append(count > 0 or random.random() < traits.reports)
    asked = _poisson(traits.questions, random)
    record.needing += asked
    record.answered += sum(random.random() < traits.answered for _ in range(asked))
    chosen = random.randrange(5)
    for number in range(count):
        day = chosen
        if random.random() >= population.days.together:
            weekend = random.random() < population.days.weekend
            day = 5 + random.randrange(2) if weekend else random.randrange(5)
        maker = 0
        if gone or random.random() >= traits.champion:
            maker = 1 + random.randrange(max(traits.people - 1, 1))
        environment.process(_post(environment, traits, record, random, week, day, maker, number))


def _post(
    environment: simpy.Environment,
    traits: Traits,
    record: Record,
    random: Random,
    week: int,
    day: int,
    maker: int,
    number: int,
) -> Generator[simpy.Event, None, None]:
    yield environment.timeout(day)
    record.live[7 * week + day] += 1
    record.made[maker][week] += 1
    record.on_schedule += number < traits.slots and random.random() < traits.on_time
    record.first_pass += random.random() < traits.first_pass


def _chance_to_stop(population: Population, rate: float) -> float:
    stopping = population.stopping
    if rate < 1:
        return stopping.under_1
    if rate < 2:
        return stopping.from_1
    return stopping.from_2 if rate < 10 else stopping.from_10


def _poisson(mean: float, random: Random) -> int:
    limit, number, product = math.exp(-mean), 0, random.random()
    while product > limit:
        number += 1
        product *= random.random()
    return number
