"""What a policy's verdicts are worth, for whoever may try policies.

Nothing is written here: a policy that comes out of this is a file somebody may download, or is put
in force by :mod:`trial.services.policy_in_force`.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from trial.domain import fields
from trial.domain.policy import Policy
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
from trial.store import policy_in_force as policies_in_force

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
    with backend.reading() as work:
        access.require(work, actor, Permission.ALL_SIMULATION_RUN, what="trying policies")
        latest = policies_in_force.latest_id(work)
    # While a slider is dragged the files are not looked at for every step of it.
    second = int(time.monotonic())
    return backend.cache.value(
        "policy workbench",
        backend.data_folder,
        lambda: _laid_out(backend),
        revision=(second, latest),
        basis=None,
    )


def _laid_out(backend: Backend) -> PolicyWorkbench:
    text = (backend.data_folder / POPULATION_FILE).read_bytes().decode("utf-8", "replace")
    return PolicyWorkbench(tuple(_known(backend)), _trials(text))


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
    return policies.document_of(policies.noted(base, policy, by=by, on=today, why=why))


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


def _known(backend: Backend) -> Iterator[KnownPolicy]:
    """Yield the policies to look at: what is in force first, the packs last.

    What judges as that one does is left out, and so is what stands there under its key already.
    """
    seen: set[str] = set()
    for known in _stored_and_files(backend):
        if seen.isdisjoint((known.key, known.policy.content_hash)):
            # Of the first its hash as well.
            seen |= {known.key} if seen else {known.key, known.policy.content_hash}
            yield known
    folder = backend.data_folder
    for name in policy_packs.names(folder):
        yield KnownPolicy(f"packs/{name}", policy_packs.read(folder, name), is_pack=True)


def _stored_and_files(backend: Backend) -> Iterator[KnownPolicy]:
    with backend.reading() as work:
        stored = [
            KnownPolicy(f"frozen/{one.row.policy_id}", store_policies.frozen(one.document))
            for one in policies_in_force.history(work)
        ]
        began = store_policies.of_running_trials(work)
        week_starts_on = organisation.of(work).week_starts_on if stored or began else None
    for known in stored[:1]:
        yield replace(known, is_in_force=True)
    for name in policies.available(backend):
        policy = policies.read(backend, name)
        if week_starts_on is not None:
            policy = policies.for_organisation(policy, week_starts_on)
        is_first = not stored and name == policies.DEFAULT_POLICY
        yield KnownPolicy(name, policy, is_in_force=is_first)
    for number, (policy, trials) in began.items():
        yield KnownPolicy(f"frozen/{number}", policy, trials=trials)
    yield from stored[1:]
