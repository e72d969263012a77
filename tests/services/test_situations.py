"""What every page says of a trial in each situation, in one document that a person can approve.

The sentences come from the services and the code that draws the pages. The document is
tests/golden/situations.md. Where a sentence is changed on purpose, write it anew with
``WRITE_SITUATIONS=1 python -m pytest tests/services/test_situations.py`` and read it whole: no two
sentences about one trial may contradict each other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.conftest import START
from tests.unit.pictures import Read
from trial.domain.counts import listed
from trial.domain.exemptions import ExemptionCause
from trial.domain.trial_status import TrialStatus
from trial.services import (
    after,
    board,
    check_in,
    exemptions,
    forecasts,
    posts,
    review,
    standing,
    stress,
    trial_views,
    trials,
)
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.ui import outcomes_text, standing_text, verdict_text
from trial.ui.figures import board_table, forecast_figures, review_screen
from trial.ui.figures import stress as stress_figures

DOCUMENT = Path(__file__).parents[1] / "golden" / "situations.md"
MAKERS = ("Ada", "Ben", "Cem")
PAPERS = ("purpose", "managers", "training", "agreement")


@dataclass(frozen=True)
class Situation:
    """A trial of thirteen weeks.

    Parameters
    ----------
    title : str
    weeks : sequence of int or str
        Posts of each week that is over; ``?`` was not reported, ``–`` is excused.
    papers : sequence of str
        Those that are done.
    makers : sequence of str
        Who makes the posts, in turns.
    ended : bool
        Whether it was ended early, on the last day it has posts of.
    """

    title: str
    weeks: Sequence[int | str]
    papers: Sequence[str] = PAPERS
    makers: Sequence[str] = MAKERS
    ended: bool = False


BUT_TRAINING = ("purpose", "managers", "agreement")
FULL, EIGHT = (4,) * 13, (4,) * 8
SITUATIONS = (
    Situation("Not begun", ()),
    Situation("Running, no week over", (), papers=("purpose",)),
    Situation("Running, one week reported", (3,)),
    Situation("Running, one of two weeks reported", (3, "?")),
    Situation("Running, ready so far", EIGHT),
    Situation("Running, ready so far by one person", EIGHT, makers=("Ada",)),
    Situation(
        "Running, only the training is open", EIGHT, papers=("purpose", "managers", "agreement")
    ),
    Situation("Running, three papers open", EIGHT, papers=("purpose",)),
    Situation("Running, extend with too few weeks in band", (4, 4, 2, 4, 2, 2, 4, 2)),
    Situation("Running, keep feeding and within reach", (3, 1, 1)),
    Situation("Running, weeks 3 and 4 not reported", (3, 2, "?", "?")),
    Situation("Running, ready out of reach", (7, 0, 6, 1, 6, 0, 6, 2, 4, 1)),
    Situation("Running, every week so far excused", ("–", "–")),
    Situation("Running, nothing reported for five weeks", ("?",) * 5),
    Situation("Over, ready", FULL),
    Situation("Over, ready by a week", (4,) * 9 + (2,) * 4),
    Situation("Over, ready by one person", FULL, makers=("Ada",)),
    Situation("Over, all but the agreement", FULL, papers=("purpose", "managers", "training")),
    Situation("Over, extend on the band gate alone", (4,) * 8 + (2,) * 5),
    Situation("Over, extend on the score", (4, 4, 1, 4, 2, 1, 4, 4, 0, 2, 4, 4, 4)),
    Situation("Over, keep feeding", (3, 2, 1, 0, 0, 1, 0, 2, 0, 0, 1, 0, 0)),
    Situation("Over, two weeks not reported that could change it", (4,) * 8 + (2, 2, 2, "?", "?")),
    Situation("Over, one unreported week that changes nothing", (*(4,) * 12, "?")),
    Situation("Over, 11 of 13 weeks not reported", (3, 1, *("?",) * 11)),
    Situation("Over, nothing reported", ("?",) * 13),
    Situation("Over, reported and no post", (0,) * 13),
    Situation("Over, every week excused", ("–",) * 13),
    Situation("Ended early in its sixth week", (4, 4, 3, 4, 4), ended=True),
)


@dataclass
class Hospital:
    """The people and the clock that a situation is made with."""

    backend: Backend
    clock: FixedClock
    comms: Actor
    lead: Actor
    trial_id: int

    def bring_about(self, situation: Situation) -> None:
        """Enter a trial day by day as its people would have done."""
        self._papers(situation.papers)
        for week, count in enumerate(situation.weeks):
            self._week(week, count, situation.makers)
        over = len(situation.weeks)
        today = START + timedelta(days=7 * over + (1 if over < 13 else 2))
        self.clock.set(START - timedelta(days=4) if situation.title == "Not begun" else today)
        if situation.ended:
            yesterday = today - timedelta(days=1)
            trials.end_early(
                self.comms, self.backend, trial_id=self.trial_id, on=yesterday, reason="They move."
            )

    def _papers(self, papers: Sequence[str]) -> None:
        row = trial_views.detail(self.comms, self.backend, trial_id=self.trial_id).row
        trials.update_gates(
            self.comms,
            self.backend,
            trial_id=self.trial_id,
            version=row.version,
            purpose="News of the heart" if "purpose" in papers else "",
            audience="Patients" if "purpose" in papers else "",
            primary_manager="Ada" if "managers" in papers else "",
            backup_manager="Ben" if "managers" in papers else "",
            agreement_signed_on=START if "agreement" in papers else None,
            training_done=4 if "training" in papers else 3,
            training_total=4,
        )

    def _week(self, week: int, count: int | str, makers: Sequence[str]) -> None:
        monday = START + timedelta(days=7 * week)
        self.clock.set(monday)
        if count == "–":
            exemptions.grant_for_cause(
                self.comms,
                self.backend,
                trial_id=self.trial_id,
                first_week=week,
                last_week=week,
                cause=ExemptionCause.ILLNESS,
                reason="The ward moves.",
            )
        if not isinstance(count, int):
            return
        for number in range(count):
            day = monday + timedelta(days=number % 7)
            self.clock.set(day)
            made = posts.add_unplanned(
                self.lead,
                self.backend,
                trial_id=self.trial_id,
                title=f"Post {week}.{number}",
                on=day,
                contributor=makers[number % len(makers)],
            ).post
            review.approve(self.comms, self.backend, post_id=made.id, version=made.version)
        self.clock.set(monday + timedelta(days=6))
        check_in.check_in(
            self.lead,
            self.backend,
            trial_id=self.trial_id,
            week=week,
            hours=3 if count else None,
            nothing_to_report=not count,
        )


def lines_of(hospital: Hospital) -> Iterator[tuple[str, str]]:
    """Return page and what it says of the trial, in the order people read it."""
    backend, comms, trial_id = hospital.backend, hospital.comms, hospital.trial_id
    view = standing.standing(comms, backend, trial_id=trial_id)
    card, running = view.scorecard, view.status is TrialStatus.RUNNING
    coming = forecasts.forecast(comms, backend, trial_id=trial_id)
    yield "Review", Read(review_screen.verdict_html(view, card, forecast=coming)).text
    if stress_figures.is_told(card, coming):
        tests = stress.under_stress(comms, backend, trial_id=trial_id)
        if strain := stress_figures.wall_line(tests, card):
            yield "Review, under strain", strain
    yield "Standing", f"{standing_text.headline(view)} {standing_text.meaning(view, coming)}"
    if running and coming is not None:
        answer = Read(forecast_figures.answer_html(coming)).text
        yield "Standing, will it be ready", answer[: answer.index(" The forecast starts from")]
    steps = [f"{name}: {step}" for name, step in verdict_text.next_steps(card)]
    yield "Standing, what helps most", " · ".join(steps) or "–"
    if outcomes_text.is_expected(card.verdict, view.status, None):
        after_it = after.after_trial(comms, backend, trial_id=trial_id)
        if outcomes_text.is_shown(after_it, view.status):
            yield "Standing, after the trial", outcomes_text.expected(after_it)
    seen = board.board(comms, backend)
    row = board_table.row_of(seen, trial_id)
    if row is not None:
        read = Read(board_table.board_html([row], weeks=13)).rows[1]
        yield "Board", " | ".join((row.need.value, *read[-1 if row.chance is None else -2 :]))
    yield "Department", board_table.department_headline(row, None)


@pytest.fixture
def hospital(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> Hospital:
    return Hospital(backend, clock, comms, lead, trial_id)


def written(text: str) -> list[str]:
    """The sections of the document, by their titles."""
    return [section.strip() for section in text.split("\n## ")[1:]]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.title)
def test_each_page_says_what_was_approved(situation: Situation, hospital: Hospital) -> None:
    hospital.bring_about(situation)
    weeks = " ".join(map(str, situation.weeks)) or "none over"
    missing = [paper for paper in PAPERS if paper not in situation.papers]
    about = f"Weeks: {weeks}. Papers missing: {listed(missing) if missing else 'none'}."
    said = "\n".join(f"- **{page}**: {text}" for page, text in lines_of(hospital))
    section = f"{situation.title}\n\n{about}\n\n{said}"
    if os.environ.get("WRITE_SITUATIONS"):
        _write(section)
    assert section in written(DOCUMENT.read_text("utf-8"))


def _write(section: str) -> None:
    title = section.partition("\n")[0]
    head = (__doc__ or "").strip().splitlines()[0]
    sections = {each.partition("\n")[0]: each for each in _stored()} | {title: section}
    in_order = [sections[each.title] for each in SITUATIONS if each.title in sections]
    DOCUMENT.write_text("\n\n## ".join([f"# {head}", *in_order]) + "\n", "utf-8")


def _stored() -> list[str]:
    return written(DOCUMENT.read_text("utf-8")) if DOCUMENT.exists() else []


def test_the_document_holds_each_situation_once_and_no_other() -> None:
    titles = [section.partition("\n")[0] for section in written(DOCUMENT.read_text("utf-8"))]
    assert titles == [situation.title for situation in SITUATIONS]
