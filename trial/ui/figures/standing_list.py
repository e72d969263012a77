"""A scorecard as the department reads it: every check with its outcome in a word, why, and next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trial.domain.results.scorecard import CheckResult
from trial.reports.html import Html
from trial.ui import html

_CHOSEN_ON = {
    True: "Chosen because it told lasting accounts from others on real timelines.",
    False: "Chosen by judgement; not yet tested on real timelines.",
}


def checks_html(checks: Sequence[CheckResult], titles: Mapping[str, str]) -> Html:
    """Return the weighted checks as a list, in the order of the scorecard.

    Parameters
    ----------
    titles : mapping of str to str
        Title of each post by its key.
    """
    return html.render("standing_list.checks", checks, titles, _CHOSEN_ON)


def gates_html(gates: Sequence[CheckResult]) -> Html:
    """Return the gates as a list."""
    return html.render("standing_list.gates", gates)


def steps_html(steps: Sequence[tuple[str, str]]) -> Html:
    """Return the next steps, the most helpful first."""
    return html.render("standing_list.steps", steps)
