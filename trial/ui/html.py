"""What pages draw as HTML, from the templates of this folder, and how values are spoken there."""

from pathlib import Path

from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of, percent, points
from trial.reports import simulation_text
from trial.reports.html import FOLDER, Templates
from trial.reports.palette import state_class
from trial.ui import text

_HERE = Path(__file__).parent

_TEMPLATES = Templates(
    _HERE / "templates",
    FOLDER,
    # For the stylesheets, which are put into a page as they stand.
    _HERE,
    filters={
        "count_of": count_of,
        "kind": lambda value: value.replace("_", "-"),
        "outcome_sign": text.outcome_sign,
        "percent": percent,
        "points": points,
        "rate": simulation_text.percent,
        "spoken_day": spoken_day,
        "state_class": state_class,
        "state_label": text.state_label,
        "verdict_word": simulation_text.verdict_word,
        "week_label": text.week_label,
        "weeks_line": text.weeks_line,
    },
)

render = _TEMPLATES.render
"""See :class:`trial.reports.html.Templates`, for both."""
compile_templates = _TEMPLATES.compile
