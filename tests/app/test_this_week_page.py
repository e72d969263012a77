"""This week, through the front door: what a lead reads and taps."""

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import EMAIL, PASSWORD, TODAY, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.exemptions import ExemptionCause
from trial.domain.posts import PostState
from trial.domain.roles import Role
from trial.services import (
    check_in,
    exemptions,
    posts,
    review,
    sign_in,
    trial_views,
    trials,
    week,
)
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.post_views import PostView
from trial.services.week import WeekView

MONDAY, FRIDAY, SUNDAY = date(2026, 2, 9), date(2026, 2, 13), date(2026, 2, 15)
LAST_FRIDAY = date(2026, 2, 6)


def lead(hospital: Hospital) -> Actor:
    return Actor(hospital.ids[Role.LEAD])


def comms(hospital: Hospital) -> Actor:
    return Actor(hospital.ids[Role.COMMS])


def on(day: date) -> Backend:
    return backend_from(clock=FixedClock.on(day))


def slot(hospital: Hospital, day: date, title: str = "Walk with us") -> PostView:
    return posts.plan(
        lead(hospital),
        on(min(TODAY, day)),
        trial_id=hospital.cardiology,
        title=title,
        planned_for=day,
    )[0]


def seen(hospital: Hospital) -> WeekView:
    return week.this_week(lead(hospital), backend_from(), trial_id=hospital.cardiology)


def last_week_is_sent(hospital: Hospital) -> None:
    check_in.check_in(
        lead(hospital), on(date(2026, 2, 8)), trial_id=hospital.cardiology, week=4, hours=2.5
    )


def state_of(hospital: Hospital, post: PostView) -> PostState:
    view = seen(hospital)
    shown = [*view.open_before, *(each for day in view.days for each in day.posts)]
    return next(each.state for each in shown if each.id == post.id)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def typed(app: AppTest, label: str) -> str:
    return str(next(field for field in app.text_input if field.label == label).value)


def fill(app: AppTest, label: str, value: str) -> None:
    next(field for field in app.text_input if field.label == label).input(value)


def test_the_answer_stands_first_in_words(opens: Opens, hospital: Hospital) -> None:
    for day in (MONDAY, TODAY):
        post = slot(hospital, day)
        posts.deliver(lead(hospital), on(day), post_id=post.id, version=post.version)
    slot(hospital, FRIDAY)
    page = words_on(opens(Role.LEAD, "this-week"))
    assert "<h1>2 handed over. 1 more by Sunday to reach the target.</h1>" in page
    assert "Week 6 of 13 · Mon 9 – Sun 15 Feb" in page
    assert "1 still planned · next week: nothing planned" in page


def test_a_slot_is_delivered_in_one_tap_and_taken_back_in_another(
    opens: Opens, hospital: Hospital
) -> None:
    post = slot(hospital, FRIDAY)
    app = press(opens(Role.LEAD, "this-week"), "Hand over")
    assert state_of(hospital, post) is PostState.DELIVERED
    assert "Handed over today · with Comms · counts from Fri 13 Feb" in words_on(app)
    assert "Hand over" not in labels(app)
    press(app, "Undo")
    assert state_of(hospital, post) is PostState.PLANNED
    assert "Hand over" in labels(app)


def test_each_post_of_the_last_minute_keeps_its_own_way_back(
    opens: Opens, hospital: Hospital
) -> None:
    first, second = slot(hospital, TODAY, "First"), slot(hospital, FRIDAY, "Second")
    app = press(press(opens(Role.LEAD, "this-week"), "Hand over"), "Hand over")
    in_cards = [button for button in app.button if (button.key or "").startswith("slot-undo-")]
    assert len(in_cards) == 2
    in_cards[0].click().run()
    assert state_of(hospital, first) is PostState.PLANNED
    assert state_of(hospital, second) is PostState.DELIVERED


def test_last_weeks_open_slots_come_before_this_weeks(opens: Opens, hospital: Hospital) -> None:
    slot(hospital, LAST_FRIDAY, "Left over")
    slot(hospital, TODAY, "Of today")
    page = words_on(opens(Role.LEAD, "this-week"))
    assert "open 5 days" in page
    assert page.index("Still open from before") < page.index("Left over")
    assert page.index("Left over") < page.index("Of today")


def test_what_came_back_says_why_and_is_delivered_again(opens: Opens, hospital: Hospital) -> None:
    post = slot(hospital, TODAY)
    post = posts.deliver(lead(hospital), on(MONDAY), post_id=post.id, version=post.version).post
    review.send_back(
        comms(hospital),
        on(TODAY),
        post_id=post.id,
        version=post.version,
        reason_code="facts",
        sentence="Is it 120 or 130?",
    )
    app = opens(Role.LEAD, "this-week")
    assert "Sent back: A fact or figure needs checking. Is it 120 or 130?" in words_on(app)
    press(app, "Hand over again")
    assert state_of(hospital, post) is PostState.DELIVERED


