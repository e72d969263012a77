"""What a policy's verdicts are worth, for whoever may try policies.

Nothing is written: a policy that comes out of this is a file somebody may download, read and put
in the policy folder, or not.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from trial.domain import fields
from trial.domain.calendar import spoken_day
from trial.domain.documents import Note
from trial.domain.policy import Policy, policy_entries
from trial.domain.results.policy_worth import Assumption, KnownPolicy
from trial.domain.roles import Permission
from trial.services import access, organisation, policies, policy_packs
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.simulations import POPULATION_FILE
from trial.simulation.behaviours import parse_population
from trial.simulation.policy_workbench import (
    PolicyWorkbench,
    Trials,
)
from trial.store import policies as store_policies

_MAX_WHY = 2_000


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
    # While a slider is dragged nothing of this is looked at for every step of it.
    second = int(time.monotonic())
    return backend.cache.value(
        "policy workbench",
        backend.data_folder,
        lambda: _laid_out(backend),
        revision=second,
        basis=None,
    )


def _laid_out(backend: Backend) -> PolicyWorkbench:
    text = (backend.data_folder / POPULATION_FILE).read_bytes().decode("utf-8", "replace")
    own, packs = _files(backend)
    return PolicyWorkbench((*own, *_frozen(backend, own), *packs), _trials(text))


@lru_cache(maxsize=2)
def _trials(text: str) -> Trials:
    return Trials(parse_population(text, POPULATION_FILE))


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
    why = fields.clean_line("Why", why, limit=_MAX_WHY)
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
