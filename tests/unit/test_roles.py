"""Who may do what: three roles, and no permission that nobody has thought of."""

from __future__ import annotations

import re

import pytest

from trial.domain.roles import PERMISSIONS, Permission, Role

TABLE: dict[Permission, set[Role]] = {
    Permission.OWN_POST_READ: {Role.LEAD},
    Permission.OWN_POST_WRITE: {Role.LEAD},
    Permission.OWN_CHECKIN_WRITE: {Role.LEAD},
    Permission.OWN_SCORECARD_READ: {Role.LEAD},
    Permission.OWN_EXEMPTION_ASK: {Role.LEAD},
    Permission.OWN_IMPORT_RUN: {Role.LEAD},
    Permission.ALL_POST_READ: {Role.COMMS, Role.REVIEWER},
    Permission.ALL_POST_WRITE: {Role.COMMS},
    Permission.ALL_POST_REVIEW: {Role.COMMS},
    Permission.ALL_BOARD_READ: {Role.COMMS, Role.REVIEWER},
    Permission.ALL_SCORECARD_READ: {Role.COMMS, Role.REVIEWER},
    Permission.ALL_TRIAL_WRITE: {Role.COMMS},
    Permission.ALL_EXEMPTION_GRANT: {Role.COMMS},
    Permission.ALL_PERSON_WRITE: {Role.COMMS},
    Permission.ALL_ORGANISATION_WRITE: {Role.COMMS},
    Permission.ALL_IMPORT_RUN: {Role.COMMS},
    Permission.ALL_SIMULATION_RUN: {Role.COMMS},
    Permission.ALL_POLICY_WRITE: {Role.COMMS},
    Permission.ALL_DECISION_WRITE: {Role.COMMS, Role.REVIEWER},
    Permission.ALL_OUTCOME_WRITE: {Role.COMMS},
    Permission.ALL_AUDIT_READ: {Role.COMMS},
    Permission.ALL_VALIDATION_RUN: {Role.COMMS},
}


@pytest.mark.parametrize("permission", Permission)
def test_each_permission_is_held_by_exactly_the_roles_of_the_table(
    permission: Permission,
) -> None:
    assert {role for role in Role if permission in PERMISSIONS[role]} == TABLE[permission]


@pytest.mark.parametrize("permission", Permission)
def test_a_permission_names_scope_resource_and_action(permission: Permission) -> None:
    assert re.fullmatch(r"(own|all):[a-z]+:[a-z]+", permission.value)
    assert permission.own_only is permission.value.startswith("own:")


def test_nobody_decides_on_their_own_department() -> None:
    lead = PERMISSIONS[Role.LEAD]
    assert all(permission.own_only for permission in lead)
    assert Permission.ALL_DECISION_WRITE not in lead


def test_a_reviewer_writes_nothing_but_decisions() -> None:
    written = {
        permission
        for permission in PERMISSIONS[Role.REVIEWER]
        if not permission.value.endswith(":read")
    }
    assert written == {Permission.ALL_DECISION_WRITE}


@pytest.mark.parametrize(
    ("role", "label"),
    [
        (Role.LEAD, "Department lead"),
        (Role.COMMS, "Communications manager"),
        (Role.REVIEWER, "Reviewer"),
    ],
)
def test_roles_are_said_as_people_say_them(role: Role, label: str) -> None:
    assert role.label == label
