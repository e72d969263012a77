"""The run chart: what is drawn, and what is left out because nothing is known."""

import pytest

from tests.unit.pictures import Read, standing_of
from trial.reports.palette import DARK, LIGHT, Palette
from trial.services.standing import StandingView
from trial.ui.figures import run_chart

# Weeks 1 to 7: in band, over, silent, not reported, excused, this week, ahead.
VIEW = standing_of([3, 6, 0, 0, 2, 1, 0], today=37, reported=[0, 1, 2, 4], excused=[4])


def live(view: StandingView = VIEW, palette: Palette = LIGHT) -> list[int | None]:
    figure = run_chart.run_chart(view, palette)
    return list(next(trace for trace in figure.data if trace.name == "live").y)


def test_a_week_without_data_is_left_out_and_never_drawn_as_zero() -> None:
    assert live() == [3, 6, 0, None, None, 1, None]


def test_the_line_breaks_where_nothing_is_known() -> None:
    figure = run_chart.run_chart(VIEW, LIGHT)
    assert next(trace for trace in figure.data if trace.name == "live").connectgaps is False


def test_the_band_is_shaded_from_low_to_high() -> None:
    band = run_chart.run_chart(VIEW, LIGHT).layout.shapes[0]
    assert (band.y0, band.y1) == (3, 5)


def test_excused_weeks_are_shaded_where_they_lie() -> None:
    shapes = run_chart.run_chart(VIEW, LIGHT).layout.shapes
    assert [(shape.x0, shape.x1) for shape in shapes[1:]] == [(4.5, 5.5)]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_running_week_is_hollow_because_it_is_not_over(palette: Palette) -> None:
    figure = run_chart.run_chart(VIEW, palette)
    colours = next(trace for trace in figure.data if trace.name == "live").marker.color
    assert colours[5] == palette.ground
    assert set(colours[:5]) == {palette.accent}


def test_planned_slots_are_drawn_for_weeks_to_come_as_well() -> None:
    figure = run_chart.run_chart(VIEW, LIGHT)
    planned = next(trace for trace in figure.data if trace.name == "planned")
    assert len(planned.y) == VIEW.window.weeks


def test_weeks_are_counted_from_one_and_hovering_names_their_days() -> None:
    trace = run_chart.run_chart(VIEW, LIGHT).data[-1]
    assert list(trace.x) == [1, 2, 3, 4, 5, 6, 7]
    assert trace.customdata[0] == "Mon 5 – Sun 11 Jan"


def test_the_busiest_week_fits_into_the_picture() -> None:
    figure = run_chart.run_chart(standing_of([40, 3, 3]), LIGHT)
    assert figure.layout.yaxis.range[1] > 40


def test_the_same_numbers_stand_in_a_table_for_a_screen_reader() -> None:
    read = Read(run_chart.run_table_html(VIEW))
    assert read.rows[1] == ["Week 2: 6 posts, over the target", "0 planned"]
    assert read.rows[3] == ["Week 4: not reported", "0 planned"]
    assert len(read.rows) == 7
