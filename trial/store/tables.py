"""The tables, as they lie in the database.

Days a person means are dates; moments something was entered are aware UTC datetimes. What a
post answers for (`slot_day`, `live_day`, `on_schedule` …) is computed by the domain when the
post is written and kept beside its facts, so that a page can ask for the posts of a week. `version`
columns turn a second, stale edit into an error instead of a silent overwrite.
"""

from datetime import UTC, date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Index,
    MetaData,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import declared_attr, registry
from sqlmodel import Field, SQLModel

from trial.domain.calendar import TrialWindow
from trial.domain.exemptions import ExemptionStatus
from trial.domain.posts import PostState, ReviewOutcome
from trial.domain.roles import Role
from trial.domain.trial_status import TrialState

# Every constraint has a name, the same on both databases, so that a migration can speak of it.
_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """Base of all tables, on a registry of its own so that a hot reload can define them anew."""


class EditedTable(Table):
    """A table whose column `version` turns a second, stale edit into an error."""

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


class UtcMoment(TypeDecorator[datetime]):
    """An aware UTC moment, also on SQLite, which forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,
    ) -> datetime | None:
        """Return the moment in UTC; a naive one is refused, since nobody can say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; moments are aware")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,
    ) -> datetime | None:
        """Return the stored moment with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _moment(*, nullable: bool = False) -> Column[datetime]:
    return Column(UtcMoment(), nullable=nullable)


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


# Tables whose rows may be deleted while a page still shows them never give an id out again: a
# click on the old row must not reach a new one.
_NEW_IDS_ONLY = {"sqlite_autoincrement": True}


class Organisation(Table, table=True):
    """The one organisation this installation serves (id 1)."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("week_starts_on BETWEEN 0 AND 6", name="week_starts_on"),
    )
    id: int = Field(default=1, primary_key=True)
    name: str
    time_zone: str
    week_starts_on: int = 0
    is_demo: bool = False
    created_at: datetime = Field(sa_column=_moment())


class Person(Table, table=True):
    """Somebody with an account. `sign_in_epoch` ends every session when it is raised.

    `version` is raised by whoever edits the account. It covers the memberships too; so it is no
    version of this row alone. `password_is_temporary` is true while the password is one that
    somebody else has set.
    """

    __tablename__ = "person"
    __table_args__ = (_one_of("role", *Role),)
    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True, index=True)
    name: str
    password_hash: str
    password_is_temporary: bool = False
    role: str
    active: bool = True
    sign_in_epoch: int = 0
    version: int = 1
    created_at: datetime = Field(sa_column=_moment())


class SignIn(Table, table=True):
    """One signed-in browser, by the hashes of its two tokens; the tokens are stored nowhere.

    `token_hash` is that of the tab that signed in, `cookie_hash` that of the cookie. `ticket_hash`
    stands there until the browser has fetched the cookie.
    """

    __tablename__ = "sign_in"
    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    epoch: int
    ticket_hash: str | None = Field(default=None, unique=True)
    cookie_hash: str | None = Field(default=None, unique=True)
    ticket_expires_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    created_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())


class KnownBrowser(Table, table=True):
    """A browser from which a person has signed in; only a hash of its cookie is kept."""

    __tablename__ = "known_browser"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    browser_hash: str = Field(primary_key=True)
    signed_in_at: datetime = Field(sa_column=_moment())


class FailedSignIns(Table, table=True):
    """How many tries to sign in failed within an hour, counted from `hour`, from one network."""

    __tablename__ = "failed_sign_ins"
    hour: datetime = Field(sa_column=Column(UtcMoment(), primary_key=True))
    source: str = Field(primary_key=True)
    tries: int


class SetUpCode(Table, table=True):
    """The code that setting up an empty database asks for (id 1); gone once it is set up."""

    __tablename__ = "set_up_code"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: int = Field(default=1, primary_key=True)
    code: str


class Department(Table, table=True):
    """A department of the organisation."""

    __tablename__ = "department"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    created_at: datetime = Field(sa_column=_moment())


class Membership(Table, table=True):
    """A lead's department."""

    __tablename__ = "membership"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    department_id: int = Field(foreign_key="department.id", primary_key=True)


class PolicyVersion(Table, table=True):
    """A policy a trial was frozen with: its document and the hash of its values."""

    __tablename__ = "policy_version"
    id: int | None = Field(default=None, primary_key=True)
    content_hash: str = Field(unique=True)
    name: str
    version: int
    document: str
    created_at: datetime = Field(sa_column=_moment())


