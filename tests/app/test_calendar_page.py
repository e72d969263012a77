"""The content calendar, through the front door; the table itself is pressed in a browser test."""

from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import TODAY, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.posts import PostState
from trial.domain.roles import Role
from trial.services import posts, trials
from trial.services.access import Actor
from trial.services.calendar import CalendarView, calendar
from trial.services.post_views import PostView
from trial.ui.figures import calendar_month

NEXT_MONDAY, NEXT_THURSDAY = date(2026, 2, 16), date(2026, 2, 19)


def lead(hospital: Hospital) -> Actor:
    return Actor(hospital.ids[Role.LEAD])


def slot(hospital: Hospital, day: date, title: str = "Walk with us") -> PostView:
    return posts.plan(
        lead(hospital),
        backend_from(),
        trial_id=hospital.cardiology,
        title=title,
        planned_for=day,
        channels=["Facebook"],
        contributor="Clinic office",
    )[0]


def seen(hospital: Hospital) -> CalendarView:
    return calendar(lead(hospital), backend_from(), trial_id=hospital.cardiology)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def field(app: AppTest, label: str) -> Any:
    return next(
        found
        for found in (*app.text_input, *app.selectbox, *app.multiselect)
        if found.label == label
    )


def as_list(opens: Opens) -> AppTest:
    return opens(Role.LEAD, "calendar", view="List")


def test_the_first_short_week_is_named_with_what_it_lacks_and_until_when(
    opens: Opens, hospital: Hospital
) -> None:
    for day in (NEXT_MONDAY, NEXT_THURSDAY):
        slot(hospital, day)
    page = words_on(opens(Role.LEAD, "calendar"))
    assert "<h1>Week 7 needs 1 more post, planned by Fri 13 Feb.</h1>" in page
    assert "Weeks 8, 9, 10 need posts too · no post ready ahead" in page


def test_a_post_is_planned_with_all_it_is_about_and_repeats_weekly(
    opens: Opens, hospital: Hospital
) -> None:
    app = opens(Role.LEAD, "calendar")
    field(app, "Title").input("Salt: where it hides")
    field(app, "Pillar").select("Prevention")
    field(app, "Channels").select("Facebook").select("Website")
    field(app, "Repeat").select(2)
    press(app, "Plan it")
    made = seen(hospital).posts
    # The form starts on the first free working day of the first week that lacks slots.
    assert [post.planned_for for post in made] == [
        NEXT_MONDAY + timedelta(weeks=week) for week in range(3)
    ]
    assert {(post.title, post.pillar, post.channels) for post in made} == {
        ("Salt: where it hides", "Prevention", ("Facebook", "Website"))
    }
    assert field(app, "Title").value == ""
    press(app, "Undo")
    assert seen(hospital).posts == ()


def test_the_next_form_knows_who_made_the_last_post(opens: Opens, hospital: Hospital) -> None:
    slot(hospital, NEXT_MONDAY)
    assert field(opens(Role.LEAD, "calendar"), "Who makes it").value == "Clinic office"


def test_a_title_of_ten_thousand_characters_is_refused_and_stays_typed(
    opens: Opens, hospital: Hospital
) -> None:
    app = opens(Role.LEAD, "calendar")
    field(app, "Title").input("x" * 10_000)
    press(app, "Plan it")
    assert "Please shorten it to at most 200 characters" in app.error[0].value
    assert len(field(app, "Title").value) == 10_000
    assert seen(hospital).posts == ()


def test_the_list_shows_this_week_and_those_ahead_and_the_earlier_ones_on_request(
    opens: Opens, hospital: Hospital
) -> None:
    slot(hospital, NEXT_MONDAY, "*Stars* & [links](x)")
    app = as_list(opens)
    page = words_on(app)
    assert "Week 6 · Mon 9 – Sun 15 Feb" in page
    assert "Week 5 ·" not in page
    assert r"○ **Mon 16** · \*Stars\* \& \[links\]\(x\)" in [button.label for button in app.button]
    app.toggle[0].set_value(True).run()
    assert "Week 5 · Mon 2 – Sun 8 Feb" in words_on(app)


def test_a_post_is_opened_moved_and_taken_back(opens: Opens, hospital: Hospital) -> None:
    post = slot(hospital, NEXT_MONDAY)
    app = press(as_list(opens), "○ **Mon 16** · Walk with us")
    field(app, "Move to").select(NEXT_THURSDAY).run()
    assert not app.exception
    assert seen(hospital).posts[0].planned_for == NEXT_THURSDAY
    assert "Moved to Thu 19 Feb. It still counts as planned for Mon 16 Feb." in words_on(app)
    assert "That was at short notice, so it still counts for that day" in words_on(app)
    press(app, "Undo")
    assert seen(hospital).posts[0].planned_for == post.planned_for


