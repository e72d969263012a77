from collections.abc import Sequence

import pytest

from trial.domain.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleEdit
from trial.domain.roles import Role
from trial.services import people, sign_in, trials
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.people import LastManager, PersonView
from trial.services.sign_in import SignInRefused

from .conftest import PASSWORD


def add(comms: Actor, backend: Backend, **changes: object) -> PersonView:
    typed: dict[str, object] = {
        "name": "Nia New",
        "email": "new@hospital.example",
        "role": Role.REVIEWER,
        "password": PASSWORD,
    }
    return people.add_person(comms, backend, **{**typed, **changes})  # type: ignore[arg-type]


def enter(backend: Backend, email: str, password: str = PASSWORD) -> str:
    return sign_in.sign_in(backend, email=email, password=password).token


def is_in(backend: Backend, token: str) -> bool:
    return sign_in.who(backend, token=token) is not None


def test_a_new_person_is_listed_and_can_sign_in(backend: Backend, comms: Actor) -> None:
    added = add(comms, backend, name="  Nia\tNew ", email=" New@Hospital.example")
    assert (added.name, added.email) == ("Nia New", "new@hospital.example")
    assert [person.name for person in people.list_people(comms, backend)] == [
        "Kim Comms",
        "Nia New",
    ]
    assert is_in(backend, enter(backend, "new@hospital.example"))


def test_a_lead_may_start_without_a_department(backend: Backend, comms: Actor) -> None:
    assert add(comms, backend, role=Role.LEAD).departments == ()