class PolicyInForce(Table, table=True):
    """A policy put in force for trials to come; the latest row counts, and none is ever changed.

    `file_hash` is that of the values in the policy file at that moment, by which it is known when
    somebody has edited the file since; empty where it could not be read.
    """

    __tablename__ = "policy_in_force"
    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy_version.id")
    reason: str
    file_hash: str = ""
    put_by: int | None = Field(default=None, foreign_key="person.id")
    put_at: datetime = Field(sa_column=_moment())


class Trial(EditedTable, table=True):
    """One trial of one department.

    `status` is a :class:`TrialState`; whether a running trial awaits its review follows from its
    dates. `revision` grows with every write that can change the
    scorecard, so that whatever was computed for a revision stays valid for it.
    """

    __tablename__ = "trial"
    __table_args__ = (
        Index("ix_trial_status", "status"),
        _one_of("status", *TrialState),
        CheckConstraint("weeks >= 1", name="weeks"),
        _NEW_IDS_ONLY,
    )
    id: int | None = Field(default=None, primary_key=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    policy_id: int = Field(foreign_key="policy_version.id")
    starts_on: date
    weeks: int
    status: str = TrialState.RUNNING
    ended_on: date | None = None
    end_reason: str = ""
    purpose: str = ""
    audience: str = ""
    primary_manager: str = ""
    backup_manager: str = ""
    agreement_signed_on: date | None = None
    training_done: int | None = None
    training_total: int | None = None
    revision: int = 1
    version: int = 1
    created_at: datetime = Field(sa_column=_moment())

    @property
    def window(self) -> TrialWindow:
        """The weeks of the trial."""
        return TrialWindow(self.starts_on, self.weeks)


class Post(EditedTable, table=True):
    """One slot of the content calendar, or one unplanned post (`planned_for` empty).

    `state` is a :class:`PostState`. `week` and `slot_week` are the trial weeks (from 0) of
    `live_day` and `slot_day`, empty outside the trial.
    """

    __tablename__ = "post"
    __table_args__ = (
        Index("ix_post_live", "trial_id", "live_day", "contributor"),
        Index("ix_post_slots", "trial_id", "slot_week", "slot_day", "on_schedule", "week"),
        Index("ix_post_calendar", "trial_id", "planned_for", "planned_on", "withdrawn_on"),
        Index("ix_post_state", "state", "trial_id", "delivered_on"),
        _one_of("state", *PostState),
        CheckConstraint(
            "planned_for IS NOT NULL OR delivered_on IS NOT NULL", name="slot_or_delivery"
        ),
        _NEW_IDS_ONLY,
    )
    id: int | None = Field(default=None, primary_key=True)
    trial_id: int = Field(foreign_key="trial.id")
    title: str
    pillar: str = ""
    channels: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    contributor: str = ""
    planned_for: date | None = None
    planned_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    planned_on: date | None = None
    delivered_on: date | None = None
    delivered_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    backfilled: bool = False
    approved_on: date | None = None
    shared_on: date | None = None
    link: str = ""
    withdrawn_on: date | None = None
    rejected_on: date | None = None
    reason: str = ""
    state: str = PostState.PLANNED
    slot_day: date | None = None
    slot_week: int | None = None
    ready_day: date | None = None
    live_day: date | None = None
    week: int | None = None
    on_schedule: bool = False
    import_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)
    request_key: str | None = Field(default=None, unique=True)
    version: int = 1


class SlotMove(Table, table=True):
    """A slot moved from one day to another, with the day it was decided and the reason."""

    __tablename__ = "slot_move"
    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id", index=True)
    from_day: date
    to_day: date
    moved_on: date
    reason: str = ""
    entered_at: datetime = Field(sa_column=_moment())


class ReviewAttempt(Table, table=True):
    """One attempt at review: handed over, then approved, sent back or rejected. All are kept.

    `outcome` is a :class:`ReviewOutcome`. What ends in `_then` is the post as it was handed over,
    and then as it was judged.
    """

    __tablename__ = "review_attempt"
    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id", index=True)
    submitted_on: date
    outcome: str = ReviewOutcome.WAITING
    reason_code: str = ""
    sentence: str = ""
    decided_on: date | None = None
    reviewer_id: int | None = Field(default=None, foreign_key="person.id")
    title_then: str = ""
    pillar_then: str = ""
    channels_then: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    contributor_then: str = ""
    entered_at: datetime = Field(sa_column=_moment())


