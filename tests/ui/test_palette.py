"""Colours are readable, and told apart by every kind of eye."""

import tomllib
from itertools import combinations

import numpy as np
import pytest

from trial.config import ROOT
from trial.domain.cadence import WeekState
from trial.reports.palette import DARK, LIGHT, Palette, state_class, style_properties

THEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ np.clip(rgb, 0, 1)
        / np.array([0.9505, 1.0, 1.089])
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("state", list(WeekState))
def test_a_weeks_sign_is_readable_on_its_cell(theme: Palette, state: WeekState) -> None:
    swatch = theme.weeks[state]
    assert contrast(swatch.fill, swatch.ink) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("state", [WeekState.SILENT, WeekState.OPEN])
def test_an_outline_that_carries_meaning_stands_out(theme: Palette, state: WeekState) -> None:
    assert contrast(theme.weeks[state].edge, theme.ground) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_the_page_and_on_cards(theme: Palette) -> None:
    for text in (theme.ink, theme.quiet, theme.accent, theme.deep):
        assert min(contrast(text, theme.ground), contrast(text, theme.raised)) >= 4.5
    assert contrast(theme.accent_ink, theme.accent) >= 4.5
    assert contrast(theme.calm_ink, theme.calm) >= 4.5
    assert contrast(theme.caution_ink, theme.caution) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eye", EYES)
def test_filled_states_are_told_apart_by_every_kind_of_eye(theme: Palette, eye: str) -> None:
    filled = [WeekState.IN_BAND, WeekState.OVER, WeekState.UNDER, WeekState.EXCUSED]
    for one, other in combinations(filled, 2):
        seen = [lab(EYES[eye] @ linear(theme.weeks[state].fill)) for state in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) >= 15, (one, other)


def test_the_theme_of_the_widgets_names_the_same_colours() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for named, palette in ((theme["light"], LIGHT), (theme["dark"], DARK)):
        assert (
            named["primaryColor"],
            named["backgroundColor"],
            named["textColor"],
            named["borderColor"],
        ) == (palette.accent, palette.ground, palette.ink, palette.line)


def test_every_state_has_its_properties_in_the_stylesheet() -> None:
    properties = style_properties()
    rules = (ROOT / "trial" / "ui" / "styles.css").read_text("utf-8")
    for state in WeekState:
        assert f"--week-{state_class(state)}-fill:" in properties
        assert f".week.{state_class(state)}" in rules
