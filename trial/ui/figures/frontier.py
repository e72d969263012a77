"""All thresholds at once: what is missed against what goes dark, as one picture.

It is drawn anew with every move of a slider, so it is a few kilobytes of HTML and not a Plotly
figure: the line is an image, because Streamlit lets no other SVG through, and everything that is
read stands over it as text, which keeps its size on a phone.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from trial.domain.counts import points
from trial.domain.results.experiments import Experiment, Rate
from trial.domain.results.policy_worth import Frontier
from trial.domain.results.thresholds import Curve, OptimalThresholds, Point
from trial.reports.html import Html
from trial.reports.palette import Palette
from trial.reports.simulation_text import percent
from trial.ui import html, text

_WIDTH, _HEIGHT = 1000, 400
_MAX_CURVES = 8
"""Curves whose drawing is kept: one that is moved along, and some that are come back to."""

_TABLE_STEP = 10
_TICKS = 4
_EDGE = 0.25
"""Share of the width within which a label stands on the inner side of its mark."""

THRESHOLD_HEADINGS = (
    "Ready from",
    "Granted",
    "Granted, then silent",
    "Would have lasted, not granted",
)


def frontier_html(
    found: Frontier, palette: Palette, *, chosen: OptimalThresholds | None, dark: Rate
) -> Html:
    """Return the frontier with today's policy, the one as set, and the packs marked.

    Parameters
    ----------
    found : Frontier
    palette : Palette
    chosen : OptimalThresholds, optional
        The cheapest thresholds, marked as well.
    dark : Rate
        Of all departments, those silent within the year: an account for everybody.
    """
    marks = [*_marks(found, chosen), _Mark("everybody", "an account for all", 0.0, _share(dark))]
    drawn = _drawn(found.curve)
    spots = [(one.x, one.y) for one in marks] + [(one.x, one.y) for one in drawn]
    scale = _Scale(_end(max(x for x, _ in spots)), _end(1.2 * max(y for _, y in spots)))
    return html.render(
        "frontier.frontier",
        _ticks(scale),
        frontier_alt(found),
        _lines(found.curve, scale, palette),
        [(mark, *mark.place(scale)) for mark in marks],
        [mark for mark in marks if mark.sign],
    )


def _end(share: float) -> float:
    """Return where an axis ends, so that its ticks stand at whole numbers of 100."""
    return max(ceil(100 * share / _TICKS) * _TICKS, _TICKS) / 100


@dataclass(frozen=True)
class _Spot:
    """One threshold: of all departments, those missed (x), and those granted and silent (y)."""

    x: float
    y: float
    low: float
    high: float


@lru_cache(maxsize=_MAX_CURVES)
def _drawn(curve: Curve) -> list[_Spot]:
    # Thresholds that make nobody else ready lie on the same spot, which is drawn once.
    spots = {point.ready.count: point for point in curve.points}
    found = []
    for point in spots.values():
        _, silent, missed = point.of_all
        low, high = silent.interval or (0.0, 0.0)
        found.append(_Spot(_share(missed), _share(silent), low, high))
    return found


def frontier_alt(found: Frontier) -> str:
    """Return the picture in a sentence, for those who do not see it."""
    at = found.at
    _, silent, missed = (f"{100 * _share(rate):.0f}" for rate in at.of_all)
    return (
        f"Of 100 departments, for each threshold: those granted an account that fall silent, "
        f"against those not granted one that would have lasted. At {points(at.ready_from)}, "
        f"as set, {silent} and {missed}; the table after it has the numbers."
    )


@lru_cache(maxsize=_MAX_CURVES)
def frontier_table_html(curve: Curve) -> Html:
    """Return every tenth threshold with its numbers."""
    return html.render(
        "policy_worth.thresholds",
        "Per cent of all departments, in brackets the 95 % interval over other made-up trials",
        THRESHOLD_HEADINGS,
        [
            (points(point.ready_from), *map(percent, point.of_all))
            for point in curve.points[::_TABLE_STEP]
        ],
    )


@dataclass(frozen=True)
class _Scale:
    """Shares of all departments to shares of the picture."""

    right: float
    top: float

    def path(self, shares: Iterable[tuple[float, float]]) -> str:
        return " ".join(
            f"{_WIDTH * x / self.right:.1f},{_HEIGHT * (1 - min(y / self.top, 1)):.1f}"
            for x, y in shares
        )


@lru_cache(maxsize=_MAX_CURVES)
def _lines(curve: Curve, scale: _Scale, palette: Palette) -> str:
    """Return what has no words in it, in Base64: the line and its interval."""
    drawn = _drawn(curve)
    around = [(one.x, one.high) for one in drawn]
    around += [(one.x, one.low) for one in reversed(drawn)]
    picture = html.render(
        "frontier.lines",
        _WIDTH,
        _HEIGHT,
        palette.accent,
        scale.path(around),
        scale.path([(one.x, one.y) for one in drawn]),
    )
    return b64encode(picture.encode()).decode()


@dataclass(frozen=True)
class _Mark:
    """One policy in the picture; one with a sign is named below it, because several lie close."""

    kind: str
    label: str
    x: float
    y: float
    sign: str = ""

    def place(self, scale: _Scale) -> tuple[str, str, str]:
        """Return the side its label stands on, and how far from the left and from below it is."""
        x, y = self.x / scale.right, self.y / scale.top
        side = "left" if x < _EDGE else "right" if x > 1 - _EDGE else "middle"
        return side, f"{100 * x:.1f}", f"{100 * y:.1f}"


def _marks(found: Frontier, chosen: OptimalThresholds | None) -> Iterable[_Mark]:
    (today, base), *packs = found.others
    packs.sort(key=lambda one: _share(one[1].overall.missed))
    for place, (name, experiment) in enumerate(packs, start=1):
        yield _mark_of("pack", name, experiment, sign=str(place))
    at = found.at
    moved = (at.false_ready, at.missed) != (base.overall.false_ready, base.overall.missed)
    if moved:
        yield _mark_of("today", f"{today} as it stands", base)
    if chosen is not None and chosen.ready_from != at.ready_from:
        spot = next(point for point in found.curve.points if point.ready_from == chosen.ready_from)
        yield _spot_of("chosen", f"cheapest, {points(spot.ready_from)}", spot)
    name = "as set" if moved else today
    yield _spot_of("set", f"{name}, ready from {points(at.ready_from)}", at)


def _spot_of(kind: str, label: str, point: Point) -> _Mark:
    _, silent, missed = point.of_all
    return _Mark(kind, label, _share(missed), _share(silent))


def _mark_of(kind: str, name: str, experiment: Experiment, sign: str = "") -> _Mark:
    found = experiment.overall
    missed, silent = (_of_all(rate, found.trials) for rate in (found.missed, found.false_ready))
    return _Mark(kind, name, missed, silent, sign)


def _ticks(scale: _Scale) -> Iterable[tuple[str, str, str]]:
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        yield "up", f"bottom:{100 * share:g}%", text.number(100 * scale.top * share)
        yield "across", f"left:{100 * share:g}%", text.number(100 * scale.right * share)


def _share(rate: Rate) -> float:
    return rate.share or 0.0


def _of_all(rate: Rate, everybody: int) -> float:
    return rate.count / everybody
