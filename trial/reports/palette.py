"""The colours, named once, for light and dark.

A week's state is always told twice: by its colour and by a number, a sign or a pattern, so that
nothing is lost to a colour-blind eye or a printer. Text on a fill has a contrast of at least
4.5 to 1; the tests hold it to that.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from trial.domain.cadence import WeekState
from trial.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Swatch:
    """One state's colours as ``#rrggbb``: the cell, what is written on it, and its outline."""

    fill: str
    ink: str
    edge: str


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """All colours of one theme, as ``#rrggbb``.

    Attributes
    ----------
    ground, raised : str
        The page, and a card upon it.
    ink, quiet : str
        Text, and text that steps back; both readable on ground and raised.
    line : str
        Borders and rules.
    accent, accent_ink : str
        The one accent, and what is written on it.
    deep : str
        The second voice: planned days, the week's final action.
    warm : str
        The mark at something still open; never text.
    calm, calm_ink, caution, caution_ink : str
        A tint and the text on it, for good news and for what needs a look.
    weeks : dict of WeekState to Swatch
    """

    ground: str
    raised: str
    ink: str
    quiet: str
    line: str
    accent: str
    accent_ink: str
    deep: str
    warm: str
    calm: str
    calm_ink: str
    caution: str
    caution_ink: str
    weeks: dict[WeekState, Swatch]


LIGHT = Palette(
    ground="#ffffff",
    raised="#ffffff",
    ink="#16252d",
    quiet="#52656f",
    line="#dde4e6",
    accent="#14746f",
    accent_ink="#ffffff",
    deep="#0b3a5b",
    warm="#e9ad3e",
    calm="#e6f3f1",
    calm_ink="#0f4f4b",
    caution="#fdf1d8",
    caution_ink="#5c4106",
    weeks={
        WeekState.IN_BAND: Swatch("#14746f", "#ffffff", "#14746f"),
        WeekState.OVER: Swatch("#0b3a5b", "#ffffff", "#0b3a5b"),
        WeekState.UNDER: Swatch("#f6d088", "#33270c", "#f6d088"),
        WeekState.SILENT: Swatch("#ffffff", "#a8330b", "#a8330b"),
        WeekState.UNREPORTED: Swatch("#ffffff", "#52656f", "#b9c5c9"),
        WeekState.EXCUSED: Swatch("#e4eaec", "#4a5b64", "#e4eaec"),
        WeekState.OPEN: Swatch("#ffffff", "#14746f", "#14746f"),
        WeekState.AHEAD: Swatch("#ffffff", "#52656f", "#ffffff"),
    },
)

DARK = Palette(
    ground="#0f191e",
    raised="#16232a",
    ink="#e8eff1",
    quiet="#a3b4bb",
    line="#2c3c44",
    accent="#4cc0b4",
    accent_ink="#04211e",
    deep="#9cc9ee",
    warm="#e9ad3e",
    calm="#123632",
    calm_ink="#a9e3db",
    caution="#3a2e12",
    caution_ink="#f5d796",
    weeks={
        WeekState.IN_BAND: Swatch("#3aaca1", "#04211e", "#3aaca1"),
        WeekState.OVER: Swatch("#b5d6f5", "#06243d", "#b5d6f5"),
        WeekState.UNDER: Swatch("#7d5a12", "#fff3d6", "#7d5a12"),
        WeekState.SILENT: Swatch("#0f191e", "#ff9f7d", "#ff9f7d"),
        WeekState.UNREPORTED: Swatch("#0f191e", "#a3b4bb", "#4a5d66"),
        WeekState.EXCUSED: Swatch("#2a3940", "#b9c7cc", "#2a3940"),
        WeekState.OPEN: Swatch("#0f191e", "#4cc0b4", "#4cc0b4"),
        WeekState.AHEAD: Swatch("#0f191e", "#a3b4bb", "#0f191e"),
    },
)

VERDICT_FILLS = {
    Verdict.READY: LIGHT.accent,
    Verdict.EXTEND: LIGHT.deep,
    Verdict.KEEP_FEEDING: "#6b7f89",
    Verdict.NOT_ENOUGH_EVIDENCE: "#b4c0c5",
}
"""The bar of each verdict on paper."""

TRACK = "#eef2f3"
"""What a bar on paper fills."""


def state_class(state: WeekState) -> str:
    """Return a state's name in stylesheets: ``in-band``."""
    return state.name.lower().replace("_", "-")


# A dialog is drawn beside the app, not inside it.
_THEMED = "body"


def style_properties() -> str:
    """Return every colour as a CSS custom property that follows the theme the person chose.

    A colour is ``--<name>``, a week's are ``--week-<state>-fill``, ``-ink`` and
    ``-edge``. The light value comes first for browsers that cannot choose.
    """
    pairs = list(_pairs())
    plain = "".join(f"--{name}:{light};" for name, light, _ in pairs)
    themed = "".join(f"--{name}:light-dark({light},{dark});" for name, light, dark in pairs)
    return (
        f"{_THEMED}{{{plain}}}"
        f"@supports (color:light-dark(#000,#fff)){{{_THEMED}{{{themed}}}}}"
        f"@media print{{{_THEMED}{{{plain}}}}}"
    )


def _pairs() -> list[tuple[str, str, str]]:
    pairs = [
        (field.name.replace("_", "-"), getattr(LIGHT, field.name), getattr(DARK, field.name))
        for field in fields(Palette)
        if field.name != "weeks"
    ]
    for state in WeekState:
        light, dark = LIGHT.weeks[state], DARK.weeks[state]
        pairs += [
            (
                f"week-{state_class(state)}-{part.name}",
                getattr(light, part.name),
                getattr(dark, part.name),
            )
            for part in fields(Swatch)
        ]
    return pairs
