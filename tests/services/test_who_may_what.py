"""Every service of identity and trials × everybody who may call it: allowed, or nothing happens."""

import inspect
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.accounts import add_arrived
from tests.services.rows import contents
from tests.unit.policies import standard
from trial.domain.errors import NotAllowed, NotSignedIn, TrialError
from trial.domain.exemptions import ExemptionCause
from trial.domain.roles import Role
from trial.services import (
    after,
    audit,
    decisions,
    exemptions,
    forecasts,
    incidents,
    log_patterns,
    organisation,
    outcomes,
    people,
    policy_in_force,
    policy_worth,
    sign_in,
    stress,
    trial_views,
    trials,
)
from trial.services.access import OPERATOR, Actor, PasswordToBeChanged
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.organisation import OrganisationView
from trial.store.engine import Database

from .conftest import PASSWORD, START, TODAY

MODULES = (
    after,
    audit,
    decisions,
    exemptions,
    forecasts,
    incidents,
    log_patterns,
    organisation,
    outcomes,
    people,
    policy_in_force,
    policy_worth,
    stress,
    trial_views,
    trials,
)


@dataclass(frozen=True)
class World:
    """A hospital in which every call of the table has something to work on."""

    backend: Backend
    actors: dict[str, Actor]
    trial_id: int
    ended_id: int
    decided_id: int
    granted_id: int
    outcome_id: int
    exemption_id: int
    excused_id: int
    incident_id: int
    lead_id: int
    version: int


@pytest.fixture(scope="module")
def built() -> dict[str, tuple[World, bytes]]:
    """Where the first test leaves its world for the others: building it takes half a second."""
    return {}


@pytest.fixture
def world(
    request: pytest.FixtureRequest, clock: FixedClock, built: dict[str, tuple[World, bytes]]
) -> Iterator[World]:
    """The world as it was built, whatever the tests before have done to theirs."""
    if not built:
        made = _build(request.getfixturevalue)
        built["world"] = (made, _connection(made.backend.database).serialize())
    made, content = built["world"]
    database = Database("sqlite://")
    _connection(database).deserialize(content)
    yield replace(made, backend=Backend(database, clock, made.backend.data_folder))
    database.close()


def _connection(database: Database) -> sqlite3.Connection:
    with database.engine.connect() as connection:
        found = connection.connection.driver_connection
        assert isinstance(found, sqlite3.Connection)
        return found


def _build(fixture: Callable[[str], Any]) -> World:
    backend, comms, trial_id = fixture("backend"), fixture("comms"), fixture("trial_id")
    lead = fixture("lead")

    def member(name: str, role: Role, departments: tuple[int, ...] = ()) -> Actor:
        return Actor(
            add_arrived(
                comms,
                backend,
                name=name,
                email=f"{name}@hospital.example",
                role=role,
                department_ids=departments,
                password=PASSWORD,
            ).id
        )

    here = trial_views.detail(comms, backend, trial_id=trial_id).row.department_id
    decided_id, granted_id, ended_id = (
        trials.start(comms, backend, department=name, starts_on=START).id
        for name in ("Ended and decided", "Granted", "Ended")
    )
    for over_id in (decided_id, granted_id, ended_id):
        trials.end_early(comms, backend, trial_id=over_id, on=TODAY, reason="The unit moves.")
    decisions.decide(
        comms, backend, trial_id=decided_id, decision="keep_feeding", reason="It is enough."
    )
    decisions.decide(comms, backend, trial_id=granted_id, decision="ready", reason="It is clear.")
    outcome = outcomes.note(comms, backend, trial_id=granted_id, checked_on=TODAY, active=True)
    exemption = exemptions.ask(
        lead, backend, trial_id=trial_id, first_week=7, last_week=7, reason="A move."
    )
    excused = exemptions.grant_for_cause(
        comms,
        backend,
        trial_id=trial_id,
        first_week=11,
        last_week=11,
        cause=ExemptionCause.ILLNESS,
        reason="Half the team was ill.",
    )
    incident = incidents.open_incident(
        comms, backend, trial_id=trial_id, summary="A picture showed a name badge."
    )
    demoted = member("demoted", Role.COMMS)
    trial_views.list_trials(demoted, backend)  # a session that was a manager's a moment ago
    assert demoted.person_id is not None
    people.update_person(
        comms, backend, person_id=demoted.person_id, version=1, role=Role.LEAD, active=True
    )
    moved = member("moved", Role.LEAD, (here,))
    trial_views.detail(moved, backend, trial_id=trial_id)  # and one that was a member
    assert moved.person_id is not None
    people.update_person(
        comms, backend, person_id=moved.person_id, version=1, role=Role.LEAD, active=True
    )
    assert lead.person_id is not None
    return World(
        backend=backend,
        actors={
            "comms": comms,
            "operator": OPERATOR,
            "reviewer": fixture("reviewer"),
            "lead": lead,
            "other lead": fixture("other_lead"),
            "moved lead": moved,
            "demoted": demoted,
            "gone": fixture("gone"),
            "nobody": Actor(999),
        },
        trial_id=trial_id,
        ended_id=ended_id,
        decided_id=decided_id,
        granted_id=granted_id,
        outcome_id=outcome.id,
        exemption_id=exemption.id,
        excused_id=excused.id,
        incident_id=incident.id,
        lead_id=lead.person_id,
        version=trial_views.detail(comms, backend, trial_id=trial_id).version,
    )


