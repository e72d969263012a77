"""One trial as it is known on one day: everything a scorecard may rest on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from trial.domain.calendar import TrialWindow
from trial.domain.posts import Post


@dataclass(frozen=True, slots=True)
class Answers:
    """Questions and comments over all check-ins that said so; ``answered <= needing``."""

    needing: int
    answered: int


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What is known about the gates; None means that nobody has said.

    Parameters
    ----------
    purpose_written, managers_named, agreement_signed : bool or None
    training_done, training_total : int or None
        Modules finished and modules asked for.
    open_incidents : int or None
        Serious incidents that are not closed.
    """

    purpose_written: bool | None = None
    managers_named: bool | None = None
    training_done: int | None = None
    training_total: int | None = None
    agreement_signed: bool | None = None
    open_incidents: int | None = None


@dataclass(frozen=True, slots=True)
class TrialLog:
    """The log of one trial, as of `today`.

    Parameters
    ----------
    window : TrialWindow
    today : date
        Entries about later days have not happened; for a trial that ended early, its last day.
    posts : tuple of Post
        Already as known on `today` (see :meth:`Post.as_of`).
    reported_weeks : frozenset of int
        Weeks with a check-in or anything entered about them.
    excused_weeks : frozenset of int
        Weeks covered by an approved exemption.
    answers : Answers or None
        None while no check-in has said anything about questions.
    planning_known : bool
        Whether the log says when slots entered the calendar.
    gates : GateFacts
    late_answers : Answers or None
        The part of `answers` that comes from check-ins entered late; None where there is none.
    """

    window: TrialWindow
    today: date
    posts: tuple[Post, ...] = ()
    reported_weeks: frozenset[int] = frozenset()
    excused_weeks: frozenset[int] = frozenset()
    answers: Answers | None = None
    planning_known: bool = True
    gates: GateFacts = GateFacts()
    late_answers: Answers | None = None

    def without_backfilled(self) -> TrialLog:
        """Return the log as if nothing had been entered late: no delivery, no check-in."""
        kept = []
        for post in self.posts:
            if not post.backfilled:
                kept.append(post)
            elif post.planned_for is not None:
                kept.append(
                    replace(
                        post,
                        delivered_on=None,
                        rework=(),
                        approved_on=None,
                        shared_on=None,
                        rejected_on=None,
                        backfilled=False,
                    )
                )
        answers, late = self.answers, self.late_answers
        if answers is not None and late is not None:
            timely = Answers(answers.needing - late.needing, answers.answered - late.answered)
            answers = timely if timely != Answers(0, 0) else None
        return replace(self, posts=tuple(kept), answers=answers, late_answers=None)
