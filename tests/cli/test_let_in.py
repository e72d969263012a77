"""The way back in for whoever has the machine."""

import pytest

from tests.accounts import add_arrived
from tests.cli.conftest import EMAIL, PASSWORD
from trial.cli import main
from trial.domain.roles import Role
from trial.services import people, sign_in
from trial.services.access import OPERATOR, Actor, PasswordToBeChanged
from trial.services.backend import Backend


def printed_password(capsys: pytest.CaptureFixture[str]) -> str:
    lines = capsys.readouterr().out.splitlines()
    return next(line.removeprefix("Password: ") for line in lines if line.startswith("Password: "))


def role_of(backend: Backend, email: str, password: str) -> Role | None:
    token = sign_in.sign_in(backend, email=email, password=password).token
    person = sign_in.who(backend, token=token)
    return None if person is None else person.role


def test_a_manager_who_lost_the_password_gets_a_new_one_and_old_sign_ins_end(
    backend: Backend, comms: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sign_in.sign_in(backend, email=EMAIL, password=PASSWORD).token
    assert main(["let-in", " Kim@hospital.example"]) == 0
    assert role_of(backend, EMAIL, printed_password(capsys)) is Role.COMMS
    assert sign_in.who(backend, token=before) is None
    with pytest.raises(sign_in.SignInRefused):
        sign_in.sign_in(backend, email=EMAIL, password=PASSWORD)


def test_the_printed_password_opens_the_way_to_another_one_only(
    backend: Backend, comms: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["let-in", EMAIL]) == 0
    printed = printed_password(capsys)
    token = sign_in.sign_in(backend, email=EMAIL, password=printed).token
    with pytest.raises(PasswordToBeChanged):
        people.list_people(comms, backend)
    people.change_own_password(
        comms, backend, current_password=printed, new_password="nine loud geese", token=token
    )
    assert people.list_people(comms, backend)


def test_somebody_else_whose_account_was_closed_becomes_the_manager(
    backend: Backend, comms: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    ray = add_arrived(
        comms,
        backend,
        name="Ray",
        email="ray@hospital.example",
        role=Role.REVIEWER,
        password=PASSWORD,
    )
    people.update_person(
        comms, backend, person_id=ray.id, version=ray.version, role=Role.REVIEWER, active=False
    )
    assert main(["let-in", "ray@hospital.example"]) == 0
    assert role_of(backend, "ray@hospital.example", printed_password(capsys)) is Role.COMMS


def test_an_account_is_made_only_with_a_name(
    backend: Backend, comms: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["let-in", "new@hospital.example"]) == 2
    assert "--name NAME makes a new one" in capsys.readouterr().err
    assert main(["let-in", "new@hospital.example", "--name", "Nia New"]) == 0
    assert role_of(backend, "new@hospital.example", printed_password(capsys)) is Role.COMMS
    assert len(people.list_people(OPERATOR, backend)) == 2


@pytest.mark.parametrize(
    "email, told", [("nobody", "is not an e-mail address"), (EMAIL, "Nothing is set up here yet")]
)
def test_what_cannot_be_done_is_said(
    backend: Backend, capsys: pytest.CaptureFixture[str], email: str, told: str
) -> None:
    assert main(["let-in", email, "--name", "Kim"]) == 2
    assert told in capsys.readouterr().err
