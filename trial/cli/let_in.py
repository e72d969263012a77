"""``python -m trial let-in``: a way back in where no manager can sign in any more."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trial.cli import Commands

_DESCRIPTION = """Let somebody in as a Communications manager, with a new password that is printed
once.

For whoever has the machine, when the last manager has left or lost the password. The account of
the e-mail address is opened and made a manager's; its sign-ins end. Where there is none, --name
makes one. The printed password opens nothing but the way to a new one, which the person chooses.
The event is noted like any other change of an account."""


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "let-in",
        help="let somebody in as a Communications manager, with a new password",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("email", metavar="EMAIL", help="the person's e-mail address")
    command.add_argument("--name", metavar="NAME", help="makes an account where there is none")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Open or make the account and print its password."""
    from trial.bootstrap import ready_backend
    from trial.domain import fields
    from trial.domain.errors import InvalidInput
    from trial.domain.roles import Role
    from trial.services import passwords, people
    from trial.services.access import OPERATOR

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
