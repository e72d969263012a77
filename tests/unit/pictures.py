"""What the tests of pictures share: views from counts a week, and tables read back from HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from html.parser import HTMLParser

from tests.unit.logs import ALL_GATES_MET, log_of_counts, on_day
from tests.unit.policies import standard
from trial.domain.calendar import TrialWindow
from trial.domain.trial_log import GateFacts
from trial.domain.trial_status import TrialState, TrialStatus, trial_status
from trial.scoring.scorecard import score_trial
from trial.services.standing import LatePost, RunWeek, StandingView


def standing_of(
    counts: Sequence[int],
    *,
    department: str = "Maternity",
    today: int | None = None,
    reported: Collection[int] | None = None,
    excused: Collection[int] = (),
    gates: GateFacts = ALL_GATES_MET,
    status: TrialStatus | None = None,
    backfilled: tuple[LatePost, ...] = (),
) -> StandingView:
    """Where a trial with so many live posts a week stands on day `today`."""
    log = log_of_counts(counts, today=today, reported=reported, excused=excused, gates=gates)
    policy = standard()
    card = score_trial(log, policy)
    return StandingView(
        trial_id=7,
        revision=1,
        department=department,
        status=status or trial_status(TrialState.RUNNING, log.window, log.today),
        window=log.window,
        today=log.today,
        band=policy.band,
        policy_name=policy.name,
        policy_version=policy.version,
        policy_hash=policy.content_hash,
        ready_from=policy.ready_from,
        feed_below=policy.feed_below,
        scorecard=card,
        titles={post.key: f"Post {post.key}" for post in log.posts},
        longest_gap=None,
        run=tuple(RunWeek(week.index, week.start, week.planned, week.count) for week in card.weeks),
        backfilled=backfilled,
    )


def day(number: int) -> date:
    """Day `number` of such a trial, counted from 0."""
    return on_day(number)


def window() -> TrialWindow:
    """The window of a trial of thirteen weeks."""
    return TrialWindow(on_day(0), 13)


class Read(HTMLParser):
    """A piece of HTML as a screen reader meets it.

    Attributes
    ----------
    links : dict of str to str
        Address by link text.
    classes : list of str
        The class of every cell that shows a week.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self._rows: list[list[str]] = []
        self.links: dict[str, str] = {}
        self.classes: list[str] = []
        self._read: list[str] = []
        self._hidden = 0
        self._open: list[bool] = []
        self._href = ""
        self.feed(html)

    @property
    def rows(self) -> list[list[str]]:
        """The cells of every table row as they are read out, with single spaces."""
        return [[" ".join(cell.split()) for cell in row] for row in self._rows]

    @property
    def text(self) -> str:
        """Everything that is read out, with single spaces."""
        return " ".join("".join(self._read).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "img"):
            return
        named = dict(attrs)
        hides = named.get("aria-hidden") == "true"
        self._open.append(hides)
        self._hidden += hides
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th"):
            self._rows[-1].append("")
            if (named.get("class") or "").startswith("week"):
                self.classes.append(str(named["class"]))
        if tag == "a":
            self._href = str(named.get("href"))
        if tag in ("p", "li", "h1", "h2", "h3", "dt", "dd", "td", "th", "small"):
            self._say(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("br", "img"):
            return
        self._hidden -= self._open.pop()
        if tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self._say(data)
        if self._href:
            self.links[data] = self._href

    def _say(self, data: str) -> None:
        self._read.append(data)
        if self._rows and self._rows[-1]:
            self._rows[-1][-1] += data
