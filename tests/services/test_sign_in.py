import hashlib
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from trial.domain.errors import NotSignedIn
from trial.domain.roles import PERMISSIONS, Role
from trial.services import audit, identity, people, sign_in, trial_views
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.brakes import THIS_MACHINE, TooManyTries, Visitor
from trial.services.clocks import FixedClock
from trial.services.sign_in import SignInRefused
from trial.store.tables import FailedSignIns, SignIn

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


def test_a_ticket_fetches_a_token_for_the_same_person_once(backend: Backend, comms: Actor) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    cookie = sign_in.redeem(backend, ticket=new.ticket)
    with pytest.raises(NotSignedIn):
        sign_in.redeem(backend, ticket=new.ticket)
    assert cookie != new.token
    for token in (new.token, cookie):
        signed_in = sign_in.who(backend, token=token)
        assert signed_in is not None
        assert signed_in.actor == comms


@pytest.mark.parametrize("by_cookie", [False, True])
def test_tab_and_cookie_of_one_sign_in_end_together(
    backend: Backend, comms: Actor, by_cookie: bool
) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    cookie = sign_in.redeem(backend, ticket=new.ticket)
    sign_in.sign_out(backend, token=cookie if by_cookie else new.token)
    assert [sign_in.who(backend, token=token) for token in (new.token, cookie)] == [None, None]


@pytest.mark.parametrize("by_cookie", [False, True])
def test_who_changes_their_password_stays_signed_in_by_tab_and_cookie(
    backend: Backend, comms: Actor, by_cookie: bool
) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    cookie = sign_in.redeem(backend, ticket=new.ticket)
    people.change_own_password(
        comms,
        backend,
        current_password=PASSWORD,
        new_password="vier leise gänse fliegen",
        token=cookie if by_cookie else new.token,
    )
    assert None not in [sign_in.who(backend, token=token) for token in (new.token, cookie)]


def test_after_the_ticket_is_used_only_hashes_of_both_tokens_are_there(
    backend: Backend, comms: Actor
) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    cookie = sign_in.redeem(backend, ticket=new.ticket)
    with backend.reading() as work:
        (row,) = work.session.exec(select(SignIn)).all()
    assert (row.ticket_hash, row.ticket_expires_at) == (None, None)
    hashes = [hashlib.sha256(token.encode()).hexdigest() for token in (new.token, cookie)]
    assert [row.token_hash, row.cookie_hash] == hashes
    assert not {new.token, cookie, new.ticket} & {str(value) for value in row.model_dump().values()}


@pytest.mark.parametrize("seconds, works", [(59, True), (60, False), (3600, False)])
def test_a_ticket_lasts_a_minute(
    backend: Backend, clock: FixedClock, comms: Actor, seconds: int, works: bool
) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    clock.moment += timedelta(seconds=seconds)
    if works:
        assert sign_in.who(backend, token=sign_in.redeem(backend, ticket=new.ticket)) is not None
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


WARD, STRANGER = Visitor("10.0.0.7", "a" * 64), Visitor("203.0.113.9", "b" * 64)


def fail(
    backend: Backend,
    times: int,
    visitor: Visitor = THIS_MACHINE,
    email: str = "comms@hospital.example",
) -> list[str]:
    """Try wrong passwords and return how each try was refused."""
    refusals = []
    for number in range(times):
        with pytest.raises((SignInRefused, TooManyTries)) as refusal:
            sign_in.sign_in(
                backend, email=email, password=f"another password {number}", visitor=visitor
            )
        refusals.append(refusal.type.__name__)
    return refusals


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that have been hashed to compare them."""
    compared: list[str] = []
    matches = identity.password_matches

    def counted(password: str, kept_hash: str) -> bool:
        compared.append(password)
        return matches(password, kept_hash)

    monkeypatch.setattr(identity, "password_matches", counted)
    return compared


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let seconds pass for the brakes."""
    moment = time.time()

    def wait(seconds: int) -> None:
        nonlocal moment
        moment += seconds
        monkeypatch.setattr(time, "time", lambda: moment)

    wait(0)
    return wait


def test_nine_wrong_tries_slow_nobody_and_whoever_gets_in_begins_anew(
    backend: Backend, comms: Actor
) -> None:
    for _ in range(3):
        assert fail(backend, 9) == ["SignInRefused"] * 9
        assert enter(backend)


def test_after_ten_wrong_tries_from_one_place_not_even_the_right_password_is_looked_at(
    backend: Backend, comms: Actor, hashed: list[str], later: Callable[[int], None]
) -> None:
    assert fail(backend, 10, STRANGER) == ["SignInRefused"] * 10
    assert fail(backend, 200, STRANGER) == ["TooManyTries"] * 200
    assert len(hashed) == 10
    later(14 * 60)
    with pytest.raises(TooManyTries, match="wait a minute"):
        sign_in.sign_in(
            backend, email="comms@hospital.example", password=PASSWORD, visitor=STRANGER
        )
    later(60)
    assert sign_in.sign_in(
        backend, email="comms@hospital.example", password=PASSWORD, visitor=STRANGER
    ).token


