"""A hospital that is set up, and people who have arrived, with passwords of their own."""

from collections.abc import Sequence

from trial.domain.roles import Role
from trial.services import introduction, organisation, people
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.people import PersonView

FIRST_PASSWORD = "seven amber lanterns"
"""What the manager has set and told the person."""


def set_up_hospital(
    backend: Backend,
    *,
    name: str = "St. Example",
    email: str = "comms@hospital.example",
    password: str,
    time_zone: str = "Europe/Berlin",
) -> Actor:
    """Set up a hospital, weeks from Monday, and return its first manager."""
    return Actor(
        organisation.set_up(
            backend,
            name=name,
            time_zone=time_zone,
            week_starts_on=0,
            manager_name="Kim Comms",
            manager_email=email,
            password=password,
        )
    )


def add_arrived(
    manager: Actor,
    backend: Backend,
    *,
    name: str,
    email: str,
    role: Role,
    department_ids: Sequence[int] = (),
    password: str,
) -> PersonView:
    """Open an account as a manager does, and choose `password` as the person does.

    They have closed the introduction too.
    """
    added = people.add_person(
        manager,
        backend,
        name=name,
        email=email,
        role=role,
        department_ids=department_ids,
        password=FIRST_PASSWORD,
    )
    people.change_own_password(
        Actor(added.id), backend, current_password=FIRST_PASSWORD, new_password=password
    )
    introduction.close(Actor(added.id), backend)
    return next(one for one in people.list_people(manager, backend) if one.id == added.id)
