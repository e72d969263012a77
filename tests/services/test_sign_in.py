import hashlib
from datetime import timedelta

import pytest
from sqlmodel import select

from trial.domain.errors import NotSignedIn
from trial.domain.roles import PERMISSIONS, Role
from trial.services import identity, people, sign_in, trials
from trial.services.access import Actor
from trial.services.backend import Backend, FixedClock
from trial.services.sign_in import SignInRefused
from trial.store.tables import SignIn

from .conftest import PASSWORD


def enter(backend: Backend, email: str = "comms@hospital.example") -> str:
    return sign_in.sign_in(backend, email=email, password=PASSWORD).token


def test_a_signed_in_lead_is_known_with_role_permissions_and_departments(
    backend: Backend, lead: Actor
) -> None:
    signed_in = sign_in.who(backend, token=enter(backend, "lead@hospital.example"))
    assert signed_in is not None
    assert signed_in.actor == lead
    assert (signed_in.name, signed_in.email) == ("Lou Lead", "lead@hospital.example")
    assert signed_in.role is Role.LEAD
    assert signed_in.permissions == PERMISSIONS[Role.LEAD]
    assert [name for _, name in signed_in.departments] == ["Cardiology"]


# The last with a sign nobody sees, as it stands beside the @ of an address shown on a page.
@pytest.mark.parametrize("typed", ["  Comms@Hospital.EXAMPLE ", "comms\u2060@hospital.example"])
def test_an_address_is_the_same_whatever_its_capitals_spaces_and_unseen_signs(
    backend: Backend, comms: Actor, typed: str
) -> None:
    token = enter(backend, typed)
    assert sign_in.who(backend, token=token) is not None


def test_a_password_is_the_same_on_every_keyboard(backend: Backend, comms: Actor) -> None:
    people.add_person(
        comms,
        backend,
        name="Uma Umlaut",
        email="uma@hospital.example",
        role=Role.REVIEWER,
        password="fünf stille gänse",
    )
    decomposed = "fu\u0308nf stille ga\u0308nse"
    assert sign_in.sign_in(backend, email="uma@hospital.example", password=decomposed).token


def test_only_hashes_of_token_and_ticket_are_kept(backend: Backend, comms: Actor) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    with backend.reading() as work:
        (kept,) = work.session.exec(select(SignIn)).all()
        values = {str(value) for value in kept.model_dump().values()}
    assert new.token not in values
    assert new.ticket not in values
    assert hashlib.sha256(new.token.encode()).hexdigest() in values
    assert len(bytes.fromhex(new.token)) == 32


def test_a_ticket_fetches_the_token_of_the_session_once(backend: Backend, comms: Actor) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    assert sign_in.redeem(backend, ticket=new.ticket) == new.token
    with pytest.raises(NotSignedIn):
        sign_in.redeem(backend, ticket=new.ticket)
    assert sign_in.who(backend, token=new.token) is not None


def test_after_the_ticket_is_used_nothing_of_the_token_is_left(
    backend: Backend, comms: Actor
) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    sign_in.redeem(backend, ticket=new.ticket)
    with backend.reading() as work:
        (kept,) = work.session.exec(select(SignIn)).all()
        assert (kept.ticket_hash, kept.sealed_token, kept.ticket_expires_at) == (None, "", None)


@pytest.mark.parametrize("seconds, works", [(59, True), (60, False), (3600, False)])
def test_a_ticket_lasts_a_minute(
    backend: Backend, clock: FixedClock, comms: Actor, seconds: int, works: bool
) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    clock.moment += timedelta(seconds=seconds)
    if works:
        assert sign_in.redeem(backend, ticket=new.ticket) == new.token
    else:
        with pytest.raises(NotSignedIn):
            sign_in.redeem(backend, ticket=new.ticket)


def test_a_ticket_of_a_sign_in_that_has_ended_fetches_nothing(
    backend: Backend, comms: Actor
) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    sign_in.sign_out(backend, token=new.token)
    with pytest.raises(NotSignedIn):
        sign_in.redeem(backend, ticket=new.ticket)


@pytest.mark.parametrize("made_up", ["", "x", "0" * 64])
def test_a_made_up_token_or_ticket_opens_nothing(
    backend: Backend, comms: Actor, made_up: str
) -> None:
    enter(backend)
    assert sign_in.who(backend, token=made_up) is None
    with pytest.raises(NotSignedIn):
        sign_in.redeem(backend, ticket=made_up)


