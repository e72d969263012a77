"""A scorecard, check by check: what was asked, what came out, why, and what is next.

The table behind every verdict. Opening a check shows the weeks and posts it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping

from trial.domain.calendar import spoken_day
from trial.domain.results.scorecard import Scorecard
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
    again = decision.review_again_on
    pairs = (
        ("Decided", decision.decision.label),
        ("The scorecard recommended", decision.recommendation.label),
        ("By", decision.decided_by),
        ("On", spoken_day(decision.decided_on, year=True)),
        ("Why", decision.reason),
        ("Conditions", decision.conditions),
        ("Who saw it differently", decision.dissent),
        ("Review again", "" if again is None else f"on {spoken_day(again, year=True)}"),
        ("Kept as it was", _REPRODUCED[reproduction].format(edition=decision.edition)),
        ("Fingerprint of the log", decision.data_hash[:16]),
        ("Fingerprint of the policy", decision.policy_hash[:16]),
    )
    recorded = [(name, value) for name, value in pairs if value]
    return html.render("lists.facts", recorded, breaks=True)
