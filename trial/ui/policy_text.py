"""What a policy comes to in sentences: for a director first, computed and never canned."""

from __future__ import annotations

from trial.domain.counts import points
from trial.domain.policy import Policy
from trial.domain.results.policy_worth import (
    AfterAYear,
    KnownPolicy,
    OutOfHundred,
    Rule,
    RuleEffect,
    Sensitivity,
    Worth,
)
from trial.domain.results.thresholds import Costs
from trial.reports.simulation_text import percent
from trial.ui import text

TERMS = (
    ("Lasts", "posts in most weeks, half a year and a year later", "lasts"),
    ("Thins out", "still posts, but not in most weeks", "thins"),
    ("Falls silent", "three months or longer without a post, beginning within the year", "silent"),
    ("Granted", "judged ready for its own account", ""),
    ("Not granted", "told to keep feeding the main channels, or to extend the trial first", ""),
)
"""The words of the answer in a few plain ones, with the piece of a bar that stands for each."""

_HARDLY = 1
"""Departments of 100 that are hardly any."""


def headline(worth: Worth) -> str:
    """Return the answer: of 100 departments, whom a policy grants an account and whom not."""
    found, hundred = worth.found.overall, OutOfHundred.of(worth.found.overall)
    name = "the policy as set" if worth.is_changed else worth.found.policy.name
    granted, refused = hundred.granted, hundred.refused
    missed, get = _verb(refused.lasted, found.missed.count, "gets", "get")
    not_granted = f"{missed} that would have lasted {get} none"
    if not granted.total:
        return f"Of 100 departments that ask, {name} grants hardly any an account; {not_granted}"
    silent, fall = _verb(granted.silent, found.false_ready.count, "falls", "fall")
    return (
        f"Of 100 departments that ask, {name} grants an account to {granted.total}; "
        f"{silent} of these {fall} silent within a year, {not_granted}"
    )


def everybody(worth: Worth) -> str:
    """Return what would come of an account for every department."""
    all_of_them = OutOfHundred.of(worth.found.overall).everybody
    return (
        f"If everybody got one, {all_of_them.silent} of 100 would fall silent and "
        f"{all_of_them.thinned} thin out."
    )


def before(worth: Worth) -> str:
    """Return what it was before anything was moved; empty where nothing was."""
    if not worth.is_changed:
        return ""
    hundred = OutOfHundred.of(worth.base.overall)
    return (
        f"Before anything was moved, {worth.base.policy.name} grants an account to "
        f"{hundred.granted.total}; {hundred.granted.silent} of these fall silent, "
        f"{hundred.refused.lasted} that would have lasted get none."
    )


def subline(worth: Worth) -> str:
    """Return what the answer rests on, or how near the best came where nobody is ready."""
    found = worth.found
    rests = f"{found.trials:,} made-up trials of {found.weeks} weeks and the year after"
    if found.overall.false_ready.share is not None:
        return rests
    if worth.best_score is None:
        return f"{rests} · none of them could be scored"
    return (
        f"{rests} · the best score is {points(worth.best_score)} of 100, ready begins at "
        f"{points(found.policy.ready_from)} and every gate has to pass"
    )


def what_matters(found: Sensitivity) -> list[str]:
    """Return which rules decide most, judged by leaving each out and by moving it a step."""
    return [sentence for sentence in (_what_holds_back(found), _what_moves(found)) if sentence]


def _what_holds_back(found: Sensitivity) -> str:
    granted, free = found.as_set.hundred.granted.total, found.without_all.granted.total
    alone = [
        (_named(one.rule, found.as_set.policy), one.without.hundred.granted.total)
        for one in found.rules
        if one.without is not None
    ]
    if not alone or free - granted <= _HARDLY:
        return (
            f"The rules hold back hardly anybody: without them {free} of 100 would be granted an "
            f"account, not {granted}."
        )
    alone.sort(key=lambda one: -one[1])
    (most, with_most), *others = alone
    if not others:
        return f"What holds back is {most}: without it {free} of 100 would be granted an account."
    ((least, with_least),) = others
    if 2 * (with_most - granted) < free - granted:
        return (
            f"{_capital(most)} and {least} hold back mostly the same departments, so either alone "
            f"would do nearly as much: without {most}, {with_most} of 100 would be granted an "
            f"account; without {least}, {with_least}; without both, {free}."
        )
    share = "hardly any" if with_least - granted <= _HARDLY else "less"
    return (
        f"{_capital(most)} does most of the work: without it {with_most} of 100 would be granted "
        f"an account, not {granted}. {_capital(least)} does {share} of it: without it {with_least}."
    )


