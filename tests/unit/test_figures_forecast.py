"""The forecast drawn: the fan and its table, the answer, and what it rests on."""

import plotly.graph_objects as go
import pytest

from tests.unit.forecasts import coming
from tests.unit.pictures import Read
from trial.reports.palette import DARK, LIGHT, Palette
from trial.services.forecasts import ForecastView
from trial.ui.figures import forecast_figures


def trace(name: str, view: ForecastView | None = None, palette: Palette = LIGHT) -> go.Scatter:
    figure = forecast_figures.fan_chart(view or coming(), palette)
    return next(each for each in figure.data if each.name == name)


def test_the_score_so_far_is_a_line_in_points() -> None:
    past = trace("so far")
    assert list(past.x) == [1, 2]
    assert list(past.y) == [95, 80]


def test_the_fan_opens_from_the_last_score_and_ends_with_the_trial() -> None:
    outer, inner = trace("nine in ten"), trace("half")
    weeks = list(range(2, 14))
    assert list(outer.x) == list(inner.x) == weeks + weeks[::-1]
    # There along the lower edge and back along the upper one.
    assert list(outer.y[:2]) == [80, 50]
    assert list(outer.y[-2:]) == [90, 80]
    assert list(inner.y[1:3]) == [62, 62]
    assert list(trace("middle").y)[:2] == [80, pytest.approx(74.99)]


def test_a_chart_that_is_read_from_afar_leaves_room_for_larger_numbers() -> None:
    usual, large = (
        forecast_figures.fan_chart(coming(), LIGHT, large=far).layout for far in (False, True)
    )
    assert large.height > usual.height
    assert large.margin.l > usual.margin.l
    assert large.margin.b > usual.margin.b


def test_without_a_score_yet_the_fan_begins_by_itself() -> None:
    view = coming(past=(), fan=coming().fan[3:])
    assert list(trace("middle", view).x) == list(range(6, 14))
    assert forecast_figures.fan_line(view).startswith("inner band:")


def test_what_counts_as_ready_is_shaded() -> None:
    shaded = forecast_figures.fan_chart(coming(), LIGHT).layout.shapes[0]
    assert (shaded.y0, shaded.y1) == (75, 100)
    assert "shaded: ready from 75" in forecast_figures.fan_line(coming())


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_fan_takes_its_colours_from_the_theme(palette: Palette) -> None:
    red, green, blue = (int(palette.deep[at : at + 2], 16) for at in (1, 3, 5))
    assert trace("half", palette=palette).fillcolor == f"rgba({red},{green},{blue},0.32)"


def test_a_score_short_of_ready_is_never_rounded_up_to_it() -> None:
    read = Read(forecast_figures.fan_table_html(coming()))
    assert read.rows[0] == ["Week 1, Sun 11 Jan", "score 95"]
    assert read.rows[2] == ["Week 3, Sun 25 Jan", "likely 50 to 90, middle 74"]
    assert len(read.rows) == 13
    assert "half of the ways below 74" in forecast_figures.fan_alt(coming())


def test_a_fan_without_weeks_says_so() -> None:
    assert (
        forecast_figures.fan_alt(coming(fan=())) == "No week is left in which the score could move."
    )


def test_the_answer_stands_with_what_it_rests_on_and_the_way_on() -> None:
    said = Read(forecast_figures.answer_html(coming())).text
    assert said.startswith(
        "70 % chance of ready after 2 of 13 weeks, if the training is complete and the review "
        "agreement is signed 10 more posts on schedule by Sat 4 Apr make it 90 %. The forecast"
    )


def test_what_is_out_of_reach_has_no_chance() -> None:
    lost = coming(chance=0.0, needed=None, out_of_reach_since=4)
    said = Read(forecast_figures.answer_html(lost)).text
    assert said.startswith("Ready is out of reach since week 4 Even perfect weeks")


def test_what_it_rests_on_is_a_list_behind_one_touch() -> None:
    html = forecast_figures.assumptions_html(coming())
    assert html.startswith("<details")
    assert html.count("<li>") == 5
    assert "accounts of public institutions" in Read(html).text
