"""A scorecard, check by check: what was asked, what came out, why, and what is next.

The table behind every verdict, and the list as the department reads it, every outcome in a word.
Opening a check shows the weeks and posts it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trial.domain.results.scorecard import CheckResult, Scorecard
from trial.domain.verdict import Reproduction
from trial.reports.html import Html
from trial.services.decisions import DecisionView
from trial.ui import html


def checks_html(card: Scorecard, titles: Mapping[str, str]) -> Html:
    """Return all checks and gates of a scorecard as two tables.

    Parameters
    ----------
    titles : mapping of str to str
        Title of each post by its key.
    """
    return html.render("checks_table.checks", card, titles)


_REPRODUCED = {
    Reproduction.SAME: "Scored again just now, the same numbers came out to the last digit.",
    Reproduction.DIFFERENT: "Scored again just now, other numbers came out. Please tell "
    "Communications.",
    Reproduction.OTHER_EDITION: "Scored by edition {edition} of the rules, and shown as it was "
    "stored.",
}


def decision_html(decision: DecisionView, reproduction: Reproduction) -> Html:
    """Return a decision with everything recorded about it; what is empty is left out."""
    return html.render(
        "lists.decision", decision, _REPRODUCED[reproduction].format(edition=decision.edition)
    )


_CHOSEN_ON = {
    True: "Chosen because it told lasting accounts from others on real timelines.",
    False: "Chosen by judgement; not yet tested on real timelines.",
}


def checks_list_html(checks: Sequence[CheckResult], titles: Mapping[str, str]) -> Html:
    """Return the weighted checks as a list, in the order of the scorecard.

    Parameters
    ----------
    titles : mapping of str to str
        Title of each post by its key.
    """
    return html.render("standing_list.checks", checks, titles, _CHOSEN_ON)


def gates_list_html(gates: Sequence[CheckResult]) -> Html:
    """Return the gates as a list."""
    return html.render("standing_list.gates", gates)


def steps_html(steps: Sequence[tuple[str, str]]) -> Html:
    """Return the next steps, the most helpful first."""
    return html.render("standing_list.steps", steps)
