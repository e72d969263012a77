import unicodedata
from collections.abc import Sequence

import pytest

from tests.accounts import add_arrived
from trial.domain.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleEdit
from trial.domain.roles import Role
from trial.services import people, sign_in, trial_views
from trial.services.access import OPERATOR, Actor, PasswordToBeChanged
from trial.services.backend import Backend
from trial.services.brakes import TooManyTries, Visitor
from trial.services.people import LastManager, PersonView
from trial.services.sign_in import SignInRefused

from .conftest import PASSWORD

TYPED: dict[str, object] = {
    "name": "Nia New",
    "email": "new@hospital.example",
    "role": Role.REVIEWER,
    "password": PASSWORD,
}


def add(comms: Actor, backend: Backend, **changes: object) -> PersonView:
    return people.add_person(comms, backend, **{**TYPED, **changes})  # type: ignore[arg-type]


def arrived(comms: Actor, backend: Backend, **changes: object) -> PersonView:
    return add_arrived(comms, backend, **{**TYPED, **changes})  # type: ignore[arg-type]


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
        ("First password", "password", "123456789"),
        ("First password", "password", "p" * 201),
        ("First password", "password", "1234567890"),
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
    with pytest.raises(InvalidInput, match="Departments cannot be 99"):
        add(comms, backend, role=Role.LEAD, department_ids=(99,))


@pytest.mark.parametrize("password", ["aB3$xY9!qL", "vier Mäuse " + "x" * 189])
def test_passwords_of_10_to_200_characters_are_taken(
    backend: Backend, comms: Actor, password: str
) -> None:
    add(comms, backend, password=password)
    assert is_in(backend, enter(backend, "new@hospital.example", password))


def test_a_password_left_out_is_said_to_be_empty(backend: Backend, comms: Actor) -> None:
    with pytest.raises(InvalidInput, match="Choose a password of 10 to 200"):
        add(comms, backend, password="")


def test_a_refused_password_never_stands_in_the_sentence(backend: Backend, comms: Actor) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add(comms, backend, password="s3cret!")
    assert "s3cret" not in str(refusal.value)
    assert "7 characters" in str(refusal.value)


def test_a_new_role_counts_at_once_and_ends_every_session(backend: Backend, comms: Actor) -> None:
    person = arrived(comms, backend, role=Role.COMMS)
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
        trial_views.list_trials(Actor(person.id), backend)
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
    other = arrived(comms, backend, role=Role.COMMS)
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
    with pytest.raises(InvalidInput, match="not the password you signed in with"):
        people.change_own_password(
            lead, backend, current_password="a wrong guess", new_password="nine loud geese"
        )
    assert is_in(backend, token)


def test_wrong_and_missing_present_passwords_are_told_plainly_and_braked(
    backend: Backend, lead: Actor
) -> None:
    def change(current: str) -> str:
        with pytest.raises((InvalidInput, TooManyTries)) as refusal:
            people.change_own_password(
                lead, backend, current_password=current, new_password="nine loud geese"
            )
        return str(refusal.value)

    assert change("") == ("Give the password you signed in with.")
    wrong = "This is not the password you signed in with."
    assert {change(f"guess {number}") for number in range(9)} == {wrong}
    # Whoever finds a browser open cannot go on guessing, nor get in with luck.
    assert "Please wait 15 minutes" in change(PASSWORD)


def test_a_new_password_from_communications_ends_the_wait_at_the_account(
    backend: Backend, comms: Actor, lead: Actor
) -> None:
    def enter_from(source: str, password: str) -> str:
        try:
            sign_in.sign_in(
                backend,
                email="lead@hospital.example",
                password=password,
                visitor=Visitor(source),
            )
        except (sign_in.SignInRefused, TooManyTries) as refusal:
            return type(refusal).__name__
        return "in"

    for number in range(10):
        assert enter_from("10.0.0.7", f"wrong {number}") == "SignInRefused"
    assert enter_from("10.0.0.7", PASSWORD) == "TooManyTries"
    assert lead.person_id is not None
    person = next(one for one in people.list_people(comms, backend) if one.id == lead.person_id)
    people.update_person(
        comms,
        backend,
        person_id=person.id,
        version=person.version,
        role=Role.LEAD,
        active=True,
        password="seven amber lanterns",
    )
    assert enter_from("10.0.0.7", "seven amber lanterns") == "in"


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


