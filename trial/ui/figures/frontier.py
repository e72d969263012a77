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
_LEAST_READY = 50
"""Fewer trials judged ready than this say too little of a share to draw it."""

_MAX_CURVES = 8
"""Curves whose drawing is kept: one that is moved along, and some that are come back to."""

_TABLE_STEP = 10
_TICKS = 4
_EDGE = 0.25
"""Share of the width within which a label stands on the inner side of its mark."""


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
        Of all departments, those dark within the year: an account for everybody.
    """
    marks = [*_marks(found, chosen)]
    height = max(_height(found.curve), _share(dark), *(mark.y for mark in marks))
    scale = _Scale(max(ceil(100 * height * 1.2 / _TICKS) * _TICKS, _TICKS) / 100)
    lines = _lines(found.curve, scale, palette, dark)
    return html.render(
        "frontier.frontier",
        _ticks(scale),
        frontier_alt(found),
        lines,
        [(mark, *mark.place(scale)) for mark in marks],
        [mark for mark in marks if mark.sign],
    )


def _drawn(curve: Curve) -> list[Point]:
    # Thresholds that make nobody else ready lie on the same spot, which is drawn once.
    spots = {point.ready.count: point for point in curve.points}
    return [point for ready, point in spots.items() if ready >= _LEAST_READY]


@lru_cache(maxsize=_MAX_CURVES)
def _height(curve: Curve) -> float:
    return max((_share(point.false_ready) for point in _drawn(curve)), default=0.0)


def frontier_alt(found: Frontier) -> str:
    """Return the picture in a sentence, for those who do not see it."""
    at = found.at
    return (
        f"Each threshold's false ready against what it misses. At "
        f"{points(at.ready_from)}, as set, {percent(at.false_ready)} of those judged ready "
        f"go dark and {percent(at.missed)} of "
        "those that would have lasted are not judged ready; the table after it has the numbers."
    )


@lru_cache(maxsize=_MAX_CURVES)
def frontier_table_html(curve: Curve) -> Html:
    """Return every tenth threshold with its numbers."""
    return html.render("policy_worth.thresholds", curve.points[::_TABLE_STEP])


@dataclass(frozen=True)
class _Scale:
    """Shares to shares of the picture: missed from 0 to 1 across, false ready 0 to `top` up."""

    top: float

    def up(self, share: float) -> float:
        return min(share, self.top) / self.top

    def path(self, shares: Iterable[tuple[float, float]]) -> str:
        return " ".join(f"{_WIDTH * x:.1f},{_HEIGHT * (1 - self.up(y)):.1f}" for x, y in shares)


@lru_cache(maxsize=_MAX_CURVES)
def _lines(curve: Curve, scale: _Scale, palette: Palette, dark: Rate) -> str:
    """Return what has no words in it, in Base64: the line, its error, the dashed reference."""
    drawn = _drawn(curve)
    line = [(_share(point.missed), _share(point.false_ready)) for point in drawn]
    errors = [point.false_ready.error or 0.0 for point in drawn]
    around = list(zip(line, errors, strict=True))
    upper = [(x, y + error) for (x, y), error in around]
    lower = [(x, y - error) for (x, y), error in reversed(around)]
    picture = html.render(
        "frontier.lines",
        _WIDTH,
        _HEIGHT,
        palette.quiet,
        palette.accent,
        scale.path([(0, _share(dark)), (1, _share(dark))]),
        scale.path(upper + lower),
        scale.path(line),
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
        side = "left" if self.x < _EDGE else "right" if self.x > 1 - _EDGE else "middle"
        return side, f"{100 * self.x:.1f}", f"{100 * scale.up(self.y):.1f}"


def _marks(found: Frontier, chosen: OptimalThresholds | None) -> Iterable[_Mark]:
    (today, base), *packs = found.others
    packs.sort(key=lambda one: _share(one[1].overall.missed))
    for place, (name, experiment) in enumerate(packs, start=1):
        yield from _mark_of("pack", name, experiment, sign=str(place))
    at = found.at
    moved = (at.false_ready, at.missed) != (base.overall.false_ready, base.overall.missed)
    if moved:
        yield from _mark_of("today", f"{today} as it stands", base)
    if chosen is not None and chosen.ready_from != at.ready_from:
        spot = next(point for point in found.curve.points if point.ready_from == chosen.ready_from)
        if spot.ready.count >= _LEAST_READY:
            label = f"cheapest, {points(spot.ready_from)}"
            yield _Mark("chosen", label, _share(spot.missed), _share(spot.false_ready))
    if at.ready.count:
        name = "as set" if moved else today
        label = f"{name}, ready from {points(at.ready_from)}"
        yield _Mark("set", label, _share(at.missed), _share(at.false_ready))


def _mark_of(kind: str, name: str, experiment: Experiment, sign: str = "") -> Iterable[_Mark]:
    found = experiment.overall
    if found.false_ready.of >= _LEAST_READY:
        yield _Mark(kind, name, _share(found.missed), _share(found.false_ready), sign)


def _ticks(scale: _Scale) -> Iterable[tuple[str, str, str]]:
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        up, across = text.number(100 * scale.top * share), f"{100 * share:.0f}"
        if tick == _TICKS:
            up, across = f"{up} % false ready", f"{across} % missed"
        yield "up", f"bottom:{100 * share:g}%", up
        yield "across", f"left:{100 * share:g}%", across


def _share(rate: Rate) -> float:
    return rate.share or 0.0
