"""Every service that takes a text × characters nobody can see: refused by name, nothing kept."""

from __future__ import annotations

import inspect
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.accounts import set_up_hospital
from tests.environment import postgres
from tests.services.rows import contents
from tests.unit.policies import standard
from trial import demo, services
from trial.config import ROOT
from trial.domain import fields
from trial.domain.errors import InvalidInput, NotSignedIn
from trial.domain.exemptions import ExemptionCause
from trial.domain.roles import Role
from trial.ingest.histories import HistoryFile, read_histories
from trial.services import (
    decisions,
    exemptions,
    import_preview,
    imports,
    incidents,
    organisation,
    people,
    policies,
    policy_in_force,
    policy_worth,
    posts,
    review,
    sign_in,
    trial_views,
    trials,
)
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.brakes import Brakes
from trial.services.clocks import FixedClock
from trial.services.sign_in import SignInRefused
from trial.store.engine import Database

from .conftest import PASSWORD, START, TODAY

UNSEEN = {
    "NUL": "\x00",
    "ESC": "\x1b",
    "file separator": "\x1c",
    "C1": "\x9b",
    "noncharacter": "\uffff",
    "far noncharacter": "\U0010fffe",
    "half a pair": "\ud83d",
}
CSV = b"Title;Planned for\nTea;2026-02-13\n"
MAPPING = {"Title": "title", "Planned for": "planned_for"}


@dataclass(frozen=True)
class World:
    """A hospital in which every call of the table would succeed with another text."""

    backend: Backend
    comms: Actor
    trial_id: int
    over_id: int
    planned_id: int
    delivered_id: int
    approved_id: int
    asked_id: int
    granted_id: int
    home: organisation.OrganisationView


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("_migrated_file"), folder / "trial.db")
        yield Database(f"sqlite:///{file}")
        return
    server = request.getfixturevalue("postgres_url")
    with postgres.fresh_database(
        server, like=request.getfixturevalue("_migrated_address")
    ) as address:
        database = Database(address)
        yield database
        database.close()


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One for all tests: none of them changes it, and each looks that it has not."""
    with _database(request, tmp_path_factory.mktemp("texts")) as database:
        yield _built(Backend(database, FixedClock.on(TODAY), ROOT / "data", open_set_up=True))


def _built(backend: Backend) -> World:
    comms = set_up_hospital(backend, password=PASSWORD)
    trial_id, over_id = (
        trials.start(comms, backend, department=name, starts_on=START).id
        for name in ("Cardiology", "Dermatology")
    )
    trials.end_early(comms, backend, trial_id=over_id, on=TODAY, reason="The unit moves.")
    planned = posts.plan(comms, backend, trial_id=trial_id, title="Tea", planned_for=TODAY)[0]
    delivered, approved = (
        posts.add_unplanned(comms, backend, trial_id=trial_id, title=title).post
        for title in ("Cake", "Pie")
    )
    review.approve(comms, backend, post_id=approved.id, version=approved.version)
    asked = exemptions.ask(
        comms, backend, trial_id=trial_id, first_week=8, last_week=8, reason="A move."
    )
    granted = exemptions.grant_for_cause(
        comms,
        backend,
        trial_id=trial_id,
        first_week=1,
        last_week=1,
        cause=ExemptionCause.ILLNESS,
        reason="Flu.",
    )
    home = organisation.state(backend)
    assert home is not None
    return World(
        backend=backend,
        comms=comms,
        trial_id=trial_id,
        over_id=over_id,
        planned_id=planned.id,
        delivered_id=delivered.id,
        approved_id=approved.id,
        asked_id=asked.id,
        granted_id=granted.id,
        home=home,
    )


Call = Callable[[World, str], object]


def typed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments as they are; what a service makes of them is what is tested."""
    return arguments


def _on_trial(service: Callable[..., object], **given: Any) -> Callable[[str], Call]:
    return lambda name: (
        lambda w, text: service(w.comms, w.backend, trial_id=w.trial_id, **{**given, name: text})
    )


def _on_post(service: Callable[..., object], post: str, version: int, **given: Any) -> Any:
    return lambda name: (
        lambda w, text: service(
            w.comms,
            w.backend,
            post_id=getattr(w, post),
            version=version,
            **{**given, name: [text] if name == "channels" else text},
        )
    )