def test_an_attack_on_an_account_never_keeps_out_a_browser_that_was_in_it_before(
    backend: Backend, comms: Actor
) -> None:
    address = "comms@hospital.example"
    sign_in.sign_in(backend, email=address, password=PASSWORD, visitor=WARD)
    # From everywhere: from one machine after another, and from the ward's own network as well.
    for number in range(60):
        fail(backend, 10, Visitor(f"198.51.100.{number}"))
    fail(backend, 100, Visitor(WARD.source, "c" * 64))
    elsewhere = Visitor("192.0.2.1", "d" * 64)
    with pytest.raises(TooManyTries):
        sign_in.sign_in(backend, email=address, password=PASSWORD, visitor=elsewhere)
    for _ in range(3):
        assert sign_in.sign_in(backend, email=address, password=PASSWORD, visitor=WARD).token


def test_a_known_browser_is_counted_too_and_known_to_its_own_account_alone(
    backend: Backend, comms: Actor, lead: Actor
) -> None:
    sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD, visitor=WARD)
    assert fail(backend, 11, WARD)[-2:] == ["SignInRefused", "TooManyTries"]
    other = fail(backend, 11, WARD, email="lead@hospital.example")
    assert other[-2:] == ["SignInRefused", "TooManyTries"]


def test_one_password_tried_at_a_hundred_addresses_is_braked_at_the_source(
    backend: Backend, comms: Actor, hashed: list[str]
) -> None:
    for number in range(100):
        fail(backend, 1, STRANGER, email=f"person{number}@hospital.example")
    assert len(hashed) == 30
    # Other people go on, from another address and from a browser that was in before.
    assert enter(backend)


def test_the_brakes_tell_nobody_which_accounts_there_are(backend: Backend, comms: Actor) -> None:
    at_one_there_is = fail(backend, 15, STRANGER)
    at_none = fail(backend, 15, Visitor("203.0.113.10"), email="nobody@hospital.example")
    assert at_one_there_is == at_none


def test_an_attack_leaves_one_row_a_source_and_hour_and_no_event_each_time(
    backend: Backend, clock: FixedClock, comms: Actor
) -> None:
    before = len(audit.events(comms, backend, limit=1000))
    fail(backend, 40, STRANGER)
    fail(backend, 2, Visitor("2001:db8::1"))
    # Another address of the same subscriber, who has as many of them as there are grains of sand.
    fail(backend, 3, Visitor("2001:db8::dead:beef"))
    clock.moment += timedelta(hours=1)
    fail(backend, 1, STRANGER)
    assert len(audit.events(comms, backend, limit=1000)) == before
    assert sign_in.recent_failures(comms, backend) == (
        ("203.0.113.9", 41),
        ("2001:db8::/64", 5),
    )
    with backend.reading() as work:
        rows = work.session.exec(select(FailedSignIns)).all()
    assert sorted(row.tries for row in rows) == [1, 5, 40]


def test_failures_of_yesterday_are_shown_no_more_and_go_after_three_months(
    backend: Backend, clock: FixedClock, comms: Actor
) -> None:
    fail(backend, 5, STRANGER)
    clock.moment += timedelta(days=1, hours=1)
    assert sign_in.recent_failures(comms, backend) == ()
    clock.moment += timedelta(days=91)
    fail(backend, 1, WARD)
    with backend.reading() as work:
        assert [row.source for row in work.session.exec(select(FailedSignIns))] == [WARD.source]


def test_who_signs_in_is_noted_with_where_from(backend: Backend, comms: Actor) -> None:
    sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD, visitor=WARD)
    latest = audit.events(comms, backend, limit=1)[0]
    assert (latest.action, latest.details) == ("sign_in.opened", {"source": "10.0.0.7"})


@pytest.mark.parametrize(
    ("source", "network"),
    [
        ("", "this server"),
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("unix", "unix"),
        ("x" * 10_000, "x" * 45),
    ],
)
def test_a_source_is_counted_with_all_addresses_its_owner_has(source: str, network: str) -> None:
    assert Visitor(source).network == network


def test_attempts_do_not_end_the_sessions_there_are(backend: Backend, comms: Actor) -> None:
    token = enter(backend)
    fail(backend, 30)
    assert sign_in.who(backend, token=token) is not None


def test_a_new_department_shows_without_signing_in_again(
    backend: Backend, comms: Actor, lead: Actor, other_trial_id: int
) -> None:
    token = enter(backend, "lead@hospital.example")
    assert lead.person_id is not None
    department_id = trial_views.detail(comms, backend, trial_id=other_trial_id).row.department_id
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
