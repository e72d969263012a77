"""How it is counted, and the first visit of a lead."""

import pytest

from tests.accounts import FIRST_PASSWORD
from tests.app.conftest import Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.roles import Role
from trial.services import introduction, people, sign_in
from trial.services.access import Actor
from trial.ui import glossary_view, router, session


@pytest.mark.parametrize("role", list(Role))
def test_everybody_who_is_signed_in_reads_what_the_words_mean(opens: Opens, role: Role) -> None:
    shown = words_on(opens(role, "how-it-is-counted"))
    for anchor in (
        "band",
        "in-band",
        "slot",
        "live",
        "gate",
        "excused",
        "score",
        "shared-load",
        "checks",
    ):
        assert f'id="{anchor}"' in shown
    assert "30 % of the score" in shown


def test_a_page_links_the_words_that_stand_on_it(opens: Opens) -> None:
    shown = words_on(opens(Role.LEAD, "standing"))
    assert 'href="how-it-is-counted#checks"' in shown
    assert [place.path for place in router.PAGES if place.words] == [
        "board",
        "after-the-trial",
        "policy",
        "department",
        "this-week",
        "calendar",
        "standing",
    ]


def test_a_lead_sees_once_what_a_trial_is(opens: Opens, hospital: Hospital) -> None:
    backend, comms = backend_from(), Actor(hospital.ids[Role.COMMS])
    (department,) = (
        number for number, name in people.list_departments(comms, backend) if name == "Cardiology"
    )
    new = people.add_person(
        comms,
        backend,
        name="New Lead",
        email="new@hospital.example",
        role=Role.LEAD,
        department_ids=[department],
        password=FIRST_PASSWORD,
    )
    people.change_own_password(
        Actor(new.id), backend, current_password=FIRST_PASSWORD, new_password="nine slow herons"
    )
    token = sign_in.sign_in(
        backend, email="new@hospital.example", password="nine slow herons"
    ).token
    app = opens(Role.LEAD, "this-week")
    app.session_state[session.TOKEN] = token
    del app.session_state[glossary_view.CLOSED]
    app.run()
    assert "You hand over" in words_on(app)
    app.button(key="introduction.close").click().run()
    assert "You hand over" not in words_on(app)
    assert introduction.is_closed(Actor(new.id), backend)


def test_who_has_closed_it_is_not_asked_again(opens: Opens) -> None:
    assert "You hand over" not in words_on(opens(Role.LEAD, "this-week"))
