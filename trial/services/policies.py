"""The policies trials are judged by: files people edit, and the copies trials are frozen with."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from trial.domain import fields
from trial.domain.calendar import spoken_day
from trial.domain.documents import Note
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy, policy_entries
from trial.services import organisation
from trial.services.backend import Backend
from trial.services.policy_packs import policy_in
from trial.store import policies as store_policies
from trial.store.tables import PolicyVersion, Trial
from trial.store.unit_of_work import UnitOfWork

DEFAULT_POLICY = "readiness.toml"

_WEEK_START = "calendar.week_starts_on"


def available(backend: Backend) -> tuple[str, ...]:
    """Return the names of the policy files, that of the standard one first."""
    names = {path.name for path in _folder(backend).glob("*.toml")}
    return tuple(sorted(names, key=lambda name: (name != DEFAULT_POLICY, name)))


def read(backend: Backend, name: str = DEFAULT_POLICY) -> Policy:
    """Return the policy that a file of the policy folder holds at this moment.

    Raises
    ------
    InvalidInput
        When the folder holds no such file.
    PolicyError
        When the file is not a policy; names file, key and value.
    """
    names = available(backend)
    # Looked up in the listing and never joined from what was given: a name is not a path.
    if name not in names:
        raise InvalidInput("Policy", name, "one of " + (", ".join(names) or "no file yet"))
    return policy_in(_folder(backend) / name)


def for_organisation(policy: Policy, week_starts_on: int) -> Policy:
    """Return the policy with the organisation's own first day of the week."""
    if policy.week_starts_on == week_starts_on:
        return policy
    note = Note(
        unit=policy.notes[_WEEK_START].unit,
        source="The organisation's own setting",
        rationale="The week this organisation plans by comes before the policy's.",
    )
    return replace(policy, week_starts_on=week_starts_on, notes={**policy.notes, _WEEK_START: note})


def noted(base: Policy, policy: Policy, *, by: str, on: date, why: str) -> Policy:
    """Return `policy` with who moved a value, when and why, beside each that `base` has otherwise.

    Parameters
    ----------
    base : Policy
        What it was made from.
    by : str
        Name of the person who moved them.
    why : str
        A sentence for the rationale.
    """
    notes = dict(policy.notes)
    for key, value in policy.values.items():
        before = base.values.get(key, policy_entries()[key].absent)
        if value != before:
            notes[key] = Note(
                unit=policy_entries()[key].unit,
                source=f"Set by {by} on {spoken_day(on, year=True)}, from {base.name}, version "
                f"{base.version}",
                rationale=f"{value} instead of {before}. {why}",
            )
    return replace(policy, notes=notes)


def freeze(work: UnitOfWork, backend: Backend, policy: Policy) -> int:
    """Keep a policy's values and notes, and return the id a trial refers to them by.

    Policies that judge alike are kept once, under the name they first came with.
    """
    # Held, so that two trials under one new policy keep it once between them.
    organisation.locked(work)
    # TOML writes any character as its number, also those no database takes.
    fields.verbatim("Name of the policy", policy.name, limit=fields.NAME_LIMIT)
    kept = work.find(PolicyVersion, content_hash=policy.content_hash)
    if kept is not None and kept.id is not None:
        return kept.id
    return work.add(
        PolicyVersion(
            content_hash=policy.content_hash,
            name=policy.name,
            version=policy.version,
            document=document_of(policy),
            created_at=backend.now(),
        ),
    )


def policy_of(work: UnitOfWork, trial: Trial) -> Policy:
    """Return the policy a trial was frozen with; parsed once a process, since it never changes."""
    return store_policies.by_id(work, {trial.policy_id})[trial.policy_id]


def document_of(policy: Policy) -> str:
    """Return a policy as the TOML it can be read from again, to the same hash."""
    lines = [f"name = {_toml(policy.name)}", f"version = {policy.version}"]
    section = ""
    for key, value in policy.values.items():
        table, entry = key.split(".")
        if table != section:
            lines += ["", f"[{table}]"]
            section = table
        note = policy.note(key)
        lines.append(
            f"{entry} = {{ value = {_toml(value)}, unit = {_toml(note.unit)}, "
            f"source = {_toml(note.source)}, rationale = {_toml(note.rationale)} }}"
        )
    return "\n".join(lines) + "\n"


def _folder(backend: Backend) -> Path:
    return backend.data_folder / "policy"


def _toml(value: object) -> str:
    # JSON's strings and numbers are TOML's, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
