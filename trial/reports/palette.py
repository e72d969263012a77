"""The colours, named once, for light and dark; their values stand in ``palette.toml`` beside.

A week's state is always told twice: by its colour and by a number, a sign or a pattern, so that
nothing is lost to a colour-blind eye or a printer. Text on a fill has a contrast of at least
4.5 to 1; the tests hold it to that.
"""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from trial.domain.cadence import WeekState
from trial.domain.documents import adapter_of
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


_PALETTES = adapter_of(dict[str, Palette]).validate_python(
    tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
)
LIGHT, DARK = _PALETTES["light"], _PALETTES["dark"]

VERDICT_FILLS = {
    Verdict.READY: LIGHT.weeks[WeekState.IN_BAND].fill,
    Verdict.EXTEND: LIGHT.weeks[WeekState.UNDER].fill,
    Verdict.KEEP_FEEDING: LIGHT.weeks[WeekState.OVER].fill,
    Verdict.NOT_ENOUGH_EVIDENCE: "#b4c0c5",
}
"""The bar of each verdict on paper: the colours it has in the app."""

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
    light, dark = _by_property(LIGHT), _by_property(DARK)
    plain = "".join(f"--{name}:{colour};" for name, colour in light.items())
    themed = "".join(
        f"--{name}:light-dark({colour},{dark[name]});" for name, colour in light.items()
    )
    return (
        f"{_THEMED}{{{plain}}}"
        f"@supports (color:light-dark(#000,#fff)){{{_THEMED}{{{themed}}}}}"
        f"@media print{{{_THEMED}{{{plain}}}}}"
    )


def _by_property(palette: Palette) -> dict[str, str]:
    colours = asdict(palette)
    weeks = colours.pop("weeks")
    own = {name.replace("_", "-"): colour for name, colour in colours.items()}
    return own | {
        f"week-{state_class(state)}-{part}": colour
        for state in WeekState
        for part, colour in weeks[state].items()
    }
