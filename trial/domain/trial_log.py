"""One trial as it is known on one day: everything a scorecard may rest on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from trial.domain.calendar import FIRST_DAY, LAST_DAY, TrialWindow
from trial.domain.posts import Post
from trial.domain.reporting import reported_weeks

_EVER = (LAST_DAY - FIRST_DAY).days + 1


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
        Entries about later days have not happened; for a trial that ended early, the day after its
        last one.
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
    timely_check_ins : frozenset of int or None
        Weeks with a check-in that was not entered late; None where check-ins are not known one by
        one. Without late entries every reported week then stays reported.
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
    timely_check_ins: frozenset[int] | None = None

    def counted(self, rework_days: int) -> TrialLog:
        """Return the log with its posts as they count today; see :meth:`Post.counted_on`."""
        posts = tuple(post.counted_on(self.today, rework_days) for post in self.posts)
        return self if posts == self.posts else replace(self, posts=posts)

    def handed_over_again(self) -> TrialLog:
        """Return the log as if every post that is back with the department came back today."""
        return self.counted(_EVER)

    def without_late_entries(self, backfill_days: int) -> TrialLog:
        """Return the log as if nothing had been entered late.

        Neither a post nor its reviews, nor a check-in, nor that a week was reported by them.
        """
        timely = (post.without_late_entries(backfill_days) for post in self.posts)
        posts = tuple(post for post in timely if post is not None)
        reported = self.reported_weeks
        if self.timely_check_ins is not None:
            reported = reported_weeks(self.window, posts, self.timely_check_ins)
        answers, late = self.answers, self.late_answers
        if answers is not None and late is not None:
            on_time = Answers(answers.needing - late.needing, answers.answered - late.answered)
            answers = on_time if on_time != Answers(0, 0) else None
        return replace(
            self, posts=posts, reported_weeks=reported, answers=answers, late_answers=None
        )