def test_a_post_that_somebody_else_changed_is_not_overwritten(
    opens: Opens, hospital: Hospital
) -> None:
    post = slot(hospital, FRIDAY)
    app = opens(Role.LEAD, "this-week")
    posts.drop(
        comms(hospital), backend_from(), post_id=post.id, version=post.version, reason="cancelled"
    )
    press(app, "Hand over")
    assert "was changed by somebody else" in app.warning[0].value
    assert state_of(hospital, post) is PostState.WITHDRAWN


@pytest.mark.parametrize(
    "title, complaint",
    [
        ("x" * 10_000, "has 10000 characters. Please shorten it to at most 200"),
        ("   ", "Give the post a title of 1 to 200 characters"),
    ],
)
def test_a_title_out_of_bounds_is_refused_in_a_sentence_and_stays_typed(
    opens: Opens, hospital: Hospital, title: str, complaint: str
) -> None:
    app = press(opens(Role.LEAD, "this-week"), "Add a post that was not planned")
    fill(app, "Title", title)
    press(app, "Add it")
    assert complaint in app.error[0].value
    assert typed(app, "Title") == title
    assert seen(hospital).live_count == 0


def test_an_unplanned_post_knows_today_and_who_made_the_last_one(
    opens: Opens, hospital: Hospital
) -> None:
    posts.add_unplanned(
        lead(hospital),
        on(MONDAY),
        trial_id=hospital.cardiology,
        title="Before",
        contributor="Clinic office",
    )
    app = press(opens(Role.LEAD, "this-week"), "Add a post that was not planned")
    fill(app, "Title", "Thank you 💛")
    press(app, "Add it")
    added = [post for day in seen(hospital).days for post in day.posts][-1]
    assert (added.title, added.contributor, added.delivered_on) == (
        "Thank you 💛",
        "Clinic office",
        TODAY,
    )
    assert "Add a post that was not planned" in labels(app)


def test_a_second_tap_on_the_same_form_adds_nothing(opens: Opens, hospital: Hospital) -> None:
    app = press(opens(Role.LEAD, "this-week"), "Add a post that was not planned")
    fill(app, "Title", "Once")
    before = app.session_state["steps.forms"].copy()
    press(app, "Add it")
    # A tap that was on its way already comes with the form as it was.
    app.session_state["steps.forms"] = before
    app.session_state["week.adding"] = True
    app.run()
    fill(app, "Title", "Once")
    press(app, "Add it")
    assert seen(hospital).live_count == 1


def test_a_normal_week_is_logged_in_at_most_six_taps(opens: Opens, hospital: Hospital) -> None:
    last_week_is_sent(hospital)
    for day in (MONDAY, TODAY, FRIDAY):
        slot(hospital, day)
    app, taps = opens(Role.LEAD, "this-week"), 0
    while "Hand over" in labels(app):
        press(app, "Hand over")
        taps += 1
    press(app, "Send the week")
    taps += 1
    view = seen(hospital)
    assert taps <= 6
    assert view.check_in is not None
    assert [post.state for day in view.days for post in day.posts] == [PostState.DELIVERED] * 3


def test_the_check_in_starts_from_last_weeks_hours(opens: Opens, hospital: Hospital) -> None:
    last_week_is_sent(hospital)
    app = opens(Role.LEAD, "this-week")
    hours = app.number_input[0]
    assert (hours.label, hours.value) == ("Hours spent on posts", 2.5)
    hours.set_value(3.5)
    press(app, "Send the week")
    assert "Sent today · 3.5 hours" in [expander.label for expander in app.expander]
    press(app, "Undo")
    assert seen(hospital).check_in is None


def test_more_answers_than_questions_are_refused_and_stay_typed(
    opens: Opens, hospital: Hospital
) -> None:
    last_week_is_sent(hospital)
    app = opens(Role.LEAD, "this-week")
    app.number_input[1].set_value(4)
    app.number_input[2].set_value(5)
    press(app, "Send the week")
    assert "Answered within a day cannot be 5" in app.error[0].value
    assert [field.value for field in app.number_input[1:3]] == [4, 5]
    assert seen(hospital).check_in is None