@pytest.mark.parametrize(
    "field, name, value",
    [
        ("Name", "name", ""),
        ("Name", "name", "n" * 121),
        ("E-mail", "email", "no address"),
        ("E-mail", "email", "two@hospital.example, more@hospital.example"),
        ("E-mail", "email", "a@b"),
        ("E-mail", "email", "a" * 250 + "@b.example"),
        ("E-mail", "email", "COMMS@hospital.example"),
        ("Password", "password", "123456789"),
        ("Password", "password", "p" * 201),
        ("Departments", "department_ids", (1,)),
    ],
)
def test_a_bad_field_is_refused_by_name_and_nobody_is_added(
    backend: Backend, comms: Actor, trial_id: int, field: str, name: str, value: object
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add(comms, backend, **{name: value})
    assert refusal.value.field == field
    assert len(people.list_people(comms, backend)) == 1


def test_an_unknown_department_is_refused(backend: Backend, comms: Actor) -> None:
    with pytest.raises(InvalidInput, match="Departments: 99"):
        add(comms, backend, role=Role.LEAD, department_ids=(99,))


@pytest.mark.parametrize("length", [10, 200])
def test_passwords_of_10_to_200_characters_are_taken(
    backend: Backend, comms: Actor, length: int
) -> None:
    add(comms, backend, password="p" * length)
    assert is_in(backend, enter(backend, "new@hospital.example", "p" * length))


def test_a_password_left_out_is_said_to_be_empty(backend: Backend, comms: Actor) -> None:
    with pytest.raises(InvalidInput, match="Password is empty; accepted is 10 to 200 characters"):
        add(comms, backend, password="")


def test_a_refused_password_never_stands_in_the_sentence(backend: Backend, comms: Actor) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add(comms, backend, password="s3cret!")
    assert "s3cret" not in str(refusal.value)
    assert "7 characters" in str(refusal.value)


def test_a_new_role_counts_at_once_and_ends_every_session(backend: Backend, comms: Actor) -> None:
    person = add(comms, backend, role=Role.COMMS)
    token = enter(backend, person.email)
    people.list_people(Actor(person.id), backend)

    people.update_person(
        comms, backend, person_id=person.id, version=1, role=Role.REVIEWER, active=True
    )

    assert not is_in(backend, token)
    with pytest.raises(NotAllowed):
        people.list_people(Actor(person.id), backend)


def test_a_closed_account_is_out_at_once_and_can_be_reopened(
    backend: Backend, comms: Actor
) -> None:
    person = add(comms, backend)
    token = enter(backend, person.email)
    people.update_person(
        comms, backend, person_id=person.id, version=1, role=person.role, active=False
    )
    assert not is_in(backend, token)
    with pytest.raises(SignInRefused):
        enter(backend, person.email)
    with pytest.raises(NotSignedIn):
        trials.list_trials(Actor(person.id), backend)
    people.update_person(
        comms, backend, person_id=person.id, version=2, role=person.role, active=True
    )
    assert not is_in(backend, token)
    assert is_in(backend, enter(backend, person.email))


def test_a_new_name_ends_no_session(backend: Backend, comms: Actor) -> None:
    person = add(comms, backend)
    token = enter(backend, person.email)
    changed = people.update_person(
        comms,
        backend,
        person_id=person.id,
        version=1,
        role=person.role,
        active=True,
        name="Nia Newer",
    )
    assert changed.name == "Nia Newer"
    assert is_in(backend, token)


@pytest.mark.parametrize("role, active", [(Role.REVIEWER, True), (Role.COMMS, False)])
def test_the_only_manager_cannot_step_down(
    backend: Backend, comms: Actor, gone: Actor, role: Role, active: bool
) -> None:
    assert comms.person_id is not None
    with pytest.raises(LastManager):
        people.update_person(
            comms, backend, person_id=comms.person_id, version=1, role=role, active=active
        )
    other = add(comms, backend, role=Role.COMMS)
    people.update_person(
        comms, backend, person_id=comms.person_id, version=1, role=role, active=active
    )
    assert people.list_people(Actor(other.id), backend)


def test_a_lead_who_becomes_reviewer_leaves_the_departments(
    backend: Backend, comms: Actor, lead: Actor
) -> None:
    assert lead.person_id is not None
    changed = people.update_person(
        comms, backend, person_id=lead.person_id, version=1, role=Role.REVIEWER, active=True
    )
    assert changed.departments == ()


def test_of_two_managers_who_edit_one_account_the_second_is_told(
    backend: Backend, comms: Actor, trial_id: int, other_trial_id: int
) -> None:
    person = add(comms, backend)
    departments = [number for number, _ in people.list_departments(comms, backend)]

    def save(version: int, departments: Sequence[int], password: str = "") -> PersonView:
        return people.update_person(
            comms,
            backend,
            person_id=person.id,
            version=version,
            role=Role.LEAD,
            department_ids=departments,
            active=True,
            password=password,
        )

    saved = save(person.version, departments[:1])
    with pytest.raises(StaleEdit, match=person.name):
        save(person.version, departments[1:], password="nine loud geese")
    (kept,) = (one for one in people.list_people(comms, backend) if one.id == person.id)
    assert kept == saved
    assert [number for number, _ in kept.departments] == departments[:1]
    assert is_in(backend, enter(backend, person.email))
    save(saved.version, departments[1:])


def test_an_attempt_to_sign_in_is_no_edit_of_the_account(backend: Backend, comms: Actor) -> None:
    person = add(comms, backend)
    with pytest.raises(SignInRefused):
        enter(backend, person.email, "a wrong guess")
    (seen,) = (one for one in people.list_people(comms, backend) if one.id == person.id)
    assert seen.version == person.version


def test_a_role_refused_leaves_the_password_as_it_was(backend: Backend, comms: Actor) -> None:
    assert comms.person_id is not None
    with pytest.raises(LastManager):
        people.update_person(
            comms,
            backend,
            person_id=comms.person_id,
            version=1,
            role=Role.LEAD,
            active=True,
            password="nine loud geese",
        )
    assert is_in(backend, enter(backend, "comms@hospital.example"))


def test_a_password_set_by_comms_replaces_the_old_one_and_ends_every_session(
    backend: Backend, comms: Actor
) -> None:
    person = add(comms, backend)
    token = enter(backend, person.email)
    people.update_person(
        comms,
        backend,
        person_id=person.id,
        version=1,
        role=person.role,
        active=True,
        password="nine loud geese",
    )
    assert not is_in(backend, token)
    with pytest.raises(SignInRefused):
        enter(backend, person.email)
    assert is_in(backend, enter(backend, person.email, "nine loud geese"))


def test_changing_ones_own_password_keeps_this_session_and_ends_the_others(
    backend: Backend, lead: Actor
) -> None:
    here, elsewhere = (enter(backend, "lead@hospital.example") for _ in range(2))
    people.change_own_password(
        lead, backend, current_password=PASSWORD, new_password="nine loud geese", token=here
    )
    assert is_in(backend, here)
    assert not is_in(backend, elsewhere)
    assert is_in(backend, enter(backend, "lead@hospital.example", "nine loud geese"))


def test_changing_ones_own_password_does_not_keep_somebody_elses_session(
    backend: Backend, comms: Actor, lead: Actor
) -> None:
    not_mine = enter(backend, "comms@hospital.example")
    mine = enter(backend, "lead@hospital.example")
    people.change_own_password(
        lead, backend, current_password=PASSWORD, new_password="nine loud geese", token=not_mine
    )
    assert not is_in(backend, mine)
    assert is_in(backend, not_mine)


def test_changing_ones_own_password_does_not_revive_an_ended_session(
    backend: Backend, comms: Actor, lead: Actor
) -> None:
    ended = enter(backend, "lead@hospital.example")
    assert lead.person_id is not None
    people.update_person(
        comms,
        backend,
        person_id=lead.person_id,
        version=1,
        role=Role.LEAD,
        active=True,
        password=PASSWORD,
    )
    people.change_own_password(
        lead, backend, current_password=PASSWORD, new_password="nine loud geese", token=ended
    )
    assert not is_in(backend, ended)


def test_changing_ones_own_password_asks_for_the_present_one(backend: Backend, lead: Actor) -> None:
    token = enter(backend, "lead@hospital.example")
    with pytest.raises(InvalidInput, match="Present password"):
        people.change_own_password(
            lead, backend, current_password="a wrong guess", new_password="nine loud geese"
        )
    assert is_in(backend, token)


def test_the_operator_has_no_password_of_its_own(backend: Backend, comms: Actor) -> None:
    with pytest.raises(NotAllowed):
        people.change_own_password(
            OPERATOR, backend, current_password=PASSWORD, new_password="nine loud geese"
        )


def test_somebody_who_is_not_there_is_said_to_be_not_there(backend: Backend, comms: Actor) -> None:
    with pytest.raises(NotFound):
        people.update_person(comms, backend, person_id=99, version=1, role=Role.LEAD, active=True)


def test_departments_are_listed_by_name(
    backend: Backend, comms: Actor, other_trial_id: int, trial_id: int
) -> None:
    names = [name for _, name in people.list_departments(comms, backend)]
    assert names == ["Cardiology", "Dermatology"]
