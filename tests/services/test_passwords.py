"""What becomes a password, and what is guessed first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.accounts import add_arrived
from trial.domain.errors import InvalidInput
from trial.domain.roles import Role
from trial.services import organisation, passwords, people
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.passwords import FIRST_PASSWORD_WORDS, WeakPassword

from .conftest import PASSWORD

NAMES = (
    "Jürgen Müller",
    "j.mueller@st-example.de",
    "Klinikum St. Example",
    "Cardiology",
    "Kinder- und Jugendmedizin",
)
GUESSED = "it is like those that are guessed first"
KNOWN = "it contains what others know"
ADVICE = "three or four words that have nothing to do with each other"


def refusal_of(password: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        passwords.check("New password", password, names=NAMES)
    assert refusal.value.field == "New password"
    return str(refusal.value)


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "password12",
        "aaaaaaaaaa",
        "0000000000",
        "abcdefghijkl",
        "abcabcabcabc",
        "qwertzuiop",
        "qwertyuiop",
        "1q2w3e4r5t",
        "asdfghjkl1",
        "P@ssw0rd12",
        "Passwort2026!",
        "pässwört12",
        "pass\u200bword12",
        "".join(chr(ord(sign) + 0xFEE0) for sign in "password12"),
        "drowssap12",
        "iloveyou12",
        "ichliebedich",
        "Ich liebe dich!",
        "hallo12345",
        "Willkommen123",
        "Sommer2026!",
        "Frühling 2026!",
        "Krankenhaus1",
        "Hospital2026!",
        "Trial Channel",
        "TrialChannel2026",
        "letmein letmein",
        "schalke04fan",
        "01.02.1980ab",
        "p" * 200,
        "1234567890" * 20,
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    sentence = refusal_of(password)
    assert GUESSED in sentence
    assert ADVICE in sentence


@pytest.mark.parametrize(
    "password",
    [
        "j.mueller@st-example.de",
        "J.MUELLER@ST-EXAMPLE.DE",
        "jmueller2026",
        "Jürgen Müller",
        "Jurgen Muller",
        "JuergenMueller1",
        "jürgen müller 1980",
        "Ju\u0308rgen Mu\u0308ller",
        "St. Example",
        "St.Example2026",
        "stexample2026!",
        "Klinikum St. Example",
        "Cardiology1",
        "cardiology 2026",
        "Jugendmedizin!",
        "KinderUndJugendmedizin",
        "Jürgen Müller Cardiology St. Example",
        "Cardiology password",
    ],
)
def test_a_password_of_names_that_others_know_is_refused(password: str) -> None:
    sentence = refusal_of(password)
    assert KNOWN in sentence
    assert ADVICE in sentence


# Parts of this department's name stand in many words, and in sentences of any kind.
ENT = "Ear, Nose and Throat"


@pytest.mark.parametrize(
    "password", ["island sand beach", "care and share coffee", "pearl anthem bicycle"]
)
def test_short_words_of_a_name_count_for_nothing_only_where_they_stand_alone(password: str) -> None:
    passwords.check("New password", password, names=(ENT,))


@pytest.mark.parametrize("password", ["ear nose throat", "EarNoseAndThroat1", "nose1234567890"])
def test_a_departments_name_is_refused_however_it_is_put_together(password: str) -> None:
    with pytest.raises(passwords.WeakPassword):
        passwords.check("New password", password, names=(ENT,))


@pytest.mark.parametrize("sign", [" ", "\t", "\u200b", "\u00a0", "\u2060", "\u034f", "\u00ad"])
def test_what_cannot_be_seen_makes_no_password(sign: str) -> None:
    assert "0 characters that can be seen" in refusal_of(sign * 10)
    assert "5 characters that can be seen" in refusal_of(f"ward7{sign * 10}")


@pytest.mark.parametrize(
    "password, counted",
    [
        ("short", "5 characters"),
        ("x", "1 character"),
        ("four two", "8 characters"),
        ("x" * 201, "201 characters"),
    ],
)
def test_how_long_it_is_is_said(password: str, counted: str) -> None:
    sentence = refusal_of(password)
    assert counted in sentence
    assert "10 to 200 characters" in sentence
    assert "seen" not in sentence


@pytest.mark.parametrize(
    "password",
    [
        "five quiet geese",
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "ten green jars",
        "drei blaue Stühle",
        "fünf stille Gänse",
        "fu\u0308nf stille Ga\u0308nse",
        "Die Katze schläft.",
        "Grüner Mond singt laut",
        "Tee um fünf Uhr",
        "Regen am Montag",
        "mond hafer leiter",
        "Sommerregen auf dem Dach",
        "Müller mag drei blaue Stühle",
        "A demo for everybody",
        "aB3$xY9!qL",
        "X7k2mQp9wZ",
        "сорок тихих гусей",
        "vier Mäuse " + "x" * 189,
    ],
)
def test_a_good_password_is_taken(password: str) -> None:
    passwords.check("New password", password, names=NAMES)


def test_the_same_words_are_no_names_to_somebody_else() -> None:
    passwords.check("Password", "purple Radiology desk", names=("Ada Day", "ada@ward.example"))
    with pytest.raises(WeakPassword, match=KNOWN):
        passwords.check("Password", "purple Radiology desk", names=("Purple Desk", "Radiology"))


@given(st.text(max_size=220))
def test_a_refusal_never_holds_the_password(password: str) -> None:
    try:
        passwords.check("New password", password, names=NAMES)
    except InvalidInput as refusal:
        said = f"{refusal} {refusal.value} {refusal.accepted}"
        assert len(password) < 5 or password not in said


@given(st.integers(1, 30))
def test_names_in_front_never_make_a_weak_password_good(times: int) -> None:
    typed = ("Jürgen Müller Cardiology " * times)[:180] + "password12"
    assert KNOWN in refusal_of(typed)


def test_what_is_made_to_be_slow_is_not_looked_through() -> None:
    looked_at: list[str] = []
    every_substitution = "4@8({[<3691!|7|0$5+7%2" * 9

    def estimate(text: str, user_inputs: list[str]) -> dict[str, int]:
        looked_at.append(text)
        return {"guesses": passwords.LEAST_GUESSES}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zxcvbn.zxcvbn", estimate)
        passwords.check("Password", every_substitution, names=NAMES)
        with pytest.raises(InvalidInput, match="10000000 characters"):
            passwords.check("Password", "x" * 10_000_000, names=NAMES)
    assert [len(text) for text in looked_at] == [24]


def test_first_passwords_are_four_words_always_others_and_good_everywhere() -> None:
    made = [passwords.first_password() for _ in range(200)]
    assert len(set(made)) == len(made)
    assert {len(one.split()) for one in made} == {4}
    for one in made:
        passwords.check("First password", one, names=NAMES)
        # Also where one of its words is a name.
        passwords.check("First password", one, names=(f"{one.split()[0]} Hospital",))


def test_first_passwords_are_made_of_256_plain_words() -> None:
    words = FIRST_PASSWORD_WORDS
    assert len(words) == len(set(words)) == 256
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)


# ------------------------------------------------------------------- wherever one is set


def test_the_first_manager_is_refused_the_hospitals_name(backend: Backend) -> None:
    for password, sentence in [
        ("St. Example", KNOWN),
        ("comms@hospital.example", KNOWN),
        ("kim comms 1", KNOWN),
        ("1234567890", GUESSED),
    ]:
        with pytest.raises(WeakPassword, match=sentence):
            organisation.set_up(
                backend,
                name="St. Example",
                time_zone="Europe/Berlin",
                week_starts_on=0,
                manager_name="Kim Comms",
                manager_email="comms@hospital.example",
                password=password,
            )
    assert organisation.state(backend) is None


OF_NIA = (
    "nia@ward.example",
    "Nia New 2026",
    "St. Example",
    "Cardiology 1",
    "Cardiology St. Example",
)


@pytest.mark.parametrize("password", OF_NIA)
def test_a_password_of_what_is_known_of_a_person_is_refused_to_everybody(
    backend: Backend, comms: Actor, trial_id: int, password: str
) -> None:
    new = {"name": "Nia New", "email": "nia@ward.example", "role": Role.REVIEWER}
    with pytest.raises(WeakPassword, match=KNOWN):
        people.add_person(comms, backend, **new, password=password)  # type: ignore[arg-type]
    nia = add_arrived(comms, backend, **new, password=PASSWORD)  # type: ignore[arg-type]
    for manager in (comms, OPERATOR):
        with pytest.raises(WeakPassword, match=KNOWN):
            people.update_person(
                manager,
                backend,
                person_id=nia.id,
                version=nia.version,
                role=nia.role,
                active=True,
                password=password,
            )
    with pytest.raises(WeakPassword, match=KNOWN):
        people.change_own_password(
            Actor(nia.id), backend, current_password=PASSWORD, new_password=password
        )
    assert nia in people.list_people(comms, backend)


def test_a_new_name_counts_at_once(backend: Backend, comms: Actor) -> None:
    nia = people.add_person(
        comms,
        backend,
        name="Nia New",
        email="nia@ward.example",
        role=Role.REVIEWER,
        password=PASSWORD,
    )
    with pytest.raises(WeakPassword, match=KNOWN):
        people.update_person(
            comms,
            backend,
            person_id=nia.id,
            version=nia.version,
            role=nia.role,
            active=True,
            name="Nia Weatherbottom",
            password="weatherbottom",
        )
