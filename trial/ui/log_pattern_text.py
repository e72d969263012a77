"""How a log was kept, in words: what was seen, without a judgement."""

from __future__ import annotations

from trial.domain.counts import count_of
from trial.domain.log_patterns import LogPattern, PatternCount

HEADING = "How the log was kept"
NO_PENALTY = "None of this is against the rules, and none of it changes the score."


def sentence(seen: PatternCount) -> str:
    """Return one pattern with how often it shows."""
    posts = f"{seen.count} of {count_of(seen.of, 'post')}"
    was = "was" if seen.count == 1 else "were"
    match seen.pattern:
        case LogPattern.SAME_TITLE:
            return f"{posts} {was} handed over within a minute of another of the same title."
        case LogPattern.PLANNED_AND_DELIVERED:
            slots = f"{seen.count} of {count_of(seen.of, 'planned post')}"
            return f"{slots} {was} planned and handed over on the same day."
        case LogPattern.ONE_SITTING:
            weeks = f"{seen.count} of {count_of(seen.of, 'week')}"
            return f"{weeks} {was} logged in one sitting, on the last day or later."
        case LogPattern.NEVER_REVIEWED:
            older = count_of(seen.of, "post")
            has = "has" if seen.count == 1 else "have"
            return f"{seen.count} of {older} handed over two weeks ago or more {has} no review yet."
