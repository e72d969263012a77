"""A model of customers, held against its paper, against integrals and against draws from it."""

import numpy as np
import pytest
from scipy import integrate, special, stats

from tests.oracles import bg_nbd
from tests.oracles.bg_nbd import BgNbd, Fitted, Past, Unknown
from tests.simulation.accounts import account
from trial.domain.results.validation import WindowFilter
from trial.domain.timelines import Account
from trial.simulation.windows import Windows, windows_of

CDNOW = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
"""Fader, Hardie and Lee (2005), table 2: purchases of CDs, in weeks."""


def past(*accounts: tuple[float, float, float]) -> Past:
    """Accounts by x, t_x and T."""
    repeats, last, length = np.array(accounts, dtype=float).T
    return Past(repeats, last, length)


def trials(*accounts: Account) -> Windows:
    return windows_of(accounts, WindowFilter(0, 1000)).windows


def drawn(model: BgNbd, number: int, weeks: float, seed: int) -> tuple[Past, np.ndarray]:
    """Accounts that live as the model says, one event after the other, and who is alive."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(model.r, 1 / model.alpha, number)
    stops = rng.beta(model.a, model.b, number)
    now, repeats, last = np.zeros(number), np.zeros(number), np.zeros(number)
    alive, watched = np.ones(number, np.bool_), np.ones(number, np.bool_)
    while watched.any():
        now += rng.exponential(1 / rate)
        watched &= now < weeks
        repeats += watched
        last = np.where(watched, now, last)
        alive &= ~(watched & (rng.random(number) < stops))
        watched &= alive
    return Past(repeats, last, np.full(number, weeks)), alive


def test_the_example_of_the_paper() -> None:
    """The purchases to expect in the next 52 weeks of customer 1516 of CDNOW are known: 25.76.

    They are the chance of being alive times the expectation of the living.
    """
    x, last, length, ahead = 26.0, 30.86, 31.0, 52.0
    (alive,) = CDNOW.alive(past((x, last, length)))
    r, alpha, a, b = CDNOW.r, CDNOW.alpha, CDNOW.a, CDNOW.b
    series = special.hyp2f1(r + x, b + x, a + b + x - 1, ahead / (alpha + length + ahead))
    fewer = ((alpha + length) / (alpha + length + ahead)) ** (r + x)
    expected = alive * (a + b + x - 1) / (a - 1) * (1 - fewer * series)
    assert expected == pytest.approx(25.76, abs=0.005)


@pytest.mark.parametrize("model", [CDNOW, BgNbd(3.3, 1.5, 0.4, 90.0)])
@pytest.mark.parametrize("x, last, length", [(1, 2.0, 39.0), (5, 30.0, 39.0), (20, 12.0, 13.0)])
def test_the_closed_forms_are_the_integrals(
    model: BgNbd, x: int, last: float, length: float
) -> None:
    rates = stats.gamma(model.r, scale=1 / model.alpha)
    stops = stats.beta(model.a, model.b)

    def over_rates(weeks: float) -> float:
        end = 10 * (x + 10) / weeks
        return integrate.quad(
            lambda v: v**x * np.exp(-v * weeks) * rates.pdf(v), 0, end, epsabs=0, limit=200
        )[0]

    # After x events it still goes on; or it stopped right after the last of them.
    alive = over_rates(length) * stops.expect(lambda p: (1 - p) ** x)
    stopped = over_rates(last) * stops.expect(lambda p: p * (1 - p) ** (x - 1))
    (likelihood,) = model.log_likelihood(past((x, last, length)))
    assert likelihood == pytest.approx(np.log(alive + stopped), abs=1e-4)
    assert model.alive(past((x, last, length)))[0] == pytest.approx(
        alive / (alive + stopped), abs=1e-4
    )


def test_who_never_came_back_is_alive_and_the_longer_silent_the_less() -> None:
    assert CDNOW.alive(past((0, 0, 39))).tolist() == [1]
    (rate,) = CDNOW.log_likelihood(past((0, 0, 39)))
    assert rate == pytest.approx(CDNOW.r * np.log(CDNOW.alpha / (CDNOW.alpha + 39)))
    chances = CDNOW.alive(past(*((5, last, 39) for last in (39, 30, 20, 10))))
    assert (np.diff(chances) < 0).all()


def test_chances_come_true_and_the_fit_finds_what_was_drawn() -> None:
    truth = BgNbd(r=1.5, alpha=0.5, a=0.8, b=12.0)
    seen, alive = drawn(truth, 3000, 13.0, seed=1)
    found = bg_nbd.fit(seen)
    assert found.r / found.alpha == pytest.approx(3.0, rel=0.1)
    assert found.a / (found.a + found.b) == pytest.approx(0.0625, rel=0.15)
    # Nothing is likelier than what was found, the truth included.
    assert found.log_likelihood(seen).sum() >= truth.log_likelihood(seen).sum()
    chances = found.alive(seen)
    for low in (0.0, 0.25, 0.5, 0.75):
        those = (chances >= low) & (chances <= low + 0.25)
        error = 3 * 0.5 / np.sqrt(those.sum())
        assert alive[those].mean() == pytest.approx(chances[those].mean(), abs=error)


def test_days_with_a_post_are_counted_and_weeks_to_the_last_of_them() -> None:
    busy = [2, 0, 5, *[0] * 6, 3, 0, 0, 0]
    seen = bg_nbd.past_of(trials(account(*busy, (1, 26))))
    assert (seen.repeats.tolist(), seen.last.tolist(), seen.length.tolist()) == ([9], [10], [13])
    # Several posts on a day are one.
    each = account(*busy, (1, 26))
    doubled = account(*busy, (1, 26), posts=dict.fromkeys(each.posts, 2))
    assert bg_nbd.past_of(trials(doubled)).repeats.tolist() == [9]


STEADY = [account((3, 39), name=f"steady {n}") for n in range(18)]
STOPPED = [account(*[5] * 6, (0, 33), name=f"stopped {n}") for n in range(2)]


def test_who_stopped_is_told_from_who_goes_on() -> None:
    found = bg_nbd.fitted_to(trials(*STEADY, *STOPPED))
    assert isinstance(found, Fitted)
    assert found.trials == 20
    assert (found.alive[:18] > 0.99).all()
    assert (found.alive[18:] < 0.01).all()


def test_accounts_known_by_the_week_are_neither_learnt_from_nor_judged() -> None:
    weekly = [account((3, 39), name=f"week {n}", by_day=False) for n in range(5)]
    alone, mixed = (bg_nbd.fitted_to(trials(*others, *STEADY, *STOPPED)) for others in ([], weekly))
    assert isinstance(alone, Fitted)
    assert isinstance(mixed, Fitted)
    assert mixed.model == alone.model
    assert np.isnan(mixed.alive[:5]).all()
    assert mixed.alive[5:].tolist() == alone.alive.tolist()


@pytest.mark.parametrize(
    "accounts, why",
    [
        ([account((3, 39), name=f"{n}", by_day=False) for n in range(25)], Unknown.WEEKS_ONLY),
        ([*STEADY[:17], *STOPPED], Unknown.TOO_FEW),
        ([*STEADY, account((4, 39)), account((5, 39), name="b")], Unknown.NONE_STOPPED),
    ],
)
def test_what_cannot_be_learnt_has_a_reason(accounts: list[Account], why: Unknown) -> None:
    assert bg_nbd.fitted_to(trials(*accounts)) is why
