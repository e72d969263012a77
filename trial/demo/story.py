"""The script of the demo hospital: who does what on which day.

A story says how a department's weeks went; this module turns it into dated acts, which
:mod:`trial.demo.hospital` plays through the product's own services.
"""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from trial.domain.calendar import DAYS_IN_WEEK, week_start_on_or_before
from trial.domain.documents import adapter_of
from trial.domain.reasons import DropReason, ReviewReason

_SLOTS_A_WEEK = 3
_SLOT_DAYS = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
_PILLARS = ("Prevention", "People", "Service news", "Research", "Events")
_CHANNELS = (("Facebook", "Instagram"), ("Instagram",), ("LinkedIn",), ("Facebook", "Website"))
_CHANGES = (
    (ReviewReason.ACCESSIBILITY, "Please add a picture description."),
    (ReviewReason.WORDING, "Please say it in shorter sentences."),
    (ReviewReason.FACTS, "Please check the phone number."),
)
_SENT_BACK_SHARE = 0.12
_LATE_SHARE = 0.1
_STILL_WAITING_DAYS = 2


class Verb(StrEnum):
    """What somebody does in the demo."""

    START = "start"
    PREPARE = "prepare"
    ASK_EXEMPTION = "ask_exemption"
    PLAN = "plan"
    DELIVER = "deliver"
    ADD_UNPLANNED = "add_unplanned"
    DROP = "drop"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    SHARE = "share"
    CHECK_IN = "check_in"
    DECIDE = "decide"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done on one day.

    Parameters
    ----------
    day : date
    order : int
        Within a day, and for acts that build on each other.
    department : str
    verb : Verb
    post : int or None
        Which post of the department's story it is about.
    details : dict
        The arguments of the service it becomes.
    """

    day: date
    order: int
    department: str
    verb: Verb
    post: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DepartmentStory:
    """One department of the demo, as its file tells it.

    Parameters
    ----------
    weeks : tuple
        A number of live posts, ``"nothing"``, ``"unsaid"`` or ``"excused"``.
    training : (done, total)
    looked_at_in_week : int or None
        Week, counted from the trial's start, in which Communications looks at the own account and
        finds it active.
    """

    name: str
    started_weeks_ago: int
    weeks: tuple[int | str, ...]
    contributors: tuple[str, ...]
    titles: tuple[str, ...]
    purpose: str
    audience: str
    training: tuple[int, int]
    agreement: bool
    exemption_reason: str = ""
    decision: str = ""
    decision_reason: str = ""
    looked_at_in_week: int | None = None


@dataclass(frozen=True, slots=True)
class HospitalStory:
    """The whole demo hospital."""

    name: str
    time_zone: str
    seed: int
    departments: Annotated[tuple[DepartmentStory, ...], Field(alias="department")]


def read_story(path: Path) -> HospitalStory:
    """Read the demo hospital from its file."""
    return adapter_of(HospitalStory).validate_python(
        tomllib.loads(path.read_text(encoding="utf-8"))
    )


def acts_of(hospital: HospitalStory, today: date) -> list[Act]:
    """Return everything that happened up to `today`, in the order of days."""
    rng = random.Random(hospital.seed)  # noqa: S311 - a story, not a secret
    acts = [
        act
        for department in hospital.departments
        for act in _Telling(department, today, rng).acts()
    ]
    return sorted((act for act in acts if act.day <= today), key=lambda act: (act.day, act.order))


class _Telling:
    """One department's story, told into acts."""

    def __init__(self, story: DepartmentStory, today: date, rng: random.Random) -> None:
        self.story = story
        self.today = today
        self.rng = rng
        self.start = week_start_on_or_before(today, 0) - timedelta(
            days=DAYS_IN_WEEK * story.started_weeks_ago
        )
        self.titles = cycle(story.titles)
        self.posts = 0

    def acts(self) -> Iterator[Act]:
        story = self.story
        prepared = self.start - timedelta(days=12)
        yield self._act(prepared, 0, Verb.START, starts_on=self.start)
        yield self._act(prepared, 1, Verb.PREPARE)
        for week, went in enumerate(story.weeks):
            yield from self._week(week, went)
        yield from self._plans_ahead()
        if story.decision:
            decided = self.start + timedelta(days=DAYS_IN_WEEK * len(story.weeks) + 8)
            yield self._act(decided, 9, Verb.DECIDE)
        if story.looked_at_in_week is not None:
            looked = self.start + timedelta(days=DAYS_IN_WEEK * story.looked_at_in_week)
            yield self._act(looked, 9, Verb.LOOK, checked_on=looked, active=True)

    def _act(
        self, day: date, order: int, verb: Verb, post: int | None = None, **details: Any
    ) -> Act:
        return Act(day, order, self.story.name, verb, post, details)

    def _week(self, week: int, went: int | str) -> Iterator[Act]:
        first = self.start + timedelta(days=DAYS_IN_WEEK * week)
        if went == "excused":
            yield from self._exemption(week, first)
            return
        live = went if isinstance(went, int) else 0
        is_open = first + timedelta(days=DAYS_IN_WEEK) > self.today
        slots = max(min(live, 5), _SLOTS_A_WEEK)
        days = [first + timedelta(days=offset) for offset in _SLOT_DAYS[slots]]
        for number, slot in enumerate(days):
            post = self._next_post()
            yield self._planned(post, slot, first)
            if number < live:
                yield from self._delivery(post, slot, first, in_week_from=is_open)
            elif went == "nothing":
                dropped = first + timedelta(days=3)
                reason = self.rng.choice([DropReason.NO_TIME, DropReason.NO_MATERIAL])
                yield self._act(dropped, 4, Verb.DROP, post, reason=reason.value)
        for _ in range(live - slots):
            yield from self._unplanned(first + timedelta(days=self.rng.randrange(1, 5)))
        if went != "unsaid" and not is_open:
            yield self._check_in(week, first, nothing=went == "nothing")

    def _next_post(self) -> int:
        self.posts += 1
        return self.posts

    def _content(self) -> dict[str, object]:
        title = next(self.titles)
        again = (self.posts - 1) // len(self.story.titles)
        return {
            "title": f"{title}, part {again + 1}" if again else title,
            "pillar": self.rng.choice(_PILLARS),
            "channels": self.rng.choice(_CHANNELS),
            "contributor": self.rng.choice(self.story.contributors),
        }

    def _planned(self, post: int, slot: date, first: date) -> Act:
        ahead = first - timedelta(days=self.rng.choice([4, 5, 6, 10]))
        return self._act(ahead, 2, Verb.PLAN, post, planned_for=slot, **self._content())

    def _delivery(self, post: int, slot: date, first: date, *, in_week_from: bool) -> Iterator[Act]:
        """Hand a post over, mostly ahead of its day; then Communications clears and shares it."""
        late = self.rng.random() < _LATE_SHARE and slot < first + timedelta(days=6)
        ready = slot + timedelta(days=1 if late else -self.rng.choice([0, 1, 1, 2]))
        if in_week_from:
            ready = min(ready, self.today)
        yield self._act(ready, 3, Verb.DELIVER, post)
        yield from self._review(post, ready, slot)

    def _unplanned(self, day: date) -> Iterator[Act]:
        post = self._next_post()
        yield self._act(day, 3, Verb.ADD_UNPLANNED, post, **self._content())
        yield from self._review(post, day, day)

    def _review(self, post: int, ready: date, slot: date) -> Iterator[Act]:
        cleared = ready + timedelta(days=self.rng.choice([0, 1, 1, 2]))
        if ready > self.today - timedelta(days=_STILL_WAITING_DAYS):
            return
        if self.rng.random() < _SENT_BACK_SHARE:
            code, sentence = self.rng.choice(_CHANGES)
            yield self._act(
                cleared, 5, Verb.SEND_BACK, post, reason_code=code.value, sentence=sentence
            )
            # The same day: what was held for rework would otherwise make the post late.
            yield self._act(cleared, 6, Verb.DELIVER, post)
        yield self._act(cleared, 7, Verb.APPROVE, post)
        yield self._act(max(cleared, slot), 8, Verb.SHARE, post)

    def _check_in(self, week: int, first: date, *, nothing: bool) -> Act:
        day = first + timedelta(days=DAYS_IN_WEEK + self.rng.choice([0, 0, 1]))
        needing = 0 if nothing else self.rng.randrange(6)
        return self._act(
            day,
            1,
            Verb.CHECK_IN,
            week=week,
            hours=0.5 if nothing else self.rng.randrange(4, 12) / 2,
            needing_answer=needing,
            answered_in_a_day=max(needing - self.rng.choice([0, 0, 0, 1]), 0),
            nothing_to_report=nothing,
        )

    def _exemption(self, week: int, first: date) -> Iterator[Act]:
        weeks = self.story.weeks
        if week and weeks[week - 1] == "excused":
            return
        last = week
        while last + 1 < len(weeks) and weeks[last + 1] == "excused":
            last += 1
        yield self._act(
            first - timedelta(days=3),
            2,
            Verb.ASK_EXEMPTION,
            first_week=week,
            last_week=last,
            reason=self.story.exemption_reason,
        )

    def _plans_ahead(self) -> Iterator[Act]:
        """Fill the next two weeks of a trial that still runs and keeps its calendar."""
        running = len(self.story.weeks) == self.story.started_weeks_ago + 1
        if not running or "unsaid" in self.story.weeks or len(self.story.weeks) <= 2:
            return
        for week in range(len(self.story.weeks), min(len(self.story.weeks) + 2, 13)):
            first = self.start + timedelta(days=DAYS_IN_WEEK * week)
            for offset in _SLOT_DAYS[_SLOTS_A_WEEK]:
                slot = first + timedelta(days=offset)
                planned = self._planned(self._next_post(), slot, first)
                day = min(planned.day, self.today)
                yield Act(day, 2, planned.department, Verb.PLAN, planned.post, planned.details)