class CheckIn(EditedTable, table=True):
    """The weekly check-in: hours, questions, or honestly nothing."""

    __tablename__ = "check_in"
    __table_args__ = (
        UniqueConstraint("trial_id", "week"),
        CheckConstraint("hours >= 0", name="hours"),
        CheckConstraint("needing_answer >= 0", name="needing_answer"),
        CheckConstraint(
            "answered_in_a_day >= 0 AND answered_in_a_day <= needing_answer",
            name="answered_in_a_day",
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    trial_id: int = Field(foreign_key="trial.id")
    week: int
    hours: float | None = None
    needing_answer: int | None = None
    answered_in_a_day: int | None = None
    nothing_to_report: bool = False
    entered_on: date
    backfilled: bool = False
    entered_by: int | None = Field(default=None, foreign_key="person.id")
    entered_at: datetime = Field(sa_column=_moment())
    version: int = 1


class Exemption(EditedTable, table=True):
    """Weeks left out of the score: asked for by the department, or by Comms for cause.

    `status` is an :class:`ExemptionStatus`. `answer` is what Communications said to it last.
    """

    __tablename__ = "exemption"
    __table_args__ = (
        _one_of("status", *ExemptionStatus),
        CheckConstraint("0 <= first_week AND first_week <= last_week", name="weeks"),
    )
    id: int | None = Field(default=None, primary_key=True)
    trial_id: int = Field(foreign_key="trial.id", index=True)
    first_week: int
    last_week: int
    cause: str
    reason: str
    asked_on: date
    asked_by: int | None = Field(default=None, foreign_key="person.id")
    status: str = ExemptionStatus.ASKED
    approved_by: int | None = Field(default=None, foreign_key="person.id")
    approved_on: date | None = None
    answer: str = ""
    expires_on: date
    entered_at: datetime = Field(sa_column=_moment())
    version: int = 1


class Incident(Table, table=True):
    """A serious incident; open until it has a closing day."""

    __tablename__ = "incident"
    id: int | None = Field(default=None, primary_key=True)
    trial_id: int = Field(foreign_key="trial.id", index=True)
    summary: str
    opened_on: date
    closed_on: date | None = None
    entered_at: datetime = Field(sa_column=_moment())


class Decision(Table, table=True):
    """What the review meeting decided, with the data it was decided on."""

    __tablename__ = "decision"
    id: int | None = Field(default=None, primary_key=True)
    trial_id: int = Field(foreign_key="trial.id", unique=True)
    recommendation: str
    decision: str
    reason: str = ""
    dissent: str = ""
    conditions: str = ""
    review_again_on: date | None = None
    decided_by: int = Field(foreign_key="person.id")
    decided_on: date
    decided_at: datetime = Field(sa_column=_moment())
    policy_hash: str
    data_hash: str
    frozen_facts: str
    frozen_scorecard: str
    edition: int = Field(sa_column_kwargs={"server_default": "1"})


class AccountOutcome(EditedTable, table=True):
    """What was found on a day somebody looked at an own account after its trial.

    `silent_since` is the day from which it has not kept its cadence; empty where it did.
    """

    __tablename__ = "account_outcome"
    __table_args__ = (
        UniqueConstraint("trial_id", "checked_on"),
        CheckConstraint("silent_since <= checked_on", name="silent_since"),
        _NEW_IDS_ONLY,
    )
    id: int | None = Field(default=None, primary_key=True)
    trial_id: int = Field(foreign_key="trial.id")
    checked_on: date
    silent_since: date | None = None
    entered_by: int | None = Field(default=None, foreign_key="person.id")
    entered_at: datetime = Field(sa_column=_moment())
    version: int = 1


class ImportBatch(Table, table=True):
    """One import of a file, undone as a whole."""

    __tablename__ = "import_batch"
    id: int | None = Field(default=None, primary_key=True)
    trial_id: int | None = Field(default=None, foreign_key="trial.id", index=True)
    kind: str
    file_name: str
    content_hash: str
    rows: int
    imported_by: int | None = Field(default=None, foreign_key="person.id")
    imported_at: datetime = Field(sa_column=_moment())
    undone_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class AuditEvent(Table, table=True):
    """Who did what and when; `before` lets the same person take a step back for a minute."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject", "subject_id"),
        Index("ix_audit_event_trial_at", "trial_id", "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_moment())
    actor_id: int | None = Field(default=None, foreign_key="person.id")
    action: str
    subject: str
    subject_id: int | None = None
    trial_id: int | None = None
    details: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    before: dict[str, object] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    undone_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