# ----------------------------------------------------------------- a password set by somebody else
def has_first_password(comms: Actor, backend: Backend, person_id: int | None) -> bool:
    (person,) = (one for one in people.list_people(comms, backend) if one.id == person_id)
    return person.password_is_temporary


def set_password(manager: Actor, backend: Backend, person: PersonView, password: str) -> PersonView:
    return people.update_person(
        manager,
        backend,
        person_id=person.id,
        version=person.version,
        role=person.role,
        active=True,
        password=password,
    )


def test_a_first_password_lasts_until_the_person_changes_it(backend: Backend, comms: Actor) -> None:
    nia = add(comms, backend)
    assert nia.password_is_temporary
    signed_in = sign_in.who(backend, token=enter(backend, nia.email))
    assert signed_in is not None
    assert signed_in.password_is_temporary
    with pytest.raises(PasswordToBeChanged):
        people.list_departments(signed_in.actor, backend)

    token = enter(backend, nia.email)
    people.change_own_password(
        signed_in.actor,
        backend,
        current_password=PASSWORD,
        new_password="nine loud geese",
        token=token,
    )
    signed_in = sign_in.who(backend, token=token)
    assert signed_in is not None
    assert not signed_in.password_is_temporary
    assert not has_first_password(comms, backend, nia.id)
    assert people.list_departments(signed_in.actor, backend) == ()


def test_a_password_set_by_comms_for_somebody_else_is_a_first_one_again(
    backend: Backend, comms: Actor
) -> None:
    nia = arrived(comms, backend)
    assert not nia.password_is_temporary
    for manager, password in ((comms, "nine loud geese"), (OPERATOR, "ten loud geese fly")):
        nia = set_password(manager, backend, nia, password)
        assert nia.password_is_temporary
        people.change_own_password(
            Actor(nia.id), backend, current_password=password, new_password=f"{password} away"
        )
        assert not has_first_password(comms, backend, nia.id)


def test_a_manager_who_sets_the_own_password_has_chosen_it(backend: Backend, comms: Actor) -> None:
    (kim,) = people.list_people(comms, backend)
    assert not kim.password_is_temporary
    assert not set_password(comms, backend, kim, "nine loud geese").password_is_temporary
    (kim,) = people.list_people(comms, backend)
    assert set_password(OPERATOR, backend, kim, "ten loud geese fly").password_is_temporary
    with pytest.raises(PasswordToBeChanged):
        set_password(comms, backend, kim, "eleven loud geese")


@pytest.mark.parametrize("again", [PASSWORD, "fünf leise Gänse"])
def test_the_same_password_is_no_change(backend: Backend, comms: Actor, again: str) -> None:
    nia = add(comms, backend, password=again)
    spelled = unicodedata.normalize("NFD", again)
    with pytest.raises(InvalidInput, match=r"password you have now") as refusal:
        people.change_own_password(
            Actor(nia.id), backend, current_password=again, new_password=spelled
        )
    assert again not in str(refusal.value)
    assert has_first_password(comms, backend, nia.id)


def test_other_changes_of_an_account_leave_a_first_password_one(
    backend: Backend, comms: Actor
) -> None:
    nia = set_password(comms, backend, add(comms, backend), password="")
    assert nia.password_is_temporary
    other = arrived(comms, backend, email="other@hospital.example")
    assert not set_password(comms, backend, other, password="").password_is_temporary


def test_signing_out_is_possible_with_a_first_password(backend: Backend, comms: Actor) -> None:
    token = enter(backend, add(comms, backend).email)
    sign_in.sign_out(backend, token=token)
    assert not is_in(backend, token)


def test_the_first_manager_and_the_operator_have_nothing_to_change(
    backend: Backend, comms: Actor
) -> None:
    assert not has_first_password(OPERATOR, backend, comms.person_id)
