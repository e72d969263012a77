"""The HTML of the few pieces Streamlit has not."""

from html.parser import HTMLParser

import pytest

from trial.domain.cadence import WeekState
from trial.ui.week_strip import WeekCell, week_strip_html


class Cells(HTMLParser):
    """Collects what a screen reader meets, and what is only seen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.read: list[str] = []
        self.seen: list[str] = []
        self.tags: list[str] = []
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = dict(attrs).get("aria-hidden") == "true" or (self._hidden and tag == "small")

    def handle_data(self, data: str) -> None:
        (self.seen if self._hidden else self.read).append(data)


@pytest.mark.parametrize(
    "state, count, sign",
    [
        (WeekState.IN_BAND, 4, "4"),
        (WeekState.OVER, 7, "7▴"),
        (WeekState.UNDER, 2, "2"),
        (WeekState.SILENT, 0, "0"),
        (WeekState.UNREPORTED, 0, "?"),
        (WeekState.EXCUSED, 3, "–"),
        (WeekState.OPEN, 1, "1"),
        (WeekState.AHEAD, None, "·"),
    ],
)
def test_each_state_has_a_sign_beside_its_colour(
    state: WeekState, count: int | None, sign: str
) -> None:
    assert WeekCell(0, state, count).sign == sign


def test_the_row_of_weeks_is_a_table_that_reads_every_week_out() -> None:
    cells = [WeekCell(0, WeekState.IN_BAND, 4), WeekCell(1, WeekState.UNREPORTED)]
    html = Cells(week_strip_html(cells, caption="Cardiology"))
    assert "table" in html.tags
    assert html.tags.count("th") == 2
    assert html.read == ["Cardiology", "Week 1: 4 posts, in band", "Week 2: not reported", "1", "2"]
    assert html.seen == ["4", "?"]


def test_a_department_named_like_a_script_stays_text() -> None:
    html = week_strip_html([WeekCell(0, WeekState.AHEAD)], caption="<script>alert(1)</script>")
    assert "<script" not in html
