"""What a policy does, as tables to take along: by kind of department, by threshold, by rule."""

from __future__ import annotations

from collections.abc import Iterator

from trial.domain.results.experiments import Characteristics, Experiment, Rate
from trial.domain.results.policy_worth import Sensitivity, Variation
from trial.domain.results.thresholds import Curve
from trial.domain.verdict import Verdict
from trial.reports.csv_export import as_csv

_WITH_INTERVAL = ("share", "95 % from", "95 % to")


def behaviours_csv(found: Experiment) -> bytes:
    """Return a row a kind of department and one for all of them: counts, shares and intervals."""
    rows = [(one.label, one) for one in found.behaviours] + [("All of them", found.overall)]
    heads = [
        f"{name}, {what}" for name in _rates(found.overall) for what in ("count", *_WITH_INTERVAL)
    ]
    return as_csv(
        ("kind of department", "trials", *heads),
        [
            (label, one.trials, *_cells(*_rates(one).values(), with_count=True))
            for label, one in rows
        ],
    )


def thresholds_csv(curve: Curve) -> bytes:
    """Return a row a threshold: shares of all departments, with their intervals."""
    names = ("granted", "granted, then silent", "would have lasted, not granted")
    heads = [f"{name}, {what}" for name in names for what in _WITH_INTERVAL]
    return as_csv(
        ("ready from", *heads),
        [(point.ready_from, *_cells(*point.of_all)) for point in curve.points],
    )


def rules_csv(found: Sensitivity) -> bytes:
    """Return a row a rule and a step: what came of 100 departments."""
    heads = (
        *("rule", "step", "posts a week at least", "weeks at least", "of weeks", "ready from"),
        *("granted", "granted, then silent", "would have lasted, not granted"),
    )
    return as_csv(heads, list(_rule_rows(found)))


def _rule_rows(found: Sensitivity) -> Iterator[tuple[object, ...]]:
    yield "", "as set", *_of_hundred(found.as_set)
    for effect in found.rules:
        for step in ("easier", "stricter", "without"):
            way: Variation | None = getattr(effect, step)
            if way is not None:
                yield effect.rule.label, step, *_of_hundred(way)


def _of_hundred(way: Variation) -> tuple[object, ...]:
    policy, granted = way.policy, way.hundred.granted
    values = (policy.band.low, policy.band_weeks, policy.band_of, policy.ready_from)
    return *values, granted.total, granted.silent, way.hundred.refused.lasted


def _rates(one: Characteristics) -> dict[str, Rate]:
    verdicts = {
        f"judged {verdict.value.replace('_', ' ')}": one.verdicts[verdict]
        for verdict in reversed(Verdict)
    }
    return verdicts | {
        "false ready": one.false_ready,
        "false feed": one.false_feed,
        "missed": one.missed,
        "silent": one.dark,
        "lasted": one.lasted,
    }


def _cells(*rates: Rate, with_count: bool = False) -> Iterator[object]:
    for rate in rates:
        low, high = rate.interval or (None, None)
        if with_count:
            yield rate.count
        yield from (_share(one) for one in (rate.share, low, high))


def _share(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
