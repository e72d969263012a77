"""What is remembered holds as long as its revision, and for as many as are asked for together."""

from __future__ import annotations

import pytest

from trial.services.revision_cache import RevisionCache

MONDAY, TUESDAY = "Monday", "Tuesday"


class Making:
    """Makes values, and notes of whom."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    def __call__(self, subjects: list[int]) -> dict[int, str]:
        self.asked.append(subjects)
        return {subject: f"value {subject}" for subject in subjects if subject >= 0}


def test_what_has_the_same_revision_is_made_once() -> None:
    cache, make = RevisionCache(), Making()
    for _ in range(2):
        assert cache.values("row", {1: 7, 2: 8}, make, basis=MONDAY) == {1: "value 1", 2: "value 2"}
    assert make.asked == [[1, 2]]


def test_only_what_changed_is_made_anew_and_the_order_stays() -> None:
    cache, make = RevisionCache(), Making()
    cache.values("row", {1: 7, 2: 7, 3: 7}, make, basis=MONDAY)
    assert list(cache.values("row", {3: 7, 2: 8, 4: 1, 1: 7}, make, basis=MONDAY)) == [3, 2, 4, 1]
    assert make.asked == [[1, 2, 3], [2, 4]]
    # Of one subject there is one value: that of the revision before is no longer there.
    cache.values("row", {2: 7}, make, basis=MONDAY)
    assert make.asked[2:] == [[2]]


def test_kinds_do_not_share_their_subjects() -> None:
    cache = RevisionCache()
    assert cache.value("a", 1, lambda: "of a", revision=7, basis=MONDAY) == "of a"
    assert cache.value("b", 1, lambda: "of b", revision=7, basis=MONDAY) == "of b"
    assert cache.value("a", 1, lambda: "never made", revision=7, basis=MONDAY) == "of a"


def test_nothing_is_remembered_where_making_fails_or_leaves_somebody_out() -> None:
    cache, make = RevisionCache(), Making()

    def failing() -> str:
        raise OSError

    with pytest.raises(OSError):
        cache.value("row", 1, failing, revision=7, basis=MONDAY)
    assert cache.values("row", {1: 7, -2: 7}, make, basis=MONDAY) == {1: "value 1"}
    cache.values("row", {1: 7, -2: 7}, make, basis=MONDAY)
    assert make.asked == [[1, -2], [-2]]


def test_all_who_were_ever_asked_for_together_have_room() -> None:
    cache, make = RevisionCache(room=2), Making()
    running = dict.fromkeys(range(5), 1)
    cache.values("row", running, make, basis=MONDAY)
    cache.values("row", running, make, basis=MONDAY)
    assert make.asked == [[0, 1, 2, 3, 4]]
    # Those who come later take the room of those not asked for since.
    cache.values("row", {5: 1, 6: 1}, make, basis=MONDAY)
    cache.values("row", {2: 1, 3: 1, 4: 1}, make, basis=MONDAY)
    assert make.asked[1:] == [[5, 6]]
    cache.values("row", {0: 1}, make, basis=MONDAY)
    assert make.asked[2:] == [[0]]


def test_on_another_day_everything_is_made_anew() -> None:
    cache, make = RevisionCache(), Making()
    for day in (MONDAY, TUESDAY, MONDAY):
        cache.values("row", {1: 7}, make, basis=day)
    assert make.asked == [[1], [1], [1]]


def test_what_was_made_for_yesterday_is_not_remembered_today() -> None:
    cache, make = RevisionCache(), Making()

    def past_midnight() -> str:
        cache.values("row", {2: 7}, make, basis=TUESDAY)
        return "of Monday"

    assert cache.value("row", 1, past_midnight, revision=7, basis=MONDAY) == "of Monday"
    assert cache.values("row", {1: 7, 2: 7}, make, basis=TUESDAY) == {1: "value 1", 2: "value 2"}
    assert make.asked == [[2], [1]]
