"""Which policy holds for trials to come, and putting another one in force.

Trials that have started keep what they started with. What is in force changes only when a manager
says so, with a reason: an edited policy file is offered and never taken by itself. Every entry
stays in the list; to go back, an earlier policy is put in force again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from trial.domain import fields
from trial.domain.errors import NotPossible, StaleEdit, TrialError
from trial.domain.policy import Policy, parse_policy
from trial.domain.roles import Permission
from trial.services import organisation, policies
from trial.services.access import Actor, require
from trial.services.backend import Backend
from trial.services.change import Change, open_change
from trial.store import people
from trial.store import policies as store_policies
from trial.store import policy_in_force as store
from trial.store.policy_in_force import InForceRecord
from trial.store.tables import Organisation, PolicyInForce, PolicyVersion
from trial.store.unit_of_work import UnitOfWork

FIRST_REASON = "The policy file as it was when the first trial was started here."


@dataclass(frozen=True, slots=True)
class InForceEntry:
    """A policy that was put in force.

    Parameters
    ----------
    policy_id : int
        Of the kept policy.
    put_on : date
        Where the organisation is.
    put_by : str
        Name of the person; “Operator” for the machine's own command line.
    """

    id: int
    policy_id: int
    policy: Policy
    put_on: date
    put_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class PoliciesInForce:
    """What holds for trials to come, and what held before.

    Parameters
    ----------
    policy : Policy
        What a trial that starts now is judged by.
    entries : tuple of InForceEntry
        The one that counts first; empty while the policy file is used, until the first trial is
        started.
    file_changed : bool
        Whether somebody has edited the policy file since the latest entry, so that it says
        something else than what is in force.
    """

    policy: Policy
    entries: tuple[InForceEntry, ...]
    file_changed: bool

    @property
    def latest_id(self) -> int | None:
        """The id of the entry that counts; None where there is none."""
        return self.entries[0].id if self.entries else None


def overview(actor: Actor, backend: Backend) -> PoliciesInForce:
    """Return what is in force and what was.

    Raises
    ------
    NotSignedIn, NotAllowed
        See :func:`trial.services.access.require`.
    PolicyError
        When nothing was put in force yet and the policy file is not a policy.
    """
    with backend.reading() as work:
        require(work, actor, Permission.ALL_SIMULATION_RUN, what="the policies in force")
        home = organisation.of(work)
        records = store.history(work)
        entries = tuple(_entry(record, home.time_zone) for record in records)
        policy = entries[0].policy if entries else _policy_of_file(backend, home)
        seen = {policy.content_hash, *(record.row.file_hash for record in records[:1])}
        now = _file_hash(backend, home)
        return PoliciesInForce(policy, entries, file_changed=bool(now) and now not in seen)


def current(work: UnitOfWork, backend: Backend) -> Policy:
    """Return what a trial that starts now is judged by: the policy in force.

    Where nothing was put in force yet, it is the policy file's, as it is at this moment.

    Raises
    ------
    PolicyError
        When it is the file's, and that is not a policy.
    """
    record = store.latest(work)
    if record is None:
        return _policy_of_file(backend, organisation.of(work))
    return store_policies.frozen(record.document)


def freeze_for_trial(change: Change, backend: Backend) -> tuple[int, Policy]:
    """Return the policy in force with the id a new trial refers to it by.

    The first trial of an installation puts the policy file's in force, as it is at this moment.
    """
    home = organisation.locked(change.work)
    record = store.latest(change.work)
    if record is not None:
        return record.row.policy_id, store_policies.frozen(record.document)
    policy = _policy_of_file(backend, home)
    row = _added(change, backend, home, policy, FIRST_REASON)
    return row.policy_id, policy


def put_in_force(
    actor: Actor,
    backend: Backend,
    *,
    policy: Policy,
    base: Policy,
    name: str,
    reason: str,
    seen: int | None,
) -> InForceEntry:
    """Put a policy in force for trials that start from now on.

    It gets the next version of its name, unless its values were kept before: then it is what it
    was called then.

    Parameters
    ----------
    policy, base : Policy
        As it was set, and what it was made from; the same where nothing was moved.
    name : str
        What it is to be called.
    reason : str
        A sentence for everybody who asks later.
    seen : int or None
        Id of the entry that counted when this was thought of.

    Raises
    ------
    InvalidInput
        When the name or the reason is missing, or cannot be taken.
    PolicyError
        When its values contradict each other.
    NotPossible
        When it is in force already.
    StaleEdit
        When somebody else has put another one in force since.
    """
    name = fields.clean_line("Name of the policy", name, limit=fields.NAME_LIMIT)
    reason = fields.clean_text("Why", reason, required=True)
    with open_change(
        actor, backend, Permission.ALL_POLICY_WRITE, what="putting a policy in force"
    ) as change:
        work = change.work
        # Held, so that of two at the same moment the second sees the first.
        home = organisation.locked(work)
        latest = store.latest(work)
        if seen != (None if latest is None else latest.row.id):
            raise StaleEdit("The policy in force")
        wanted = policies.for_organisation(policy, home.week_starts_on)
        if latest is not None and _hash_of(latest) == wanted.content_hash:
            raise NotPossible("This policy is in force already.")
        by = people.name_of(work, actor.person_id)
        today = backend.today(home.time_zone)
        wanted = policies.noted(base, wanted, by=by, on=today, why=reason)
        row = _added(change, backend, home, _checked(_numbered(work, wanted, name)), reason)
        entry = _entry(store.history(work)[0], home.time_zone)
        change.record(
            "policy.put_in_force",
            row,
            name=entry.policy.name,
            version=entry.policy.version,
            policy_hash=entry.policy.content_hash,
            reason=reason,
        )
        return entry


def _entry(record: InForceRecord, time_zone: str) -> InForceEntry:
    row = record.row
    assert row.id is not None
    return InForceEntry(
        id=row.id,
        policy_id=row.policy_id,
        policy=store_policies.frozen(record.document),
        put_on=row.put_at.astimezone(ZoneInfo(time_zone)).date(),
        put_by=record.person,
        reason=row.reason,
    )


def _added(
    change: Change, backend: Backend, home: Organisation, policy: Policy, reason: str
) -> PolicyInForce:
    row = PolicyInForce(
        policy_id=policies.freeze(change.work, backend, policy),
        reason=reason,
        file_hash=_file_hash(backend, home),
        put_by=change.actor.person_id,
        put_at=change.now,
    )
    change.work.add(row)
    return row


def _numbered(work: UnitOfWork, policy: Policy, name: str) -> Policy:
    if work.find(PolicyVersion, content_hash=policy.content_hash) is not None:
        return policy
    version = max(policy.version, 1 + store.highest_version(work, name))
    return replace(policy, name=name, version=version)


def _checked(policy: Policy) -> Policy:
    """Return a policy as strictly read as a file is, but for the wording of older units."""
    return parse_policy(policies.document_of(policy), policy.name, stored=True)


def _policy_of_file(backend: Backend, home: Organisation) -> Policy:
    return policies.for_organisation(policies.read(backend), home.week_starts_on)


def _file_hash(backend: Backend, home: Organisation) -> str:
    try:
        return _policy_of_file(backend, home).content_hash
    except TrialError:
        # A file that is being edited, or is gone, is nothing to offer.
        return ""


def _hash_of(record: InForceRecord) -> str:
    return store_policies.frozen(record.document).content_hash
