"""The queue of drafts, through the front door."""

from streamlit.testing.v1 import AppTest

from tests.app.conftest import PASSWORD, TODAY, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.posts import PostState
from trial.domain.roles import Role
from trial.services import people, posts, review
from trial.services.access import Actor
from trial.services.post_views import PostView


def hand_over(hospital: Hospital, title: str = "Walk with us") -> PostView:
    return posts.add_unplanned(
        Actor(hospital.ids[Role.LEAD]),
        backend_from(),
        trial_id=hospital.cardiology,
        title=title,
        on=TODAY,
    ).post


def approve(hospital: Hospital, post: PostView) -> PostView:
    return review.approve(
        Actor(hospital.ids[Role.COMMS]), backend_from(), post_id=post.id, version=post.version
    ).post


def attempts(hospital: Hospital, post: PostView) -> list[tuple[str, str]]:
    found = review.history(Actor(hospital.ids[Role.COMMS]), backend_from(), post_id=post.id)
    return [(each.outcome, each.sentence) for each in found]


def press(app: AppTest, label: str, *, opened_by: str = "") -> AppTest:
    # A dialog lives only in the run that opens it, so its opener is pressed once more with it.
    if opened_by:
        app.button(key=opened_by).click()
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def troubles(app: AppTest) -> str:
    return " ".join(each.value for each in (*app.error, *app.warning))


def test_an_empty_queue_says_so(opens: Opens) -> None:
    app = opens(Role.COMMS, "drafts")
    assert not app.exception
    assert "Nothing waits for review" in words_on(app)
    assert "Waiting here never counts" in words_on(app)


def test_a_draft_is_approved_in_one_tap_which_can_be_taken_back(
    opens: Opens, hospital: Hospital
) -> None:
    post = hand_over(hospital)
    app = opens(Role.COMMS, "drafts")
    assert "1 draft waits, since today" in words_on(app)
    app.button(key=f"drafts.approve.{post.id}").click().run()
    assert not app.exception
    assert "Nothing waits for review" in words_on(app)
    assert attempts(hospital, post) == [("approved", "")]
    press(app, "Undo")
    assert "1 draft waits" in words_on(app)


def test_of_two_who_review_the_same_draft_the_second_is_told(
    opens: Opens, hospital: Hospital
) -> None:
    post = hand_over(hospital)
    app = opens(Role.COMMS, "drafts")
    posts.edit(
        Actor(hospital.ids[Role.LEAD]),
        backend_from(),
        post_id=post.id,
        version=post.version,
        title="Walk with us, ten minutes a day",
        pillar="",
        channels=(),
        contributor="",
    )
    app.button(key=f"drafts.approve.{post.id}").click().run()
    assert not app.exception
    assert "changed by somebody else" in troubles(app)
    assert "ten minutes a day" in words_on(app)
    assert attempts(hospital, post) == [("", "")]


def test_a_draft_goes_back_with_a_reason_and_a_sentence_and_never_without(
    opens: Opens, hospital: Hospital
) -> None:
    post = hand_over(hospital)
    opener = f"drafts.back.{post.id}"
    app = opens(Role.COMMS, "drafts")
    app.button(key=opener).click().run()
    press(app, "Send", opened_by=opener)
    assert troubles(app).startswith("Choose a reason")
    app.selectbox(key="drafts.reason").select_index(3)
    app.text_area(key="drafts.sentence").input("Please shorten the first line")
    press(app, "Send", opened_by=opener)
    assert attempts(hospital, post) == [("changes_requested", "Please shorten the first line")]
    assert "Nothing waits for review" in words_on(app)


def test_what_is_not_taken_is_told_from_what_may_come_again(
    opens: Opens, hospital: Hospital
) -> None:
    post = hand_over(hospital)
    opener = f"drafts.back.{post.id}"
    app = opens(Role.COMMS, "drafts")
    app.button(key=opener).click().run()
    app.radio(key="drafts.final").set_value(True)
    app.selectbox(key="drafts.reason").select_index(0)
    app.text_area(key="drafts.sentence").input("The consent was withdrawn")
    press(app, "Send", opened_by=opener)
    assert attempts(hospital, post) == [("rejected", "The consent was withdrawn")]


def test_an_approved_draft_is_shared_with_its_link(opens: Opens, hospital: Hospital) -> None:
    post = approve(hospital, hand_over(hospital))
    assert post.state is PostState.APPROVED
    opener = f"drafts.share.{post.id}"
    app = opens(Role.COMMS, "drafts")
    assert "1 approved and not shared yet" in words_on(app)
    app.button(key=opener).click().run()
    assert app.date_input(key="drafts.on").value == TODAY
    app.text_input(key="drafts.link").input("javascript:alert(1)")
    press(app, "Save", opened_by=opener)
    assert "a web address" in troubles(app)
    assert app.text_input(key="drafts.link").value == "javascript:alert(1)"
    app.text_input(key="drafts.link").input("https://www.instagram.com/p/abc")
    press(app, "Save", opened_by=opener)
    assert "approved and not shared" not in words_on(app)


def test_a_title_that_looks_like_markup_is_shown_as_it_is(opens: Opens, hospital: Hospital) -> None:
    hand_over(hospital, "<script>Herz & Kreislauf</script>")
    said = words_on(opens(Role.COMMS, "drafts"))
    assert "&lt;script&gt;Herz &amp; Kreislauf" in said


def test_an_edit_after_approval_says_what_was_approved(opens: Opens, hospital: Hospital) -> None:
    post = approve(hospital, hand_over(hospital))
    posts.edit(
        Actor(hospital.ids[Role.LEAD]),
        backend_from(),
        post_id=post.id,
        version=post.version,
        title="Walk with us, daily",
        pillar="People",
    )
    said = words_on(opens(Role.COMMS, "drafts"))
    assert (
        "Edited after it was approved with title “Walk with us”, pillar empty.</p></div>"
    ) in said


def test_a_page_left_open_does_nothing_more_once_its_sign_in_has_ended(
    opens: Opens, hospital: Hospital
) -> None:
    post = hand_over(hospital)
    app = opens(Role.COMMS, "drafts")
    people.change_own_password(
        Actor(hospital.ids[Role.COMMS]),
        backend_from(),
        current_password=PASSWORD,
        new_password="six quiet geese",
    )
    app.button(key=f"drafts.approve.{post.id}").click().run()
    assert attempts(hospital, post) == [("", "")]
    assert "Sign in" in words_on(app)


def test_a_title_says_nothing_to_the_sentence_that_quotes_it(
    opens: Opens, hospital: Hospital
) -> None:
    post = hand_over(hospital, "[Sign in again](https://evil.example)")
    app = opens(Role.COMMS, "drafts")
    approve(hospital, post)
    app.button(key=f"drafts.approve.{post.id}").click().run()
    assert "\\[Sign in again\\](https:color[:]//evil.example)" in troubles(app)
