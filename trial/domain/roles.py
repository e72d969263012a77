"""Who may do what: roles and permissions.

A permission names a scope, a resource and an action. *Own* reaches the departments a lead is a
member of; *all* reaches every department. Services ask for a permission by name; pages are
listed by the same names, so a menu can never promise what a service refuses.
"""

from enum import StrEnum

from trial.domain.labels import Labelled


class Role(Labelled):
    """What a person is here for."""

    LEAD = "lead", "Department lead"
    COMMS = "comms", "Communications manager"
    REVIEWER = "reviewer", "Reviewer"


class Permission(StrEnum):
    """One thing that may be done, as ``scope:resource:action``."""

    OWN_POST_READ = "own:post:read"
    OWN_POST_WRITE = "own:post:write"
    OWN_CHECKIN_WRITE = "own:checkin:write"
    OWN_SCORECARD_READ = "own:scorecard:read"
    OWN_EXEMPTION_ASK = "own:exemption:ask"
    OWN_IMPORT_RUN = "own:import:run"
    ALL_POST_READ = "all:post:read"
    ALL_POST_WRITE = "all:post:write"
    ALL_POST_REVIEW = "all:post:review"
    ALL_BOARD_READ = "all:board:read"
    ALL_SCORECARD_READ = "all:scorecard:read"
    ALL_TRIAL_WRITE = "all:trial:write"
    ALL_EXEMPTION_GRANT = "all:exemption:grant"
    ALL_PERSON_WRITE = "all:person:write"
    ALL_ORGANISATION_WRITE = "all:organisation:write"
    ALL_IMPORT_RUN = "all:import:run"
    ALL_SIMULATION_RUN = "all:simulation:run"
    ALL_POLICY_WRITE = "all:policy:write"
    ALL_DECISION_WRITE = "all:decision:write"
    ALL_OUTCOME_WRITE = "all:outcome:write"
    ALL_AUDIT_READ = "all:audit:read"
    ALL_VALIDATION_RUN = "all:validation:run"

    @property
    def own_only(self) -> bool:
        """Whether it reaches only the departments one is a member of."""
        return self.value.startswith("own:")


_LEAD = frozenset(permission for permission in Permission if permission.own_only)
_REVIEWER = frozenset(
    {
        Permission.ALL_BOARD_READ,
        Permission.ALL_SCORECARD_READ,
        Permission.ALL_POST_READ,
        Permission.ALL_DECISION_WRITE,
    }
)
_COMMS = frozenset(permission for permission in Permission if not permission.own_only)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.LEAD: _LEAD,
    Role.COMMS: _COMMS,
    Role.REVIEWER: _REVIEWER,
}
"""What each role may do. Communications does what a lead does through the *all* twin."""
