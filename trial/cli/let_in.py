"""``python -m trial let-in``: a way back in where no manager can sign in any more."""

import argparse

from trial.bootstrap import ready_backend
from trial.domain import fields
from trial.domain.errors import InvalidInput
from trial.domain.roles import Role
from trial.services import passwords, people
from trial.services.access import OPERATOR


def run(arguments: argparse.Namespace) -> int:
    """Open or make the account and print its password."""
    backend = ready_backend()
    email = fields.email_address(arguments.email)
    password = passwords.first_password()
    known = next((p for p in people.list_people(OPERATOR, backend) if p.email == email), None)
    if known is not None:
        manager = people.update_person(
            OPERATOR,
            backend,
            person_id=known.id,
            version=known.version,
            role=Role.COMMS,
            active=True,
            name=arguments.name,
            password=password,
        )
    elif arguments.name is not None:
        manager = people.add_person(
            OPERATOR,
            backend,
            name=arguments.name,
            email=email,
            role=Role.COMMS,
            password=password,
        )
    else:
        raise InvalidInput("EMAIL", email, "the address of an account; --name NAME makes a new one")
    print(f"{manager.name} can sign in as a Communications manager.")
    print(f"E-mail: {manager.email}")
    print(f"Password: {password}")
    print("It opens the way to a password of their own, which is asked for at the first sign-in.")
    return 0
