from datetime import date, timedelta

import pytest

from trial.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossible, StaleEdit
from trial.domain.roles import Role
from trial.domain.trial_status import TrialStatus
from trial.services import decisions, organisation, people, policies, trial_views, trials
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.trial_views import TrialDetail
from trial.store.tables import Trial

from .conftest import PASSWORD, START, TODAY

END = date(2026, 4, 5)


def start(comms: Actor, backend: Backend, **changes: object) -> TrialDetail:
    typed: dict[str, object] = {"department": "Cardiology", "starts_on": START}
    return trials.start(comms, backend, **{**typed, **changes})  # type: ignore[arg-type]


def gates(detail: TrialDetail, **changes: object) -> dict[str, object]:
    """The form as it stands, with changes."""
    return {
        "trial_id": detail.id,
        "version": detail.version,
        "purpose": detail.purpose,
        "audience": detail.audience,
        "primary_manager": detail.primary_manager,
        "backup_manager": detail.backup_manager,
        "agreement_signed_on": detail.agreement_signed_on,
        "training_done": detail.training_done,
        "training_total": detail.training_total,
        **changes,
    }


def update(comms: Actor, backend: Backend, detail: TrialDetail, **changes: object) -> TrialDetail:
    return trials.update_gates(comms, backend, **gates(detail, **changes))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------ starting
def test_a_started_trial_has_thirteen_weeks_and_everything_that_was_said(
    backend: Backend, comms: Actor
) -> None:
    made = start(
        comms,
        backend,
        purpose="  Show the work  ",
        audience="Patients",
        primary_manager="Ann One",
        backup_manager="Ben Two",
    )
    assert (made.window.start, made.window.weeks, made.window.end) == (START, 13, END)
    assert (made.purpose, made.audience) == ("Show the work", "Patients")
    assert (made.primary_manager, made.backup_manager) == ("Ann One", "Ben Two")
    assert (made.row.status, made.row.week) == (TrialStatus.RUNNING, 5)
    assert (made.policy.name, made.policy.band.low, made.policy.band.high) == ("Standard", 3, 5)
    assert trial_views.detail(comms, backend, trial_id=made.id) == made


def test_a_start_in_midweek_is_refused_with_the_two_nearest_days(
    backend: Backend, comms: Actor
) -> None:
    with pytest.raises(InvalidInput, match="Mon 5 Jan 2026 and Mon 12 Jan 2026"):
        start(comms, backend, starts_on=date(2026, 1, 7))


def test_weeks_start_when_the_organisations_weeks_start(backend: Backend) -> None:
    person_id = organisation.set_up(
        backend,
        name="Sunday Hospital",
        time_zone="America/New_York",
        week_starts_on=6,
        manager_name="Kim Comms",
        manager_email="comms@hospital.example",
        password=PASSWORD,
    )
    comms = Actor(person_id)
    with pytest.raises(InvalidInput, match="a Sunday"):
        start(comms, backend)
    made = start(comms, backend, starts_on=date(2026, 1, 4))
    with backend.reading() as work:
        row = work.session.get(Trial, made.id)
        assert row is not None
        assert policies.policy_of(work, row).week_starts_on == 6


@pytest.mark.parametrize(
    "starts_on, taken",
    [
        (date(2023, 1, 2), True),  # entered from paper
        (date(2027, 2, 8), True),  # the last Monday within 366 days of today
        (date(2027, 2, 15), False),
        (date(1999, 12, 27), False),
        (date.max, False),
        (date.min, False),
    ],
)
def test_a_start_may_lie_in_the_past_or_within_a_year(
    backend: Backend, comms: Actor, starts_on: date, taken: bool
) -> None:
    if taken:
        assert start(comms, backend, starts_on=starts_on).window.start == starts_on
    else:
        with pytest.raises(InvalidInput, match="First day"):
            start(comms, backend, starts_on=starts_on)