def _added(name: str) -> Call:
    return lambda w, text: posts.add_unplanned(
        w.comms,
        w.backend,
        trial_id=w.trial_id,
        **typed({"title": "Tea", name: [text] if name == "channels" else text}),
    )


def _planned(name: str) -> Call:
    return lambda w, text: posts.plan(
        w.comms,
        w.backend,
        trial_id=w.trial_id,
        planned_for=TODAY,
        **typed({"title": "Tea", name: [text] if name == "channels" else text}),
    )


def _started(name: str) -> Call:
    return lambda w, text: trials.start(
        w.comms,
        w.backend,
        starts_on=START,
        **typed({"department": "Neurology", name: text}),
    )


def _gates(name: str) -> Call:
    texts: dict[str, Any] = dict.fromkeys(
        ("purpose", "audience", "primary_manager", "backup_manager"), ""
    )
    return lambda w, text: trials.update_gates(
        w.comms,
        w.backend,
        trial_id=w.trial_id,
        version=trial_views.detail(w.comms, w.backend, trial_id=w.trial_id).version,
        agreement_signed_on=None,
        training_done=None,
        training_total=None,
        **{**texts, name: text},
    )


def _decided(name: str) -> Call:
    return lambda w, text: decisions.decide(
        w.comms,
        w.backend,
        trial_id=w.over_id,
        **typed({"decision": "extend", "reason": "Enough.", name: text}),
    )


def _founded(name: str) -> Call:
    texts: dict[str, Any] = {
        "name": "St. Other",
        "time_zone": "UTC",
        "manager_name": "Kim",
        "manager_email": "kim@hospital.example",
    }
    return lambda w, text: organisation.set_up(
        w.backend, week_starts_on=0, password=PASSWORD, **{**texts, name: text}
    )


def _changed(name: str) -> Call:
    return lambda w, text: organisation.change(
        w.comms,
        w.backend,
        seen=w.home,
        **typed({"name": w.home.name, "time_zone": w.home.time_zone, name: text}),
    )


def _person(name: str) -> Call:
    return lambda w, text: people.add_person(
        w.comms,
        w.backend,
        role=Role.REVIEWER,
        password=PASSWORD,
        **typed({"name": "Nia", "email": "nia@hospital.example", name: text}),
    )


def _renamed(w: World, text: str) -> object:
    return people.update_person(
        OPERATOR,
        w.backend,
        person_id=w.comms.person_id or 0,
        version=1,
        role=Role.COMMS,
        active=True,
        name=text,
    )


def _import(service: Callable[..., object], **given: Any) -> Callable[[str], Call]:
    return lambda name: (
        lambda w, text: service(
            w.comms,
            w.backend,
            **{
                "trial_id": w.trial_id,
                "name": "plan.csv",
                "content": CSV,
                **given,
                name: {text: "title"} if name == "mapping" else text,
            },
        )
    )


def _imported_cell(w: World, text: str) -> object:
    content = f'Title;Planned for\n"Tea{text}";2026-02-13\n'.encode(errors="surrogatepass")
    return imports.commit(
        w.comms, w.backend, trial_id=w.trial_id, name="plan.csv", content=content, mapping=MAPPING
    )


def _histories(column: str) -> Call:
    def read(_w: World, text: str) -> object:
        row = {"source": "blogs", "account": "ward", "date": "2025-01-06", column: f"x{text}"}
        content = f"{','.join(row)}\n{','.join(row.values())}\n"
        return read_histories(
            HistoryFile("posts.csv", content.encode(errors="surrogatepass")), today=TODAY
        )

    return read


def _policy(w: World, text: str) -> object:
    with w.backend.writing() as work:
        return policies.freeze(
            work, w.backend, replace(standard(), name=f"New{text}", met_from=0.61)
        )


def _in_force(name: str) -> Call:
    return lambda w, text: policy_in_force.put_in_force(
        w.comms,
        w.backend,
        policy=replace(standard(), met_from=0.61),
        base=standard(),
        seen=policy_in_force.overview(w.comms, w.backend).latest_id,
        **typed({"name": "Kinder", "reason": "To see.", name: text}),
    )