def _what_moves(found: Sensitivity) -> str:
    granted = found.as_set.hundred.granted.total
    ways = sorted(
        (one for one in found.rules if one.easier or one.stricter),
        key=lambda one: -_reach(one, granted),
    )
    if not ways or _reach(ways[0], granted) <= _HARDLY:
        return "A step more or less in any one rule changes hardly anything."
    first, *others = ways
    told = (
        f"One step in {_STEPS[first.rule]} changes most: "
        f"{_both_ways(first, ' of 100 would be granted an account')}."
    )
    if others:
        told += f" One step in {_STEPS[others[-1].rule]} changes least: {_both_ways(others[-1])}."
    return told


_STEPS = {
    Rule.TARGET: "the number of posts asked for",
    Rule.WEEKS: "the number of weeks that must reach the target",
    Rule.THRESHOLD: "the score from which a trial is ready",
}


def _reach(effect: RuleEffect, granted: int) -> int:
    ways = (effect.easier, effect.stricter)
    return max(abs(way.hundred.granted.total - granted) for way in ways if way is not None)


def _both_ways(effect: RuleEffect, after_first: str = "") -> str:
    first, *others = [
        f"with {value_of(effect.rule, way.policy)}, {way.hundred.granted.total}"
        for way in (effect.easier, effect.stricter)
        if way is not None
    ]
    return "; ".join([first + after_first, *others])


def value_of(rule: Rule, policy: Policy) -> str:
    """Return what a policy has a rule at: ``3 a week``, ``9 of 13 weeks``, ``75 points``."""
    if rule is Rule.TARGET:
        return f"{policy.band.low} a week"
    if rule is Rule.WEEKS:
        return f"{policy.band_weeks} of {policy.band_of} weeks" if policy.band_weeks else "none"
    return f"{points(policy.ready_from)} points"


def _named(rule: Rule, policy: Policy) -> str:
    value = value_of(rule, policy)
    return f"the rule of {value}" if rule is Rule.WEEKS else f"the threshold of {value}"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _verb(of_hundred: int, exact: int, singular: str, plural: str) -> tuple[str, str]:
    """Return a number of 100 with its verb; one that is small and not 0 is never called 0."""
    if of_hundred:
        return str(of_hundred), singular if of_hundred == 1 else plural
    return ("fewer than 1", singular) if exact else ("none", singular)


def share_line(after: AfterAYear) -> str:
    """Return what became of some departments in words, for those who do not see the bar."""
    return f"{after.lasted} last, {after.thinned} thin out, {after.silent} fall silent"


def name_of(known: KnownPolicy) -> str:
    """Return a policy's name in a list of several."""
    policy = known.policy
    if known.is_pack:
        return f"{policy.name} (for comparison)"
    named = f"{policy.name}, version {policy.version}"
    if known.is_in_force:
        return f"{named} (in force)"
    if known.trials:
        of = "1 running trial" if known.trials == 1 else f"{known.trials} running trials"
        return f"{named}, as {of} began with it"
    if known.key.startswith("frozen/"):
        return f"{named} (in force before)"
    return f"{named} (the file {known.key})"


def reason_for_file(worth: Worth) -> str:
    """Return what was found, for the rationale of a policy file."""
    found = worth.found.overall
    return (
        f"On {worth.found.trials} made-up trials {percent(found.false_ready)} of those judged "
        f"ready were silent within a year, and {percent(found.missed)} of those that would have "
        "lasted were not judged ready."
    )


def reason_of(costs: Costs) -> str:
    """Return why thresholds were taken over from a proposal."""
    return (
        "The thresholds are the cheapest where, counted in departments refused that would have "
        f"lasted, an account that falls silent costs {text.number(costs.dark)} and an extension "
        f"{text.number(costs.extended)}."
    )