@pytest.mark.parametrize(
    "field, name, value",
    [
        ("Department", "department", "   "),
        ("Department", "department", "d" * 81),
        ("Purpose", "purpose", "p" * 501),
        ("Audience", "audience", "a" * 501),
        ("Primary manager", "primary_manager", "m" * 121),
    ],
)
def test_a_bad_field_is_refused_by_name_and_no_department_is_left_behind(
    backend: Backend, comms: Actor, field: str, name: str, value: object
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        start(comms, backend, **{name: value})
    assert refusal.value.field == field
    assert people.list_departments(comms, backend) == ()


def test_the_backup_manager_is_somebody_else(backend: Backend, comms: Actor) -> None:
    with pytest.raises(InvalidInput, match="Backup manager"):
        start(comms, backend, primary_manager="Ann One", backup_manager="ann one")


@pytest.mark.parametrize("spelled", ["Ärztekammer", "ÄRZTEKAMMER", "  A\u0308rztekammer  "])
def test_a_department_with_a_running_trial_gets_no_second_one_however_it_is_spelled(
    backend: Backend, comms: Actor, spelled: str
) -> None:
    start(comms, backend, department="Ärztekammer")
    with pytest.raises(NotPossible, match=r"Ärztekammer has a trial already.*Mon 5 Jan 2026"):
        start(comms, backend, department=spelled, starts_on=date(2026, 6, 1))


def test_after_the_decision_a_department_can_start_again_under_its_first_spelling(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    decisions.decide(
        comms, backend, trial_id=trial_id, decision="no_account", reason="Not this year."
    )
    again = start(comms, backend, department="CARDIOLOGY", starts_on=date(2026, 3, 2))
    assert again.row.department == "Cardiology"
    assert len(people.list_departments(comms, backend)) == 1


# ------------------------------------------------------------------------------------ listing
@pytest.mark.parametrize(
    "today, status, week",
    [
        (START - timedelta(days=1), TrialStatus.AHEAD, None),
        (START, TrialStatus.RUNNING, 0),
        (END, TrialStatus.RUNNING, 12),
        (END + timedelta(days=1), TrialStatus.AWAITING_REVIEW, None),
    ],
)
def test_where_a_trial_stands_follows_from_its_dates(
    backend: Backend,
    clock: FixedClock,
    comms: Actor,
    trial_id: int,
    today: date,
    status: TrialStatus,
    week: int | None,
) -> None:
    clock.set(today)
    (row,) = trial_views.list_trials(comms, backend)
    assert (row.status, row.week) == (status, week)


def test_a_lead_sees_the_trials_of_the_own_departments_only(
    backend: Backend, lead: Actor, other_lead: Actor, trial_id: int, other_trial_id: int
) -> None:
    assert [row.id for row in trial_views.own_trials(lead, backend)] == [trial_id]
    assert [row.id for row in trial_views.own_trials(other_lead, backend)] == [other_trial_id]
    with pytest.raises(NotAllowed):
        trial_views.list_trials(lead, backend)


def test_a_lead_without_a_department_sees_nothing(
    backend: Backend, comms: Actor, lead: Actor
) -> None:
    assert lead.person_id is not None
    people.update_person(
        comms, backend, person_id=lead.person_id, version=1, role=Role.LEAD, active=True
    )
    assert trial_views.own_trials(lead, backend, include_over=True) == ()


def test_comms_and_reviewers_see_every_departments_trials(
    backend: Backend, comms: Actor, reviewer: Actor, trial_id: int, other_trial_id: int
) -> None:
    for actor in (comms, reviewer):
        assert {row.id for row in trial_views.own_trials(actor, backend)} == {
            trial_id,
            other_trial_id,
        }
        names = [row.department for row in trial_views.list_trials(actor, backend)]
        assert names == ["Cardiology", "Dermatology"]


def test_a_trial_that_is_over_leaves_the_running_ones_and_stays_in_the_list(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    trials.end_early(comms, backend, trial_id=trial_id, on=TODAY, reason="The unit moves.")
    assert trial_views.own_trials(lead, backend) == ()
    (own,) = trial_views.own_trials(lead, backend, include_over=True)
    (row,) = trial_views.list_trials(comms, backend)
    assert own == row
    assert (row.status, row.ended_on) == (TrialStatus.ENDED, TODAY)


def test_a_missing_trial_and_a_forbidden_one_are_refused_alike(
    backend: Backend, comms: Actor, lead: Actor, other_trial_id: int
) -> None:
    refusals = set()
    for trial_id in (other_trial_id, 999):
        with pytest.raises(NotAllowed) as refusal:
            trial_views.detail(lead, backend, trial_id=trial_id)
        refusals.add(str(refusal.value))
    assert len(refusals) == 1
    with pytest.raises(NotFound):
        trial_views.detail(comms, backend, trial_id=999)


def test_a_trial_names_the_active_people_of_its_department(
    backend: Backend, comms: Actor, lead: Actor, other_lead: Actor, trial_id: int
) -> None:
    names = [p.name for p in trial_views.detail(lead, backend, trial_id=trial_id).people]
    assert names == ["Lou Lead"]
    assert lead.person_id is not None
    people.update_person(
        comms, backend, person_id=lead.person_id, version=1, role=Role.LEAD, active=False
    )
    assert trial_views.detail(comms, backend, trial_id=trial_id).people == ()


# ------------------------------------------------------------------------------------ gates
def test_the_gates_stand_as_they_were_last_written_down(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    before = trial_views.detail(comms, backend, trial_id=trial_id)
    after = update(
        comms,
        backend,
        before,
        purpose="Show the work\r\n\r\nand the people",
        audience="Patients",
        primary_manager="Ann One",
        backup_manager="Ben Two",
        agreement_signed_on=TODAY,
        training_done=0,
        training_total=4,
    )
    assert after.purpose == "Show the work\n\nand the people"
    assert after.agreement_signed_on == TODAY
    assert (after.training_done, after.training_total) == (0, 4)
    assert after.version == before.version + 1
    cleared = update(
        comms,
        backend,
        after,
        purpose="",
        agreement_signed_on=None,
        training_done=None,
        training_total=None,
    )
    assert (cleared.purpose, cleared.agreement_signed_on) == ("", None)
    assert (cleared.training_done, cleared.training_total) == (None, None)


def test_of_two_people_with_the_same_form_the_second_is_told_and_nothing_is_lost(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    seen_by_both = trial_views.detail(comms, backend, trial_id=trial_id)
    update(comms, backend, seen_by_both, purpose="The first")
    with pytest.raises(StaleEdit):
        update(comms, backend, seen_by_both, purpose="The second")
    assert trial_views.detail(comms, backend, trial_id=trial_id).purpose == "The first"


def test_an_entry_in_the_log_does_not_spoil_an_open_gates_form(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    seen = trial_views.detail(comms, backend, trial_id=trial_id)
    with backend.writing() as work:
        work.record(
            at=backend.now(),
            actor_id=None,
            action="post.planned",
            subject="post",
            trial_id=trial_id,
        )
        work.commit()
    now = trial_views.detail(comms, backend, trial_id=trial_id)
    assert (now.row.revision, now.version) == (seen.row.revision + 1, seen.version)
    assert update(comms, backend, seen, purpose="Still good").purpose == "Still good"


@pytest.mark.parametrize(
    "field, changes",
    [
        ("Review agreement signed on", {"agreement_signed_on": TODAY + timedelta(days=1)}),
        ("Review agreement signed on", {"agreement_signed_on": date.min}),
        ("Review agreement signed on", {"agreement_signed_on": date.max}),
        ("Training modules finished", {"training_done": 5, "training_total": 4}),
        ("Training modules finished", {"training_done": -1, "training_total": 4}),
        ("Training modules finished", {"training_done": None, "training_total": 4}),
        ("Training modules required", {"training_done": 1, "training_total": None}),
        ("Training modules required", {"training_done": 0, "training_total": 0}),
        ("Training modules required", {"training_done": 0, "training_total": 101}),
        ("Purpose", {"purpose": "p" * 501}),
    ],
)
def test_a_gate_that_cannot_be_is_refused_by_its_field(
    backend: Backend, comms: Actor, trial_id: int, field: str, changes: dict[str, object]
) -> None:
    before = trial_views.detail(comms, backend, trial_id=trial_id)
    with pytest.raises(InvalidInput) as refusal:
        update(comms, backend, before, **changes)
    assert refusal.value.field == field
    assert trial_views.detail(comms, backend, trial_id=trial_id) == before


def test_after_the_decision_the_gates_stay_as_they_were(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    decisions.decide(
        comms, backend, trial_id=trial_id, decision="no_account", reason="Not this year."
    )
    with pytest.raises(NotPossible):
        update(comms, backend, trial_views.detail(comms, backend, trial_id=trial_id))


# ------------------------------------------------------------------------------------ ending
@pytest.mark.parametrize(
    "on, taken",
    [
        (START - timedelta(days=1), False),
        (START, True),
        (TODAY, True),
        (TODAY + timedelta(days=1), False),
    ],
)
def test_a_trial_ends_early_on_one_of_its_days_that_has_come(
    backend: Backend, comms: Actor, trial_id: int, on: date, taken: bool
) -> None:
    if not taken:
        with pytest.raises(InvalidInput, match="Last day"):
            trials.end_early(comms, backend, trial_id=trial_id, on=on, reason="The unit moves.")
        return
    ended = trials.end_early(comms, backend, trial_id=trial_id, on=on, reason="The unit moves.")
    assert (ended.row.ended_on, ended.end_reason) == (on, "The unit moves.")
    with pytest.raises(NotPossible, match="ended early already"):
        trials.end_early(comms, backend, trial_id=trial_id, on=on, reason="Again.")


def test_a_trial_cannot_end_early_after_its_last_day(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int
) -> None:
    clock.set(END + timedelta(days=3))
    with pytest.raises(InvalidInput, match="Sun 5 Apr 2026"):
        trials.end_early(
            comms, backend, trial_id=trial_id, on=END + timedelta(days=1), reason="Late."
        )
    ended = trials.end_early(comms, backend, trial_id=trial_id, on=END, reason="On its last day.")
    assert ended.row.status is TrialStatus.ENDED


def test_a_trial_that_has_not_begun_cannot_end(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int
) -> None:
    clock.set(START - timedelta(days=1))
    with pytest.raises(NotPossible, match="begins on Mon 5 Jan 2026"):
        trials.end_early(comms, backend, trial_id=trial_id, on=START, reason="Too soon.")


def test_ending_early_takes_a_reason(backend: Backend, comms: Actor, trial_id: int) -> None:
    with pytest.raises(InvalidInput, match="Give a reason"):
        trials.end_early(comms, backend, trial_id=trial_id, on=TODAY, reason=" \n ")


def test_a_decided_trial_cannot_be_ended(backend: Backend, comms: Actor, trial_id: int) -> None:
    decisions.decide(
        comms, backend, trial_id=trial_id, decision="no_account", reason="Not this year."
    )
    with pytest.raises(NotPossible, match="decided already"):
        trials.end_early(comms, backend, trial_id=trial_id, on=TODAY, reason="Too late.")