def _document(name: str) -> Call:
    return lambda w, text: policy_worth.document(
        w.comms,
        w.backend,
        standard(),
        standard(),
        **typed({"by": "Kim", "why": "A try.", name: text}),
    )


def _sign_in(name: str) -> Call:
    return lambda w, text: sign_in.sign_in(
        w.backend,
        **typed({"email": "comms@hospital.example", "password": "no such thing", name: text}),
    )


def _table(module: str, call: Callable[[str], Call], *names: str) -> dict[str, Call]:
    return {f"{module}({name})": call(name) for name in names}


CALLS: dict[str, Call] = {
    **_table("decisions.decide", _decided, "decision", "reason", "dissent", "conditions"),
    **_table("exemptions.ask", _on_trial(exemptions.ask, first_week=9, last_week=9), "reason"),
    **_table(
        "exemptions.grant_for_cause",
        _on_trial(
            exemptions.grant_for_cause, first_week=9, last_week=9, cause=ExemptionCause.ILLNESS
        ),
        "reason",
    ),
    "exemptions.decide(reason)": lambda w, text: exemptions.decide(
        w.comms, w.backend, exemption_id=w.asked_id, grant=False, reason=text
    ),
    "exemptions.withdraw(reason)": lambda w, text: exemptions.withdraw(
        w.comms, w.backend, exemption_id=w.granted_id, version=1, reason=text
    ),
    **_table(
        "import_preview.check", _import(import_preview.check, mapping=MAPPING), "mapping", "order"
    ),
    **_table("imports.commit", _import(imports.commit, mapping=MAPPING), "mapping", "order"),
    "policies.freeze, a name": _policy,
    **_table("incidents.open_incident", _on_trial(incidents.open_incident), "summary"),
    **_table("organisation.set_up", _founded, "name", "time_zone", "manager_name", "manager_email"),
    **_table("organisation.change", _changed, "name", "time_zone"),
    **_table("people.add_person", _person, "name", "email"),
    "people.update_person(name)": _renamed,
    "policies.read(name)": lambda w, text: policies.read(w.backend, text),
    **_table("policy_in_force.put_in_force", _in_force, "name", "reason"),
    **_table("policy_worth.document", _document, "by", "why"),
    **_table(
        "posts.add_unplanned",
        _added,
        "title",
        "contributor",
        "pillar",
        "channels",
        "request_key",
    ),
    **_table("posts.plan", _planned, "title", "contributor", "pillar", "channels", "request_key"),
    **_table("posts.drop", _on_post(posts.drop, "planned_id", 1, reason="other"), "reason", "note"),
    **_table(
        "posts.edit",
        _on_post(posts.edit, "planned_id", 1, title="Tea"),
        "title",
        "pillar",
        "channels",
        "contributor",
    ),
    **_table(
        "posts.move",
        _on_post(posts.move, "planned_id", 1, to_day=TODAY + timedelta(days=1)),
        "reason",
    ),
    **_table(
        "review.send_back",
        _on_post(review.send_back, "delivered_id", 1, reason_code="facts", sentence="Why?"),
        "reason_code",
        "sentence",
    ),
    "review.share(link)": lambda w, text: review.share(
        w.comms, w.backend, post_id=w.approved_id, version=2, link=f"https://a.example/{text}"
    ),
    "sign_in.redeem(ticket)": lambda w, text: sign_in.redeem(w.backend, ticket=text),
    "trials.end_early(reason)": lambda w, text: trials.end_early(
        w.comms, w.backend, trial_id=w.trial_id, on=TODAY, reason=text
    ),
    **_table(
        "trials.start",
        _started,
        "department",
        "purpose",
        "audience",
        "primary_manager",
        "backup_manager",
    ),
    **_table(
        "trials.update_gates", _gates, "purpose", "audience", "primary_manager", "backup_manager"
    ),
}

CELLS: dict[str, Call] = {
    "a post": _imported_cell,
    "where an account is from": _histories("source"),
    "an account": _histories("account"),
}