Call = Callable[[Actor, World], object]


@dataclass(frozen=True)
class Service:
    """One call, who may make it, and how many events it leaves."""

    function: Callable[..., object]
    call: Call
    allowed: frozenset[str]
    events: int

    @property
    def name(self) -> str:
        return f"{self.function.__module__.rsplit('.', 1)[-1]}.{self.function.__name__}"


COMMS = frozenset({"comms", "operator"})
MEETING = COMMS | {"reviewer"}
OF_TRIAL = MEETING | {"lead"}
ACTIVE_PEOPLE = frozenset({"comms", "reviewer", "lead", "other lead", "moved lead", "demoted"})
EVERYONE = (
    "comms",
    "operator",
    "reviewer",
    "lead",
    "other lead",
    "moved lead",
    "demoted",
    "gone",
    "nobody",
)


def reads(function: Callable[..., object], allowed: frozenset[str], call: Call) -> Service:
    return Service(function, call, allowed, events=0)


def writes(function: Callable[..., object], allowed: frozenset[str], call: Call) -> Service:
    return Service(function, call, allowed, events=1)


def home_of(world: World) -> OrganisationView:
    home = organisation.state(world.backend)
    assert home is not None
    return home


SERVICES = (
    # ------------------------------------------------------------------------------ audit
    reads(audit.events, COMMS, lambda who, w: audit.events(who, w.backend)),
    # ------------------------------------------------------------------------------ organisation
    writes(
        organisation.change,
        COMMS,
        lambda who, w: organisation.change(
            who, w.backend, seen=home_of(w), name="St. Sample", time_zone="Europe/Vienna"
        ),
    ),
    # ------------------------------------------------------------------------------ people
    reads(people.list_people, COMMS, lambda who, w: people.list_people(who, w.backend)),
    reads(people.list_departments, MEETING, lambda who, w: people.list_departments(who, w.backend)),
    writes(
        people.add_person,
        COMMS,
        lambda who, w: people.add_person(
            who,
            w.backend,
            name="Nia New",
            email="new@hospital.example",
            role=Role.COMMS,
            password=PASSWORD,
        ),
    ),
    writes(
        people.update_person,
        COMMS,
        lambda who, w: people.update_person(
            who, w.backend, person_id=w.lead_id, version=1, role=Role.COMMS, active=True
        ),
    ),
    writes(
        people.change_own_password,
        ACTIVE_PEOPLE,
        lambda who, w: people.change_own_password(
            who, w.backend, current_password=PASSWORD, new_password="nine loud geese"
        ),
    ),
    # ------------------------------------------------------------------------------ trials
    reads(trial_views.list_trials, MEETING, lambda who, w: trial_views.list_trials(who, w.backend)),
    reads(
        trial_views.own_trials,
        ACTIVE_PEOPLE | {"operator"},
        lambda who, w: trial_views.own_trials(who, w.backend),
    ),
    reads(
        trial_views.detail,
        OF_TRIAL,
        lambda who, w: trial_views.detail(who, w.backend, trial_id=w.trial_id),
    ),
    writes(
        trials.start,
        COMMS,
        lambda who, w: trials.start(who, w.backend, department="Urology", starts_on=START),
    ),
    writes(
        trials.update_gates,
        COMMS,
        lambda who, w: trials.update_gates(
            who,
            w.backend,
            trial_id=w.trial_id,
            version=w.version,
            purpose="Show the work",
            audience="Patients",
            primary_manager="Ann One",
            backup_manager="Ben Two",
            agreement_signed_on=TODAY,
            training_done=4,
            training_total=4,
        ),
    ),
    writes(
        trials.end_early,
        COMMS,
        lambda who, w: trials.end_early(
            who, w.backend, trial_id=w.trial_id, on=TODAY, reason="The unit moves."
        ),
    ),
    # ------------------------------------------------------------------------------ exemptions
    reads(exemptions.waiting, COMMS, lambda who, w: exemptions.waiting(who, w.backend)),
    writes(
        exemptions.ask,
        COMMS | {"lead"},
        lambda who, w: exemptions.ask(
            who, w.backend, trial_id=w.trial_id, first_week=9, last_week=9, reason="A move."
        ),
    ),
    writes(
        exemptions.grant_for_cause,
        COMMS,
        lambda who, w: exemptions.grant_for_cause(
            who,
            w.backend,
            trial_id=w.trial_id,
            first_week=2,
            last_week=2,
            cause=ExemptionCause.STAFFING,
            reason="Two people left.",
        ),
    ),
    writes(
        exemptions.withdraw,
        COMMS,
        lambda who, w: exemptions.withdraw(
            who, w.backend, exemption_id=w.excused_id, version=1, reason="It was another week."
        ),
    ),
    writes(
        exemptions.decide,
        COMMS,
        lambda who, w: exemptions.decide(who, w.backend, exemption_id=w.exemption_id, grant=True),
    ),
    # ------------------------------------------------------------------------------ incidents
    writes(
        incidents.open_incident,
        COMMS,
        lambda who, w: incidents.open_incident(
            who, w.backend, trial_id=w.trial_id, summary="A wrong picture."
        ),
    ),
    writes(
        incidents.close_incident,
        COMMS,
        lambda who, w: incidents.close_incident(who, w.backend, incident_id=w.incident_id),
    ),
    # ------------------------------------------------------------------------------ decisions
    writes(
        decisions.decide,
        MEETING - {"operator"},
        lambda who, w: decisions.decide(
            who, w.backend, trial_id=w.ended_id, decision="extend", reason="After the move."
        ),
    ),
    reads(
        decisions.of_trial,
        OF_TRIAL,
        lambda who, w: decisions.of_trial(who, w.backend, trial_id=w.trial_id),
    ),
    reads(decisions.past, MEETING, lambda who, w: decisions.past(who, w.backend)),
    reads(
        decisions.frozen_scorecard,
        MEETING,
        lambda who, w: decisions.frozen_scorecard(who, w.backend, trial_id=w.decided_id),
    ),
    reads(
        decisions.reproduce,
        MEETING,
        lambda who, w: decisions.reproduce(who, w.backend, trial_id=w.decided_id),
    ),
    # ------------------------------------------------------------------------------ outcomes
    reads(outcomes.accounts, COMMS, lambda who, w: outcomes.accounts(who, w.backend)),
    writes(
        outcomes.note,
        COMMS,
        lambda who, w: outcomes.note(
            who,
            # The day after the one that has its outcome.
            replace(w.backend, clock=FixedClock.on(TODAY + timedelta(days=1))),
            trial_id=w.granted_id,
            checked_on=TODAY + timedelta(days=1),
            active=True,
        ),
    ),
    writes(
        outcomes.correct,
        COMMS,
        lambda who, w: outcomes.correct(
            who,
            w.backend,
            outcome_id=w.outcome_id,
            version=1,
            checked_on=TODAY,
            active=False,
            silent_since=TODAY,
        ),
    ),
    writes(
        outcomes.remove,
        COMMS,
        lambda who, w: outcomes.remove(who, w.backend, outcome_id=w.outcome_id, version=1),
    ),
    # ------------------------------------------------------------------------------ after
    reads(
        after.after_trial,
        OF_TRIAL,
        lambda who, w: after.after_trial(who, w.backend, trial_id=w.trial_id),
    ),
    # --------------------------------------------------------------------------- policy_in_force
    reads(policy_in_force.overview, COMMS, lambda who, w: policy_in_force.overview(who, w.backend)),
    writes(
        policy_in_force.put_in_force,
        COMMS,
        lambda who, w: policy_in_force.put_in_force(
            who,
            w.backend,
            policy=replace(standard(), ready_from=0.7),
            base=standard(),
            name="Standard",
            reason="Two more would have lasted.",
            seen=1,
        ),
    ),
    # ------------------------------------------------------------------------------ policy_worth
    reads(policy_worth.opened, COMMS, lambda who, w: policy_worth.opened(who, w.backend)),
    reads(policy_worth.assumptions, COMMS, lambda who, w: policy_worth.assumptions(who, w.backend)),
    reads(
        policy_worth.document,
        COMMS,
        lambda who, w: policy_worth.document(
            who, w.backend, standard(), standard(), by="Kim", why="To see."
        ),
    ),
    # ------------------------------------------------------------------------------ stress
    reads(
        stress.under_stress,
        OF_TRIAL,
        lambda who, w: stress.under_stress(who, w.backend, trial_id=w.trial_id),
    ),
    # ------------------------------------------------------------------------ log patterns
    reads(
        log_patterns.log_patterns,
        MEETING,
        lambda who, w: log_patterns.log_patterns(who, w.backend, trial_id=w.trial_id),
    ),
    # ---------------------------------------------------------------------------- forecast
    reads(
        forecasts.forecast,
        OF_TRIAL,
        lambda who, w: forecasts.forecast(who, w.backend, trial_id=w.trial_id),
    ),
)


