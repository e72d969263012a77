"""Posts that wait for Communications, one card each. Views in, HTML and words out."""

from __future__ import annotations

from collections.abc import Sequence

from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.post_content import PostContent
from trial.reports.html import Html
from trial.services.post_views import PostView
from trial.services.review import QueueItem, ShareItem
from trial.ui import html, text


def headline(items: Sequence[QueueItem]) -> str:
    """Return the page's answer: how many wait, and how long the oldest has."""
    if not items:
        return "Nothing waits for review"
    waits = "draft waits" if len(items) == 1 else "drafts wait"
    oldest = max(item.waiting_days for item in items)
    since = "since today" if oldest == 0 else f"the oldest {count_of(oldest, 'day')}"
    return f"{len(items)} {waits}, {since}"


def subline(items: Sequence[QueueItem], to_share: int) -> str:
    """Return what else there is to do, quietly."""
    departments = len({item.department for item in items})
    parts = [
        f"from {count_of(departments, 'department')}" if items else "",
        f"{to_share} approved and not shared yet" if to_share else "",
        "waiting here never counts against a department",
    ]
    return text.begun(" · ".join(part for part in parts if part))


def draft_html(item: QueueItem) -> Html:
    """Return one post that waits: its title, whose it is, for when, and how often it came."""
    post = item.post
    planned = (
        f"for {spoken_day(post.planned_for, item.submitted_on)}"
        if post.planned_for
        else "not planned"
    )
    about = [
        item.department,
        planned,
        "since today" if item.waiting_days == 0 else count_of(item.waiting_days, "day"),
        ", ".join(post.channels),
        post.pillar,
        post.contributor,
    ]
    notes = []
    if item.approved_as is not None:
        notes.append(_edited(item.approved_as, post))
    if item.last_reason:
        notes.append(f"Attempt {item.attempt}. {item.last_reason}: {item.last_sentence}")
    return _card(post.title, about, notes)


def _edited(approved: PostContent, post: PostView) -> str:
    """Return what was approved and reads otherwise now."""
    then = (
        ("title", f"“{approved.title}”", approved.title != post.title),
        ("pillar", approved.pillar, approved.pillar != post.pillar),
        ("channels", ", ".join(approved.channels), tuple(approved.channels) != post.channels),
        ("contributor", approved.contributor, approved.contributor != post.contributor),
    )
    changed = ", ".join(f"{name} {value or 'empty'}" for name, value, differs in then if differs)
    return f"Edited after it was approved{f' with {changed}' if changed else ''}."


def share_html(item: ShareItem) -> Html:
    """Return one approved post that is to be put on a main channel."""
    post = item.post
    live = f"for {spoken_day(post.live_day)}" if post.live_day else ""
    return _card(post.title, [item.department, live, ", ".join(post.channels)], [])


def _card(title: str, about: Sequence[str], notes: Sequence[str]) -> Html:
    return html.render("lists.asked", title, " · ".join(filter(None, about)), notes)
