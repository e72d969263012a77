"""Communications reviews: the queue, the three answers, sharing, and what is kept of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest

from tests.services.days import FRI, MON, NEXT_MON, THU, TUE, WED
from tests.services.rows import Change, contents, refused, revision_of, rows_in
from tests.services.steps import approved, handed_over, sent_back, slot
from trial.domain.errors import InvalidInput, NotAllowed, NotPossible, NotSignedIn, StaleEdit
from trial.domain.post_content import PostContent
from trial.domain.posts import PostState
from trial.domain.reasons import ReviewReason
from trial.services import posts, review, trials
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.post_views import PostView
from trial.store.unit_of_work import UnitOfWork

LINK = "https://www.instagram.com/p/abc123/"


# ------------------------------------------------------------------------------------ the queue
def test_the_longest_wait_stands_first(
    backend: Backend,
    clock: FixedClock,
    comms: Actor,
    lead: Actor,
    other_lead: Actor,
    trial_id: int,
    other_trial_id: int,
) -> None:
    clock.set(WED)
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="Later", on=TUE)
    posts.add_unplanned(other_lead, backend, trial_id=other_trial_id, title="First", on=MON)
    slot(lead, backend, trial_id, FRI, title="Not handed over")

    items = review.queue(comms, backend)

    assert [(item.post.title, item.department, item.waiting_days) for item in items] == [
        ("First", "Dermatology", 2),
        ("Later", "Cardiology", 1),
    ]
    assert [item.attempt for item in items] == [1, 1]


def test_the_queue_says_what_the_last_attempt_came_back_with(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = sent_back(comms, backend, handed_over(lead, backend, slot(lead, backend, trial_id, FRI)))
    assert review.queue(comms, backend) == ()
    clock.set(THU)
    handed_over(lead, backend, post)
    clock.set(FRI)

    (item,) = review.queue(comms, backend)

    assert (item.attempt, item.submitted_on, item.waiting_days) == (2, THU, 1)
    assert (item.last_reason, item.last_sentence, item.approved_as) == (
        ReviewReason.FACTS.label,
        "Please check the figure.",
        None,
    )


def test_an_edit_after_approval_waits_again_and_says_so(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = approved(backend, comms, lead, trial_id)
    posts.edit(lead, backend, post_id=post.id, version=post.version, title="B")
    (item,) = review.queue(comms, backend)
    assert (item.attempt, item.last_reason, item.last_sentence) == (2, "", "")
    assert item.approved_as == PostContent("A post", "", [], "")


def test_a_trial_that_was_ended_leaves_the_queue(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="A")
    trials.end_early(comms, backend, trial_id=trial_id, on=MON, reason="The ward moves")
    assert review.queue(comms, backend) == ()


def test_the_queue_of_an_empty_database_is_empty(backend: Backend) -> None:
    assert review.queue(OPERATOR, backend) == ()


# ----------------------------------------------------------------------------------- the answers
def test_an_approval_changes_no_day_of_the_department(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    clock.set(NEXT_MON)
    after = review.approve(comms, backend, post_id=post.id, version=post.version).post

    assert (after.state, after.approved_on) == (PostState.APPROVED, NEXT_MON)
    assert (after.ready_day, after.live_day, after.week) == (MON, FRI, 5)
    assert after.waiting_days is None


def test_what_was_approved_is_kept_word_for_word(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = approved(backend, comms, lead, trial_id)
    changed = PostContent("B", "People", ["Instagram"], "Ada")
    post = posts.edit(lead, backend, post_id=post.id, version=post.version, **asdict(changed)).post
    post = review.approve(comms, backend, post_id=post.id, version=post.version).post
    posts.edit(lead, backend, post_id=post.id, version=post.version, title="C")

    first, second, _ = review.history(lead, backend, post_id=post.id)
    assert first.content_then == PostContent("A post", "", [], "")
    assert second.content_then == changed
    assert (first.reviewer, second.reviewer) == ("Kim Comms", "Kim Comms")
    assert [first.number, second.number] == [1, 2]


def test_changes_are_asked_for_with_a_reason_and_a_sentence(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    after = review.send_back(
        comms,
        backend,
        post_id=post.id,
        version=post.version,
        reason_code=ReviewReason.CONSENT,
        sentence="  Please add the signed form. ",
    ).post

    assert (after.state, after.week, after.can_deliver) == (PostState.RETURNED, None, True)
    assert after.note is not None
    assert (after.note.label, after.note.sentence, after.note.on) == (
        "Consent is missing",
        "Please add the signed form.",
        MON,
    )


def test_a_post_that_is_not_taken_never_counts_and_stays_so(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    after = review.send_back(
        comms,
        backend,
        post_id=post.id,
        version=post.version,
        reason_code="privacy",
        sentence="The ward is recognisable.",
        for_good=True,
    ).post

    assert (after.state, after.week, after.live_day) == (PostState.REJECTED, None, None)
    assert (after.slot_day, after.on_schedule) == (FRI, False)
    with pytest.raises(NotPossible, match="was declined on Mon 9 Feb and stays as it is"):
        handed_over(lead, backend, after)


@pytest.mark.parametrize(
    ("code", "sentence", "said"),
    [
        ("rude", "Why?", "Choose a reason: “Consent is missing”"),
        ("", "Why?", "Choose a reason"),
        ("facts", "  ", "Say what to change, in 1 to"),
        ("facts", "x" * 501, r"has 501 characters"),
    ],
)
def test_a_return_without_reason_or_sentence_is_refused(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int, code: str, sentence: str, said: str
) -> None:
    post = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    for for_good in (False, True):
        with pytest.raises(InvalidInput, match=said):
            review.send_back(
                comms,
                backend,
                post_id=post.id,
                version=post.version,
                reason_code=code,
                sentence=sentence,
                for_good=for_good,
            )
    assert len(review.queue(comms, backend)) == 1


def test_only_what_waits_is_reviewed(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    planned = slot(lead, backend, trial_id, FRI)
    for post in (planned, approved(backend, comms, lead, trial_id)):
        for answer in answers(post):
            with pytest.raises(NotPossible, match="does not wait for review"):
                answer(comms, backend)


# --------------------------------------------------------------------------------------- sharing
def test_a_shared_post_says_since_when_and_where(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = approved(backend, comms, lead, trial_id)
    clock.set(NEXT_MON)
    after = review.share(
        comms, backend, post_id=post.id, version=post.version, link=f" {LINK} ", on=FRI
    ).post
    assert (after.state, after.shared_on, after.link) == (PostState.SHARED, FRI, LINK)
    assert (after.live_day, after.week) == (FRI, 5)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "www.instagram.com/p/1",
        "javascript:alert(1)",
        "ftp://example.org/p",
        "https://",
        "https://exa mple.org",
        "http://[broken",
        "https://example.org/\u202e",
        "https://example.org/" + "x" * 500,
    ],
)
def test_a_link_is_a_web_address(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int, link: str
) -> None:
    post = approved(backend, comms, lead, trial_id)
    with pytest.raises(InvalidInput, match=r"a web address such as|at most 500 characters"):
        review.share(comms, backend, post_id=post.id, version=post.version, link=link)


@pytest.mark.parametrize("on", [date(2026, 2, 8), TUE])
def test_a_post_is_shared_between_its_ready_day_and_today(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int, on: date
) -> None:
    post = approved(backend, comms, lead, trial_id)
    with pytest.raises(InvalidInput, match="a day from Mon 9 Feb 2026, when it was ready"):
        review.share(comms, backend, post_id=post.id, version=post.version, link=LINK, on=on)


def test_only_an_approved_post_is_shared(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    with pytest.raises(NotPossible, match="only an approved post can be shared"):
        review.share(comms, backend, post_id=post.id, version=post.version, link=LINK)


# ---------------------------------------------------------------------------- who, and all or none
def answers(post: PostView) -> list[Change]:
    post_id, version = post.id, post.version
    return [
        lambda actor, backend: review.approve(actor, backend, post_id=post_id, version=version),
        lambda actor, backend: review.send_back(
            actor, backend, post_id=post_id, version=version, reason_code="facts", sentence="Why?"
        ),
        lambda actor, backend: review.send_back(
            actor,
            backend,
            post_id=post_id,
            version=version,
            reason_code="facts",
            sentence="No.",
            for_good=True,
        ),
    ]


def sharing(post: PostView) -> Change:
    return lambda actor, backend: review.share(
        actor, backend, post_id=post.id, version=post.version, link=LINK
    )


def test_only_communications_reviews_and_shares(
    backend: Backend,
    comms: Actor,
    lead: Actor,
    other_lead: Actor,
    reviewer: Actor,
    gone: Actor,
    trial_id: int,
) -> None:
    def queue(actor: Actor, backend: Backend) -> object:
        return review.queue(actor, backend)

    waiting = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    for change in (*answers(waiting), sharing(approved(backend, comms, lead, trial_id)), queue):
        for actor in (lead, other_lead, reviewer):
            refused(backend, NotAllowed, change, actor)
        refused(backend, NotSignedIn, change, gone)


def test_a_posts_history_is_read_by_whoever_reads_the_post(
    backend: Backend,
    comms: Actor,
    lead: Actor,
    other_lead: Actor,
    reviewer: Actor,
    gone: Actor,
    trial_id: int,
) -> None:
    post = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    for actor in (comms, lead, reviewer):
        assert len(review.history(actor, backend, post_id=post.id)) == 1
    for actor, refusal in ((other_lead, NotAllowed), (gone, NotSignedIn)):
        with pytest.raises(refusal):
            review.history(actor, backend, post_id=post.id)
    with pytest.raises(NotAllowed):
        review.history(lead, backend, post_id=9_999)


def test_every_answer_leaves_one_audit_event_and_a_new_revision(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    for number in range(4):
        if number < 3:
            waiting = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
            change = answers(waiting)[number]
        else:
            change = sharing(approved(backend, comms, lead, trial_id))
        events, revision = rows_in(backend, "audit_event"), revision_of(backend, trial_id)
        change(comms, backend)
        assert rows_in(backend, "audit_event") == events + 1
        assert revision_of(backend, trial_id) == revision + 1


def test_a_stale_answer_is_refused_by_title(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    waiting = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    posts.edit(lead, backend, post_id=waiting.id, version=waiting.version, title="Newer")
    for answer in (*answers(waiting), sharing(waiting)):
        with pytest.raises(StaleEdit, match="“Newer” was changed by somebody else"):
            answer(comms, backend)


@pytest.mark.parametrize("moment", ["record", "commit", "flush"])
def test_a_crash_before_the_commit_leaves_nothing(
    backend: Backend,
    comms: Actor,
    lead: Actor,
    trial_id: int,
    moment: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    ready = approved(backend, comms, lead, trial_id)
    before = contents(backend)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    for change in (*answers(waiting), sharing(ready)):
        with monkeypatch.context() as patch:
            patch.setattr(UnitOfWork, moment, crash)
            with pytest.raises(RuntimeError, match="the power went"):
                change(comms, backend)
        assert contents(backend) == before