def test_the_table_names_every_service_that_works_for_somebody() -> None:
    def services_of(module: ModuleType) -> set[object]:
        return {
            function
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__
            and not name.startswith("_")
            and next(iter(inspect.signature(function).parameters), None) == "actor"
        }

    expected = set().union(*(services_of(module) for module in MODULES))
    assert {service.function for service in SERVICES} == expected


ALLOWED = [
    pytest.param(service, who, id=f"{service.name}-{who}")
    for service in SERVICES
    for who in EVERYONE
    if who in service.allowed
]


@pytest.mark.parametrize("service, who", ALLOWED)
def test_who_may_is_let_and_a_write_leaves_exactly_one_event(
    world: World, service: Service, who: str
) -> None:
    before = contents(world.backend)
    service.call(world.actors[who], world)
    after = contents(world.backend)
    assert len(after["audit_event"]) - len(before["audit_event"]) == service.events
    if service.events:
        assert after["audit_event"][-1] not in before["audit_event"]
        assert {**after, "audit_event": None} != {**before, "audit_event": None}
    else:
        assert after == before


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_who_may_not_is_refused_and_nothing_is_left_behind(world: World, service: Service) -> None:
    before = contents(world.backend)
    for who in EVERYONE:
        if who in service.allowed or (service.name, who) == ("decisions.decide", "operator"):
            continue
        refusal = NotSignedIn if who in ("gone", "nobody") else NotAllowed
        with pytest.raises(refusal):
            service.call(world.actors[who], world)
        assert contents(world.backend) == before, who


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_who_has_a_password_somebody_else_has_set_can_do_nothing_but_change_it(
    world: World, service: Service
) -> None:
    for who in ("comms", "lead"):
        give_password(world, who, "seven amber lanterns")
        before = contents(world.backend)
        if service.function is people.change_own_password:
            people.change_own_password(
                world.actors[who],
                world.backend,
                current_password="seven amber lanterns",
                new_password=PASSWORD,
            )
            assert people.list_departments(world.actors["comms"], world.backend)
        else:
            with pytest.raises(PasswordToBeChanged):
                service.call(world.actors[who], world)
            assert contents(world.backend) == before, who


