"""The usual ways a post comes to where a test begins."""

from __future__ import annotations

from datetime import date

from tests.services.days import FRI, TUE, WED
from trial.services import posts, review
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.post_views import PostView


def slot(
    actor: Actor, backend: Backend, trial_id: int, day: date, title: str = "A post"
) -> PostView:
    return posts.plan(actor, backend, trial_id=trial_id, title=title, planned_for=day)[0]


def handed_over(
    actor: Actor,
    backend: Backend,
    post: PostView,
    on: date | None = None,
) -> PostView:
    return posts.deliver(actor, backend, post_id=post.id, version=post.version, on=on).post


def sent_back(comms: Actor, backend: Backend, post: PostView) -> PostView:
    return review.send_back(
        comms,
        backend,
        post_id=post.id,
        version=post.version,
        reason_code="facts",
        sentence="Please check the figure.",
    ).post


def approved(backend: Backend, comms: Actor, lead: Actor, trial_id: int) -> PostView:
    """A post for Friday, delivered and approved today."""
    post = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    return review.approve(comms, backend, post_id=post.id, version=post.version).post


def returned(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> PostView:
    """A post delivered on Monday, back for changes on Tuesday; today is Wednesday."""
    post = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    clock.set(TUE)
    post = sent_back(comms, backend, post)
    clock.set(WED)
    return post