def test_a_post_is_changed_in_its_own_form(opens: Opens, hospital: Hospital) -> None:
    slot(hospital, NEXT_MONDAY)
    app = press(as_list(opens), "○ **Mon 16** · Walk with us")
    assert field(app, "Channels").value == ["Facebook"]
    field(app, "Title").input("Run with us")
    press(app, "Save")
    changed = seen(hospital).posts[0]
    assert (changed.title, changed.channels, changed.contributor) == (
        "Run with us",
        ("Facebook",),
        "Clinic office",
    )


def test_of_two_who_change_a_post_one_wins_and_the_other_keeps_what_was_typed(
    opens: Opens, hospital: Hospital
) -> None:
    post = slot(hospital, NEXT_MONDAY)
    app = press(as_list(opens), "○ **Mon 16** · Walk with us")
    posts.edit(
        Actor(hospital.ids[Role.COMMS]),
        backend_from(),
        post_id=post.id,
        version=post.version,
        title="Theirs",
    )
    # Another click in between shows the new state; the form still stands on the old one.
    app.run()
    field(app, "Title").input("Mine")
    press(app, "Save")
    assert "was changed by somebody else" in app.warning[0].value
    assert field(app, "Title").value == "Mine"
    assert seen(hospital).posts[0].title == "Theirs"
    assert "Theirs" in words_on(app)
    press(app, "Save")
    assert seen(hospital).posts[0].title == "Mine"


def test_a_slot_is_delivered_from_the_calendar(opens: Opens, hospital: Hospital) -> None:
    slot(hospital, NEXT_MONDAY)
    app = press(as_list(opens), "○ **Mon 16** · Walk with us")
    press(app, "Hand over")
    assert seen(hospital).posts[0].state is PostState.DELIVERED


def test_a_closed_calendar_is_shown_and_takes_nothing(opens: Opens, hospital: Hospital) -> None:
    slot(hospital, NEXT_MONDAY)
    trials.end_early(
        Actor(hospital.ids[Role.COMMS]),
        backend_from(),
        trial_id=hospital.cardiology,
        on=TODAY,
        reason="The ward moves house.",
    )
    app = opens(Role.LEAD, "calendar")
    assert "This calendar is closed." in words_on(app)
    assert not {"Plan it", "Plan a post"} & {button.label for button in app.button}


def test_the_month_is_whole_weeks_with_today_and_the_days_that_can_be_planned(
    hospital: Hospital,
) -> None:
    slot(hospital, NEXT_MONDAY)
    data = calendar_month.month_data(seen(hospital), date(2026, 2, 1))
    assert data["weekdays"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    days = [day for week in data["weeks"] for day in week["days"]]
    assert (days[0]["iso"], days[-1]["iso"]) == ("2026-01-26", "2026-03-01")
    assert [day["iso"] for day in days if day["today"]] == ["2026-02-11"]
    assert next(day["iso"] for day in days if day["plannable"]) == "2026-02-11"
    assert [(day["iso"], day["posts"][0]["kind"]) for day in days if day["posts"]] == [
        ("2026-02-16", "open")
    ]
    assert [(week["name"], week["slots"], week["said"]) for week in data["weeks"]][2:4] == [
        ("Week 6", "0 planned", "this week"),
        ("Week 7", "1 planned", "plan 2 more by Fri 13 Feb"),
    ]


def test_every_month_of_the_trial_can_be_chosen(hospital: Hospital) -> None:
    months = calendar_month.months_of(seen(hospital))
    assert [calendar_month.month_name(month) for month in months] == [
        "January 2026",
        "February 2026",
        "March 2026",
        "April 2026",
    ]


@pytest.mark.parametrize("looking", ["Month", "List"])
def test_sixty_posts_and_long_german_titles_are_shown(
    opens: Opens, hospital: Hospital, looking: str
) -> None:
    title = "Rehabilitationsnachsorgeeinrichtungsverzeichnis der Klinik für Neurologie " * 2
    for number in range(60):
        slot(hospital, TODAY + timedelta(days=number % 50), f"{number} {title}"[:200])
    app = opens(Role.LEAD, "calendar", view=looking)
    assert not app.exception
