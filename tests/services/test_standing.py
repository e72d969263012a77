from __future__ import annotations

from datetime import date, timedelta

import pytest

from trial.domain.errors import NotAllowed, NotSignedIn
from trial.domain.verdict import Outcome, Verdict
from trial.services import posts, standing
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock


def log_weeks(actor: Actor, backend: Backend, trial_id: int, weeks: range, a_week: int) -> None:
    for week in weeks:
        for post in range(a_week):
            day = date(2026, 1, 5) + timedelta(days=7 * week + 2 * post)
            posts.add_unplanned(
                actor, backend, trial_id=trial_id, title=f"Post {week}.{post}", on=day
            )


def test_the_standing_is_the_scorecard_of_the_stored_log(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    log_weeks(lead, backend, trial_id, range(5), 3)
    view = standing.standing(lead, backend, trial_id=trial_id)
    assert view.department == "Cardiology"
    assert [week.live for week in view.run[:6]] == [3, 3, 3, 3, 3, 0]
    checks = {check.name: check for check in view.scorecard.checks}
    assert checks["cadence"].score == 1.0
    # Live Mon, Wed, Fri each week; from Fri 6 Feb to Mon 9 Feb, today, it is three days.
    assert view.longest_gap == 3
    assert checks["quality"].outcome is Outcome.NOT_ENOUGH_EVIDENCE
    # Cadence, continuity, steadiness and finish are judged, and planning: nothing stood in
    # the calendar. .30 + .15 + .15 + .10 + .05 = .75.
    assert view.scorecard.share_judged == pytest.approx(0.75)
    # Late by more than three days: all but those of Fri 6 Feb (exactly three days ago).
    assert len(view.backfilled) == view.scorecard.backfilled == 14
    assert view.backfilled[0].delivered_on == date(2026, 1, 5)
    assert view.backfilled[0].entered_on == date(2026, 2, 9)


def test_every_post_an_explanation_points_at_has_its_title(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    log_weeks(lead, backend, trial_id, range(5), 2)
    view = standing.standing(lead, backend, trial_id=trial_id)
    keys = {key for check in view.scorecard.checks for key in check.posts}
    assert keys
    assert keys <= set(view.titles)


def test_a_trial_in_its_first_week_has_no_verdict_yet(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 1, 8))
    view = standing.standing(lead, backend, trial_id=trial_id)
    assert view.scorecard.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert view.longest_gap is None


def test_a_new_entry_is_in_the_next_standing(backend: Backend, lead: Actor, trial_id: int) -> None:
    before = standing.standing(lead, backend, trial_id=trial_id)
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="New", on=date(2026, 2, 6))
    after = standing.standing(lead, backend, trial_id=trial_id)
    assert (before.run[4].live, after.run[4].live) == (0, 1)


def test_comms_and_reviewers_see_every_standing_and_a_lead_only_their_own(
    backend: Backend,
    comms: Actor,
    reviewer: Actor,
    other_lead: Actor,
    gone: Actor,
    trial_id: int,
) -> None:
    for actor in (comms, reviewer):
        assert standing.standing(actor, backend, trial_id=trial_id).trial_id == trial_id
    with pytest.raises(NotAllowed):
        standing.standing(other_lead, backend, trial_id=trial_id)
    with pytest.raises(NotAllowed):
        standing.standing(other_lead, backend, trial_id=999)
    with pytest.raises(NotSignedIn):
        standing.standing(gone, backend, trial_id=trial_id)
