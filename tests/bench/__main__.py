"""``python -m tests.bench``: every speed that is promised, as a ratio measured in this run.

Single times differ between machines and hours; ratios of things done in turn hold. The run fails
when a ratio is over its promise.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import crowd, forecasts, hospital, scoring, simulation
from tests.bench.hospital import Hospital
from tests.bench.rerun import Tab, from_rest, in_a_row, side_by_side
from tests.browser import server
from tests.environment import postgres

ROUNDS = 40
THRESHOLD, BAND, WEIGHT = (f"{what} moved on Policy" for what in ("threshold", "band", "weight"))
GROWN = (2_000, 5_000)
EMPTY = Path(__file__).with_name("empty_app.py")


@dataclass(frozen=True)
class Line:
    """One promise: what was measured against what, and the most it may cost.

    Of a page also what is not promised: its ratio when it is asked for once, after a pause.
    """

    what: str
    against: str
    milliseconds: float
    reference: float
    promised: float
    from_rest: float | None = None

    @property
    def ratio(self) -> float:
        """What it cost, as a multiple of the reference."""
        return self.milliseconds / self.reference

    @property
    def is_kept(self) -> bool:
        """Whether the promise holds."""
        return self.ratio <= self.promised


def main(asked: Sequence[str] = ()) -> int:
    """Measure what was asked for and print it; return 0 when every promise is kept.

    Parameters
    ----------
    asked : sequence of str
        Some of ``empty pages forecasts growth crowd score simulate``; all by default.
    """
    console = Console(width=140)
    lines: list[Line] = []
    wanted = [measure for measure in _MEASURES if not asked or measure.__name__[1:] in asked]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for measure in wanted:
            for line in measure(folder):
                lines.append(line)
                console.print(
                    f"{line.what}: {line.milliseconds:.1f} ms, {line.ratio:.3g} × {line.against}"
                )
    table = Table("what", "against", "ms", "reference ms", "ratio", "promised", "kept", "from rest")
    for line in lines:
        table.add_row(
            line.what,
            line.against,
            f"{line.milliseconds:.1f}",
            f"{line.reference:.1f}",
            f"{line.ratio:.3g}",
            f"{line.promised:g}",
            "yes" if line.is_kept else "NO",
            "" if line.from_rest is None else f"{line.from_rest:.3g}",
        )
    console.print(table)
    return 0 if all(line.is_kept for line in lines) else 1


def _empty(folder: Path) -> Iterator[Line]:
    """Compare an empty rerun as shipped with one as Streamlit comes."""
    plain, tuned = folder / "plain", folder / "tuned"
    for where in (plain, tuned):
        where.mkdir()
        shutil.copy(EMPTY, where / "app.py")
    shutil.copytree(server.ROOT / ".streamlit", tuned / ".streamlit")
    with (
        _served(plain, script=plain / "app.py", cwd=plain) as default,
        _served(tuned, script=tuned / "app.py", cwd=tuned) as shipped,
    ):
        tabs = Tab(default), Tab(shipped)
        taken = side_by_side(
            ROUNDS,
            default=in_a_row(lambda: tabs[0].rerun(press="Again")),
            shipped=in_a_row(lambda: tabs[1].rerun(press="Again")),
        )
    yield Line(
        "empty rerun, shipped",
        "empty rerun, Streamlit's default",
        taken["shipped"],
        taken["default"],
        0.1,
    )


def _pages(folder: Path) -> Iterator[Line]:
    """Compare the pages with an empty rerun, and with themselves beside a long history."""
    tuned = folder / "tuned"
    small, large = hospital.build(folder, helpings=1), hospital.build(folder, helpings=100)
    with (
        _served(tuned, script=tuned / "app.py", cwd=tuned) as empty_host,
        _served(folder, hospital_=small) as small_host,
        _served(folder, hospital_=large) as large_host,
    ):
        empty = Tab(empty_host)
        opened: dict[str, Callable[[], float]] = {"empty": lambda: empty.rerun(press="Again")}
        for size, host, filled in (("small", small_host, small), ("large", large_host, large)):
            for name, action in _actions(host, filled).items():
                opened[f"{name} {size}"] = action
        opened.update(_sliders(small_host, small))
        taken = side_by_side(ROUNDS, **{name: in_a_row(act) for name, act in opened.items()})
        rested = side_by_side(ROUNDS, **{name: from_rest(act) for name, act in opened.items()})

    def against_empty(what: str, name: str, promised: float) -> Line:
        return Line(
            what,
            "empty rerun, shipped",
            taken[name],
            taken["empty"],
            promised,
            rested[name] / rested["empty"],
        )

    for name in (THRESHOLD, BAND, WEIGHT):
        yield against_empty(name, name, 3.0)
    for name, promised in (("click on This week", 5.0), ("Board", 8.0), ("Review", 8.0)):
        yield against_empty(name, f"{name} small", promised)
        yield Line(
            f"{name}, {large.posts:,} posts in all",
            f"itself, {small.posts:,} posts in all",
            taken[f"{name} large"],
            taken[f"{name} small"],
            1.3,
        )


def _sliders(host: str, filled: Hospital) -> dict[str, Callable[[], float]]:
    tabs = {name: Tab(host, "policy", filled.comms_cookie) for name in (THRESHOLD, BAND, WEIGHT)}
    for name, group in ((BAND, "Trial"), (WEIGHT, "Weights")):
        tabs[name].rerun(choose=("What to move", group))
    # So many places that none of them is remembered from the time before.
    bars, points = cycle(range(62, 99)), cycle(range(10, 90))
    bands = cycle([(low, high) for high in range(5, 11) for low in range(1, 6)])
    return {
        THRESHOLD: lambda: tabs[THRESHOLD].rerun(
            slide=("Keep feeding below, ready from", (60, next(bars)))
        ),
        BAND: lambda: tabs[BAND].rerun(slide=("Target, posts a week", next(bands))),
        WEIGHT: lambda: tabs[WEIGHT].rerun(slide=("Cadence", (next(points),))),
    }


def _forecasts(folder: Path) -> Iterator[Line]:
    """Compare what the forecasts add to *Board* with what it costs without them."""
    filled = hospital.build(folder, helpings=1, today=forecasts.MID_TRIAL)
    with _served(folder, hospital_=filled, today=forecasts.MID_TRIAL) as host:
        board = Tab(host, "board", filled.comms_cookie)
        taken = forecasts.measure(filled, ROUNDS, board.rerun)
    # What the page costs beyond what is read: the same with the forecasts and without.
    around = taken.page - taken.remembered
    for what, read, without in (
        ("none of them remembered", taken.all_new, taken.all_new_without),
        ("one log changed", taken.one_new, taken.one_new_without),
    ):
        yield Line(
            f"{hospital.RUNNING} forecasts on Board, {what}",
            "Board then, without them",
            max(read - without, 0.0),
            without + around,
            1.5,
        )
    yield Line(
        f"Board read with {hospital.RUNNING} forecasts, no log changed",
        "Board then",
        taken.remembered,
        taken.page,
        0.25,
    )


def _growth(folder: Path) -> Iterator[Line]:
    """Compare what one changed log costs the board of a large house and of a very large one."""
    large, very_large = (
        hospital.build(
            folder,
            helpings=0,
            today=forecasts.MID_TRIAL,
            running=1,
            copies=number - 1,
            url=f"sqlite:///{folder / f'running-{number}.db'}",
        )
        for number in GROWN
    )
    before, after = forecasts.measure_growth(large, very_large, rounds=ROUNDS)
    what, against = (f"Board of {number:,} trials, one log changed" for number in reversed(GROWN))
    yield Line(what, against, after, before, 2.0)


def _actions(host: str, filled: Hospital) -> dict[str, Callable[[], float]]:
    week = Tab(host, "this-week", filled.lead_cookies[0], f"trial={filled.lead_trial}")
    board = Tab(host, "board", filled.comms_cookie)
    review = Tab(host, "review", filled.comms_cookie, f"trial={filled.review_trial}")
    # A slot is delivered and the delivery taken back, in turn: a click that writes, each time.
    return {
        "click on This week": lambda: week.rerun(
            press="Undo" if "Undo" in week.buttons else "Hand over"
        ),
        "Board": board.rerun,
        "Review": review.rerun,
    }


def _score(_folder: Path) -> Iterator[Line]:
    """Compare scoring ten thousand trials with summing their days into weeks."""
    summing, scored = scoring.measure(ROUNDS)
    yield Line("score 10,000 trials", "summing their days into weeks", scored, summing, 10.0)


def _simulate(_folder: Path) -> Iterator[Line]:
    """Compare simulating and scoring with the bare draws, and with an event model."""
    bare, simulated, events = simulation.measure(ROUNDS)
    what = f"simulate and score {simulation.TRIALS:,} trials"
    yield Line(what, "13 negative-binomial draws a trial", simulated, bare, 8.0)
    yield Line(what, "a SimPy model of them", simulated, events, 1 / 50)


def _crowd(folder: Path) -> Iterator[Line]:
    """Compare many people who save at once with one, on both databases."""
    with postgres.throw_away_server() as address:
        for database, url in (("SQLite", None), ("PostgreSQL", address)):
            filled = hospital.build(
                folder, helpings=0, leads=crowd.PEOPLE + 1, running=crowd.PEOPLE + 1, url=url
            )
            with _served(folder, hospital_=filled) as host:
                yield from _crowd_lines(database, crowd.measure(host, filled))


def _crowd_lines(database: str, taken: crowd.Taken) -> Iterator[Line]:
    alone, median = statistics.median(taken.alone), statistics.median(taken.at_once)
    people = f"{crowd.PEOPLE} people save on {database}"
    one = "one person, median"
    yield Line(f"{people} at once, median", one, median, alone, 35.0)
    slow = _percentile_95(taken.at_once)
    yield Line(f"{people} at once, 95th percentile", "their median", slow, median, 2.0)
    slow, alone = _percentile_95(taken.with_pauses), statistics.median(taken.alone_then)
    yield Line(f"{people} with pauses, 95th percentile", one, slow, alone, 10.0)


def _percentile_95(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


@contextmanager
def _served(
    folder: Path,
    *,
    script: Path | None = None,
    cwd: Path | None = None,
    hospital_: Hospital | None = None,
    today: date = hospital.TODAY,
) -> Iterator[str]:
    started = server.start(
        folder,
        script=script or server.ROOT / "app.py",
        cwd=cwd or server.ROOT,
        today=today if hospital_ else None,
        database_url=hospital_.url if hospital_ else None,
        environ={"PYTHONPATH": str(server.ROOT)},
    )
    try:
        yield started.url.removeprefix("http://")
    finally:
        started.stop()


_MEASURES = (_empty, _pages, _forecasts, _growth, _crowd, _score, _simulate)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