def give_password(world: World, who: str, password: str) -> None:
    (person,) = (
        person
        for person in people.list_people(OPERATOR, world.backend)
        if person.id == world.actors[who].person_id
    )
    people.update_person(
        OPERATOR,
        world.backend,
        person_id=person.id,
        version=person.version,
        role=person.role,
        department_ids=[department_id for department_id, _ in person.departments],
        active=True,
        password=password,
    )


REFUSED_INPUT: dict[str, Call] = {
    "a person with a short password": lambda who, w: people.add_person(
        who, w.backend, name="N", email="n@b.example", role=Role.LEAD, password="short"
    ),
    "a person in a department that is not there": lambda who, w: people.add_person(
        who,
        w.backend,
        name="N",
        email="n@b.example",
        role=Role.LEAD,
        department_ids=(1, 999),
        password=PASSWORD,
    ),
    "a manager who would be the last to go": lambda who, w: people.update_person(
        who,
        w.backend,
        person_id=who.person_id or 0,
        version=1,
        role=Role.LEAD,
        active=True,
        name="Gone",
    ),
    "a name too long, with a role that would do": lambda who, w: people.update_person(
        who, w.backend, person_id=w.lead_id, version=1, role=Role.COMMS, active=True, name="n" * 121
    ),
    "a start in midweek, in a new department": lambda who, w: trials.start(
        who, w.backend, department="Urology", starts_on=TODAY.replace(day=11)
    ),
    "gates filled in from an older form": lambda who, w: trials.update_gates(
        who,
        w.backend,
        trial_id=w.trial_id,
        version=w.version - 1,
        purpose="Show the work",
        audience="",
        primary_manager="",
        backup_manager="",
        agreement_signed_on=None,
        training_done=None,
        training_total=None,
    ),
    "an end without a reason": lambda who, w: trials.end_early(
        who, w.backend, trial_id=w.trial_id, on=TODAY, reason=""
    ),
    "an exemption refused without a reason": lambda who, w: exemptions.decide(
        who, w.backend, exemption_id=w.exemption_id, grant=False
    ),
    "an exemption over another one": lambda who, w: exemptions.grant_for_cause(
        who,
        w.backend,
        trial_id=w.trial_id,
        first_week=6,
        last_week=8,
        cause=ExemptionCause.ILLNESS,
        reason="Half the team was ill.",
    ),
    "an incident closed before it happened": lambda who, w: incidents.close_incident(
        who, w.backend, incident_id=w.incident_id, closed_on=START
    ),
    "a decision with a reason too long": lambda who, w: decisions.decide(
        who, w.backend, trial_id=w.ended_id, decision="ready", reason="r" * 501
    ),
    "a second decision": lambda who, w: decisions.decide(
        who, w.backend, trial_id=w.decided_id, decision="ready", reason="After all."
    ),
}


