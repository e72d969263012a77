"""Decisions: what the people around the table decided, and everything it was decided on.

The scorecard recommends, people decide. A decision keeps the recommendation beside it, and
freezes log, policy and scorecard, so that years later the same numbers come out.
"""

from dataclasses import dataclass
from datetime import date, datetime

from trial.domain import fields
from trial.domain.calendar import LAST_DAY, spoken_day
from trial.domain.errors import InvalidInput, NotFound, NotPossible, StaleEdit
from trial.domain.results.scorecard import Scorecard
from trial.domain.roles import Permission
from trial.domain.trial_status import TrialState, TrialStatus
from trial.domain.verdict import EDITION, DecisionOption, Reproduction, Verdict
from trial.scoring.scorecard import score_trial
from trial.services import decision_snapshot
from trial.services.access import READ_SCORECARD, Actor, OpenTrial, open_trial, require
from trial.services.backend import Backend
from trial.services.change import Change, open_trial_change
from trial.services.views import view_from
from trial.store import decisions, trial_log
from trial.store.decisions import DecidedTrial
from trial.store.tables import Decision

LONG_TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision, without the data it was made on.

    Parameters
    ----------
    recommendation : Verdict
        What the scorecard said.
    decided_by : str
        Who recorded it.
    data_hash, policy_hash : str
        SHA-256 of the frozen log, and of the policy's values.
    edition : int
        Of the rules the scorecard was made by.
    """

    id: int
    trial_id: int
    department: str
    recommendation: Verdict
    decision: DecisionOption
    reason: str
    dissent: str
    conditions: str
    review_again_on: date | None
    decided_by: str
    decided_on: date
    decided_at: datetime
    data_hash: str
    policy_hash: str
    edition: int

    @property
    def follows_recommendation(self) -> bool:
        """Whether people and scorecard agree."""
        return self.decision.value == self.recommendation.value


def decide(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    decision: Verdict | DecisionOption | str,
    reason: str = "",
    dissent: str = "",
    conditions: str = "",
    review_again_on: date | None = None,
    revision: int | None = None,
) -> DecisionView:
    """Record what was decided about a trial, and freeze what it was decided on.

    Parameters
    ----------
    decision : Verdict, DecisionOption or str
        ``ready``, ``extend``, ``keep_feeding`` once the trial is over; ``no_account``, the
        department's own decision against an account, at any time.
    reason : str
        Required where the decision differs from the recommendation.
    dissent, conditions : str
        Who saw it differently and why; what the decision hangs on.
    review_again_on : date, optional
        After today and after the trial.
    revision : int, optional
        The revision of the trial that lay on the table.

    Raises
    ------
    InvalidInput
        When a field cannot be taken.
    NotPossible
        When the trial is not over, or has its decision.
    StaleEdit
        When something was entered since the scorecard on the table was drawn.
    """
    choice = _choice(decision)
    with open_trial_change(actor, backend, trial_id, Permission.ALL_DECISION_WRITE) as change:
        if actor.person_id is None:
            raise NotPossible("A decision carries the name of a person. Please sign in.")
        trial = change.trial
        if revision is not None and revision != trial.row.revision:
            raise StaleEdit("This trial")
        _refuse_untimely(trial, choice)
        row = _frozen(change, choice, decided_by=actor.person_id)
        differs = row.decision != row.recommendation
        row.reason = fields.clean_text("Reason", reason, required=differs)
        row.review_again_on = _review_day(review_again_on, max(trial.today, trial.window.end))
        row.dissent = fields.clean_text("Dissent", dissent, limit=LONG_TEXT_LIMIT)
        row.conditions = fields.clean_text("Conditions", conditions, limit=LONG_TEXT_LIMIT)
        change.work.add(row)
        if trial.takes_entries and trial.today <= trial.window.end:
            # Decided against on the way: the days that were still to come are nobody's silence.
            trial.row.ended_on, trial.row.end_reason = trial.today, row.reason
        trial.row.status = TrialState.DECIDED
        change.record(
            "decision.recorded",
            row,
            recommendation=row.recommendation,
            decision=row.decision,
            data_hash=row.data_hash,
            policy_hash=row.policy_hash,
        )
        decided = decisions.of_trial(change.work, trial_id)
        assert decided is not None
        return _view(decided)


def of_trial(actor: Actor, backend: Backend, *, trial_id: int) -> DecisionView | None:
    """Return the decision on a trial, or None while there is none."""
    with backend.reading() as work:
        open_trial(work, actor, backend, trial_id, *READ_SCORECARD)
        decided = decisions.of_trial(work, trial_id)
        return None if decided is None else _view(decided)


def past(actor: Actor, backend: Backend) -> tuple[DecisionView, ...]:
    """Return every decision, the latest first."""
    with backend.reading() as work:
        require(work, actor, Permission.ALL_SCORECARD_READ, what="the decisions")
        return tuple(_view(decided) for decided in decisions.past(work))


def frozen_scorecard(actor: Actor, backend: Backend, *, trial_id: int) -> Scorecard:
    """Return the scorecard that lay on the table when the trial was decided.

    Raises
    ------
    NotFound
        When the trial has no decision.
    """
    with backend.reading() as work:
        open_trial(work, actor, backend, trial_id, *READ_SCORECARD)
        decided = decisions.of_trial(work, trial_id)
        if decided is None:
            raise NotFound("The decision on this trial")
        return decision_snapshot.scorecard_of_text(decided.decision.frozen_scorecard)


def reproduce(actor: Actor, backend: Backend, *, trial_id: int) -> Reproduction:
    """Return whether scoring the frozen log with the frozen policy gives the same again.

    Every number must be the same to its last digit, and log and policy must still have the
    hashes they were frozen with. Sentences may have been worded anew since. A decision made on
    another edition of the rules is not scored again, and stands as it was stored.

    Raises
    ------
    NotFound
        When the trial has no decision.
    """
    with backend.reading() as work:
        policy = open_trial(work, actor, backend, trial_id, *READ_SCORECARD).policy
        decided = decisions.of_trial(work, trial_id)
        if decided is None:
            raise NotFound("The decision on this trial")
        row = decided.decision
        facts, then = row.frozen_facts, row.frozen_scorecard
        hashes, edition = (row.data_hash, row.policy_hash), row.edition
    if (decision_snapshot.fingerprint(facts), policy.content_hash) != hashes:
        return Reproduction.DIFFERENT
    if edition != EDITION:
        return Reproduction.OTHER_EDITION
    again = decision_snapshot.text_of_scorecard(
        score_trial(decision_snapshot.log_of_text(facts), policy)
    )
    same = decision_snapshot.same_numbers(then, again)
    return Reproduction.SAME if same else Reproduction.DIFFERENT


def _choice(decision: str) -> DecisionOption:
    if decision not in set(DecisionOption):
        offered = ", ".join(f"“{each.label}”" for each in DecisionOption)
        choose = f"Choose a decision: {offered}."
        raise InvalidInput("Decision", decision, f"one of {offered}", sentence=choose)
    return DecisionOption(decision)


def _frozen(change: Change, choice: DecisionOption, *, decided_by: int) -> Decision:
    """Return a decision with everything it is made on, as it stands at this moment."""
    trial_id, today = change.trial.trial_id, change.today
    stored = trial_log.load(change.work, trial_id, today=today)
    assert stored is not None
    scorecard = score_trial(stored.log, stored.policy)
    facts = decision_snapshot.text_of_log(stored.log)
    return Decision(
        trial_id=trial_id,
        recommendation=scorecard.verdict,
        decision=choice,
        decided_by=decided_by,
        decided_on=today,
        decided_at=change.now,
        policy_hash=stored.policy.content_hash,
        data_hash=decision_snapshot.fingerprint(facts),
        frozen_facts=facts,
        frozen_scorecard=decision_snapshot.text_of_scorecard(scorecard),
        edition=EDITION,
    )


def _refuse_untimely(trial: OpenTrial, choice: DecisionOption) -> None:
    if trial.status is TrialStatus.DECIDED:
        raise NotPossible("This trial has its decision, and a decision stays as it was made.")
    if not trial.status.is_over and choice is not DecisionOption.NO_ACCOUNT:
        raise NotPossible(
            f"This trial runs until {spoken_day(trial.window.end, year=True)}. It can be decided "
            "from the day after, or once it is ended early; a decision of the department against "
            "an account can be recorded now."
        )


def _review_day(day: date | None, later_than: date) -> date | None:
    if day is None or later_than < day <= LAST_DAY:
        return day
    raise InvalidInput(
        "Review again on",
        spoken_day(day, year=True),
        f"a day after {spoken_day(later_than, year=True)}, in {LAST_DAY.year} at the latest",
    )


def _view(decided: DecidedTrial) -> DecisionView:
    row = decided.decision
    return view_from(
        DecisionView,
        row,
        department=decided.department,
        recommendation=Verdict(row.recommendation),
        decision=DecisionOption(row.decision),
        decided_by=decided.decided_by,
    )