@pytest.mark.parametrize("days, there", [(29, True), (30, False)])
def test_a_sign_in_lasts_thirty_days(
    backend: Backend, clock: FixedClock, comms: Actor, days: int, there: bool
) -> None:
    token = enter(backend)
    clock.moment += timedelta(days=days)
    assert (sign_in.who(backend, token=token) is not None) is there


def test_a_sign_in_that_has_run_out_is_forgotten_at_the_next_one(
    backend: Backend, clock: FixedClock, comms: Actor
) -> None:
    enter(backend)
    clock.moment += timedelta(days=31)
    enter(backend)
    with backend.reading() as work:
        assert len(work.session.exec(select(SignIn)).all()) == 1


def test_signing_out_ends_this_browser_only(backend: Backend, comms: Actor) -> None:
    here, elsewhere = enter(backend), enter(backend)
    sign_in.sign_out(backend, token=here)
    sign_in.sign_out(backend, token=here)
    assert sign_in.who(backend, token=here) is None
    assert sign_in.who(backend, token=elsewhere) is not None


def test_wrong_password_unknown_address_and_closed_account_get_one_answer(
    backend: Backend, gone: Actor
) -> None:
    answers = set()
    for email, password in [
        ("comms@hospital.example", "another password"),
        ("nobody@hospital.example", PASSWORD),
        ("gone@hospital.example", PASSWORD),
        ("", ""),
        ("comms@hospital.example", PASSWORD + "x" * 1000),
    ]:
        with pytest.raises(SignInRefused) as refusal:
            sign_in.sign_in(backend, email=email, password=password)
        answers.add(str(refusal.value))
    assert len(answers) == 1


def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(
    backend: Backend, comms: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    genuine = identity.password_matches

    def counted(password: str, kept_hash: str) -> bool:
        checked.append(kept_hash.rsplit("$", 2)[0])
        return genuine(password, kept_hash)

    monkeypatch.setattr(identity, "password_matches", counted)
    for email in ("comms@hospital.example", "nobody@hospital.example"):
        with pytest.raises(SignInRefused):
            sign_in.sign_in(backend, email=email, password="another password")
    known, unknown = checked
    assert known == unknown


def fail(backend: Backend, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            sign_in.sign_in(backend, email="comms@hospital.example", password="another password")


def test_nine_wrong_attempts_do_not_close_an_account(backend: Backend, comms: Actor) -> None:
    fail(backend, 9)
    assert enter(backend)
    fail(backend, 9)
    assert enter(backend)


def test_ten_wrong_attempts_close_an_account_for_a_quarter_of_an_hour(
    backend: Backend, clock: FixedClock, comms: Actor
) -> None:
    fail(backend, 10)
    with pytest.raises(SignInRefused):
        enter(backend)
    assert people.list_people(comms, backend)[0].resting
    clock.moment += timedelta(minutes=15)
    assert enter(backend)


def test_a_resting_account_keeps_the_sessions_it_has(backend: Backend, comms: Actor) -> None:
    token = enter(backend)
    fail(backend, 10)
    assert sign_in.who(backend, token=token) is not None


def test_a_new_password_opens_a_resting_account(backend: Backend, comms: Actor) -> None:
    fail(backend, 10)
    assert comms.person_id is not None
    people.update_person(
        comms,
        backend,
        person_id=comms.person_id,
        version=1,
        role=Role.COMMS,
        active=True,
        password=PASSWORD,
    )
    assert enter(backend)


def test_a_new_department_shows_without_signing_in_again(
    backend: Backend, comms: Actor, lead: Actor, other_trial_id: int
) -> None:
    token = enter(backend, "lead@hospital.example")
    assert lead.person_id is not None
    department_id = trials.detail(comms, backend, trial_id=other_trial_id).row.department_id
    people.update_person(
        comms,
        backend,
        person_id=lead.person_id,
        version=1,
        role=Role.LEAD,
        department_ids=(department_id,),
        active=True,
    )
    signed_in = sign_in.who(backend, token=token)
    assert signed_in is not None
    assert [name for _, name in signed_in.departments] == ["Dermatology"]