@pytest.mark.parametrize("call", REFUSED_INPUT.values(), ids=REFUSED_INPUT.keys())
def test_a_call_refused_for_what_it_asks_leaves_nothing_behind(world: World, call: Call) -> None:
    before = contents(world.backend)
    with pytest.raises(TrialError):
        call(world.actors["comms"], world)
    assert contents(world.backend) == before


def test_each_step_of_signing_in_leaves_one_event_and_a_failure_none(world: World) -> None:
    def left_by(step: Callable[[], object]) -> list[str]:
        known = {line.id for line in audit.events(OPERATOR, world.backend, limit=1000)}
        step()
        lines = audit.events(OPERATOR, world.backend, limit=1000)
        return [line.action for line in lines if line.id not in known]

    def refused(password: str, email: str) -> None:
        with pytest.raises(sign_in.SignInRefused):
            sign_in.sign_in(world.backend, email=email, password=password)

    new: list[sign_in.NewSignIn] = []
    email = "lead@hospital.example"
    # Counted by source and hour instead, or a stranger could fill the record.
    assert left_by(lambda: refused("a wrong guess", email)) == []
    assert left_by(lambda: refused(PASSWORD, "nobody@hospital.example")) == []
    assert left_by(
        lambda: new.append(sign_in.sign_in(world.backend, email=email, password=PASSWORD))
    ) == ["sign_in.opened"]
    assert left_by(lambda: sign_in.redeem(world.backend, ticket=new[0].ticket)) == [
        "sign_in.cookie_fetched"
    ]
    assert left_by(lambda: sign_in.who(world.backend, token=new[0].token)) == []
    assert left_by(lambda: sign_in.sign_out(world.backend, token=new[0].token)) == [
        "sign_in.closed"
    ]
    assert left_by(lambda: sign_in.sign_out(world.backend, token=new[0].token)) == []