ELSEWHERE = {
    # Asked of nobody's database, or told below.
    "change.open_change(what)",
    "hospital.explore(progress)",
    "import_preview.check(name)",
    "import_preview.check(sheet)",
    "imports.commit(name)",
    "imports.commit(sheet)",
    "import_preview.preview(name)",
    "import_preview.preview(sheet)",
    "people.change_own_password(token)",
    "sign_in.sign_in(email)",
    "sign_in.sign_out(token)",
    "sign_in.who(token)",
    # Compared, and never stored; see the tests of who may set up.
    "hospital.explore(code)",
    "organisation.set_up(code)",
    # Passwords are hashed and never stored; see the tests of identity.
    "organisation.set_up(password)",
    "people.add_person(password)",
    "people.change_own_password(current_password)",
    "people.change_own_password(new_password)",
    "people.update_person(password)",
    "sign_in.sign_in(password)",
}


def test_the_table_has_every_text_a_service_takes() -> None:
    taken = {
        f"{module.name.rpartition('.')[2]}.{name}({parameter.name})"
        for room in (services, demo)
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}.")
        for name, service in inspect.getmembers(import_module(module.name), inspect.isfunction)
        if service.__module__ == module.name and not name.startswith("_")
        for parameters in [inspect.signature(service).parameters]
        if "backend" in parameters
        for parameter in parameters.values()
        if "str" in str(parameter.annotation).replace("Stretch", "")
    }
    told = {name for name in CALLS if name.endswith(")")}
    assert taken == told | ELSEWHERE


@pytest.mark.parametrize("call", CALLS)
def test_what_cannot_be_seen_is_refused_and_nothing_is_kept(world: World, call: str) -> None:
    before = contents(world.backend)
    for name, character in UNSEEN.items():
        with pytest.raises((InvalidInput, NotSignedIn)) as refusal:
            CALLS[call](world, f"a{character}b")
        sentence = str(refusal.value)
        assert character not in sentence, name
        assert len(sentence) < 600
    assert contents(world.backend) == before


@pytest.mark.parametrize("cell", CELLS)
def test_so_is_a_cell_of_a_file(world: World, cell: str) -> None:
    before = contents(world.backend)
    # Half of a surrogate pair stands in no file: it has no bytes of its own.
    for name in UNSEEN.keys() - {"half a pair"}:
        with pytest.raises(InvalidInput) as refusal:
            CELLS[cell](world, f"a{UNSEEN[name]}b")
        assert UNSEEN[name] not in str(refusal.value)
    assert contents(world.backend) == before


@pytest.mark.parametrize("name", UNSEEN)
def test_whoever_signs_in_so_is_told_what_a_stranger_is_told(world: World, name: str) -> None:
    # What the tests before have tried is not counted against these.
    backend = replace(world.backend, brakes=Brakes())

    def answer(email: str) -> tuple[str, int]:
        before = len(str(contents(world.backend)))
        with pytest.raises(SignInRefused) as refusal:
            sign_in.sign_in(backend, email=email, password="no such thing")
        return str(refusal.value), len(str(contents(world.backend))) - before

    stranger, grown = answer("nobody@hospital.example")
    for email in (
        f"comms{UNSEEN[name]}@hospital.example",
        UNSEEN[name],
        UNSEEN[name] * 100_000,
        "x" * 10_000_000,
    ):
        told, kept = answer(email)
        assert told == stranger
        assert kept <= grown + 10  # a number may have one digit more


@pytest.mark.parametrize("name", UNSEEN)
def test_a_token_nobody_has_is_nobody(world: World, name: str) -> None:
    assert sign_in.who(world.backend, token=UNSEEN[name]) is None
    sign_in.sign_out(world.backend, token=UNSEEN[name])


@pytest.mark.parametrize("name", UNSEEN)
def test_a_file_is_kept_under_what_can_be_seen_of_its_name(world: World, name: str) -> None:
    odd = f"/somewhere/pl{UNSEEN[name]}an.csv"
    assert fields.file_name(odd) == "plan.csv"
    done = imports.commit(
        world.comms,
        world.backend,
        trial_id=world.trial_id,
        name=odd,
        content=CSV,
        mapping=MAPPING,
    )
    assert done.file_name == "plan.csv"
    imports.undo_import(world.comms, world.backend, import_id=done.import_id)