def test_nothing_this_week_is_an_honest_answer_while_it_is_true(
    opens: Opens, hospital: Hospital
) -> None:
    last_week_is_sent(hospital)
    app = opens(Role.LEAD, "this-week")
    press(app, "Nothing this week")
    sent = seen(hospital).check_in
    assert sent is not None
    assert sent.nothing_to_report
    press(app, "Undo")
    post = slot(hospital, TODAY)
    posts.deliver(lead(hospital), on(TODAY), post_id=post.id, version=post.version)
    assert "Nothing this week" not in labels(app.run())


def test_an_excused_week_asks_for_nothing(opens: Opens, hospital: Hospital) -> None:
    exemptions.grant_for_cause(
        comms(hospital),
        backend_from(),
        trial_id=hospital.cardiology,
        first_week=5,
        last_week=5,
        cause=ExemptionCause.ILLNESS,
        reason="Flu on the ward.",
    )
    page = words_on(opens(Role.LEAD, "this-week"))
    assert "This week is excused. Nothing is expected." in page


def test_until_wednesday_the_check_in_of_last_week_comes_first(
    opens: Opens, hospital: Hospital
) -> None:
    app = press(opens(Role.LEAD, "this-week"), "Nothing last week")
    assert "This week&#39;s check-in" in words_on(app)
    sent = seen(hospital).last_check_in
    assert sent is not None
    assert sent.nothing_to_report


def at(monkeypatch: pytest.MonkeyPatch, hospital: Hospital, day: date) -> None:
    monkeypatch.setenv("TRIAL_TODAY", day.isoformat())
    # A sign-in lasts a month, counted from the day of the fixture.
    token = sign_in.sign_in(backend_from(), email=EMAIL[Role.LEAD], password=PASSWORD).token
    monkeypatch.setitem(hospital.tokens, Role.LEAD, token)


def test_before_the_trial_the_first_week_can_be_filled_but_not_reported(
    opens: Opens, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot(hospital, date(2026, 1, 7), "The first one")
    at(monkeypatch, hospital, date(2026, 1, 2))
    app = opens(Role.LEAD, "this-week")
    page = words_on(app)
    assert "Your trial starts in 3 days, on Mon 5 Jan." in page
    assert "The first week" in page
    assert "The first one" in page
    assert "Send the week" not in labels(app)
    assert "Add a post that was not planned" not in labels(app)


def test_after_the_trial_the_last_check_in_can_still_be_sent(
    opens: Opens, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, hospital, date(2026, 4, 6))
    app = opens(Role.LEAD, "this-week")
    assert "All weeks are over. The review comes next." in words_on(app)
    assert "Send the week" in labels(app)
    assert "Add a post that was not planned" not in labels(app)


def test_a_trial_that_was_ended_is_shown_and_takes_nothing(
    opens: Opens, hospital: Hospital
) -> None:
    slot(hospital, FRIDAY)
    trials.end_early(
        comms(hospital),
        backend_from(),
        trial_id=hospital.cardiology,
        on=TODAY,
        reason="The ward moves house.",
    )
    app = opens(Role.LEAD, "this-week")
    assert "This trial is closed." in words_on(app)
    assert not {"Hand over", "Send the week", "Add a post that was not planned"} & set(labels(app))


def test_without_any_trial_the_page_says_what_comes_first(
    opens: Opens, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_views, "own_trials", lambda *_, **__: ())
    assert "No trial has been started yet" in words_on(opens(Role.LEAD, "this-week"))


def test_communications_chooses_among_the_departments(opens: Opens, hospital: Hospital) -> None:
    app = opens(Role.COMMS, "this-week", trial=str(hospital.radiology))
    assert "Radiology" in words_on(app)
    app.selectbox[0].select(hospital.cardiology).run()
    assert not app.exception
    assert "Cardiology" in words_on(app)


def test_titles_are_written_as_they_are_never_as_markup(opens: Opens, hospital: Hospital) -> None:
    slot(hospital, FRIDAY, "<b>Salt</b> & *pepper*")
    page = words_on(opens(Role.LEAD, "this-week"))
    assert "&lt;b&gt;Salt&lt;/b&gt; &amp; *pepper*" in page
    assert "<b>Salt</b>" not in page


def test_a_week_of_sixty_posts_is_shown_whole(opens: Opens, hospital: Hospital) -> None:
    days = [MONDAY + timedelta(days=offset) for offset in range(7)]
    for number in range(60):
        post = slot(hospital, days[number % 7], f"Post {number}")
        if number % 2:
            posts.deliver(
                lead(hospital), on(post.planned_for or TODAY), post_id=post.id, version=post.version
            )
    app = opens(Role.LEAD, "this-week")
    assert not app.exception
    page = words_on(app)
    assert all(f"Post {number}<" in page for number in range(60))
    assert labels(app).count("Hand over") == 30
