"""What became of accounts, drawn: shares with intervals, and nothing where nothing is known."""

import math
from dataclasses import replace

import pytest

from tests.simulation.accounts import account, hospital
from tests.unit.policies import standard
from trial.domain.results.validation import GroupFindings, ValidatedFiles, WindowFilter
from trial.reports.palette import DARK, LIGHT, Palette
from trial.simulation.validation import validate
from trial.ui.figures import look_back

VALIDATION = validate(hospital(), standard(), choice=WindowFilter(), seed=1, number=100)
WHOLE = VALIDATION.whole
SHORT = validate(
    [account((3, 39)), account((3, 13), (0, 26), name="gone")],
    standard(), choice=WindowFilter(), seed=1, number=100,
).whole  # fmt: skip


def test_each_verdict_has_a_point_for_half_a_year_and_one_for_a_year() -> None:
    half, year = look_back.verdict_points(SHORT, LIGHT).data
    # Of two judged ready one was still active; nobody was watched for a year.
    assert list(half.x) == [50, None, None]
    assert list(year.x) == [None, None, None]
    assert (half.marker.symbol, year.marker.symbol) == ("circle", "diamond")
    assert list(half.y) == [pytest.approx(row - 0.15) for row in range(3)]


def test_the_line_reaches_from_end_to_end_of_the_interval() -> None:
    half = look_back.verdict_points(SHORT, LIGHT).data[0]
    low, high = 50 - half.error_x.arrayminus[0], 50 + half.error_x.array[0]
    # Wilson's interval of 1 of 2.
    assert (low, high) == (pytest.approx(9.45, abs=0.01), pytest.approx(90.55, abs=0.01))


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_colours_are_the_themes(palette: Palette) -> None:
    half, year = look_back.verdict_points(WHOLE, palette).data
    assert (half.marker.color, year.marker.color) == (palette.accent, palette.deep)


def test_the_score_has_a_point_a_tenth_that_was_watched() -> None:
    (points,) = look_back.score_points(WHOLE, LIGHT).data
    assert len(points.x) == len(WHOLE.tenths)
    assert all(0 <= score <= 100 for score in points.x)
    assert all(0 <= share <= 100 and not math.isnan(share) for share in points.y)


def test_the_pictures_are_said_in_words() -> None:
    assert "Ready 1 of 2, 50 % (9–91)" in look_back.verdict_alt(SHORT)
    assert "Extend" not in look_back.verdict_alt(SHORT), "nobody was told to extend"
    assert "tenths of the score" in look_back.points_alt(SHORT)


@pytest.mark.parametrize("draw", [look_back.tenths_html, look_back.rankings_html])
def test_tables_have_a_caption_and_a_heading_for_each_row(draw: object) -> None:
    assert callable(draw)
    html = draw(WHOLE)
    assert html.count("<caption>") == 1
    assert html.count('<th scope="row">') == html.count("<tr>") - 1


def test_a_source_is_text_whatever_it_says() -> None:
    strange: GroupFindings = replace(WHOLE, label="<b>Blogs</b>")
    html = look_back.decisions_html(strange, strange.label)
    assert "&lt;b&gt;Blogs&lt;/b&gt;" in html
    assert "<b>" not in html
    # A long name goes on in a new line of the phone.
    sources = ValidatedFiles(("posts.csv",), replace(VALIDATION, sources=(strange,)), ())
    assert "<b>" not in look_back.sources_html(sources)
    named = replace(sources.validation, sources=(replace(WHOLE, label="gov_uk_blogs"),))
    assert "gov_<wbr>uk_<wbr>blogs" in look_back.sources_html(replace(sources, validation=named))
    # On a phone a share stays with its sign, and a range with its ends.
    assert "\N{NO-BREAK SPACE}%" in html
