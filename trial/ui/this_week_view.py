"""The pieces of *This week*: where it stands, a card a slot, what was not planned, the check-in."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from trial.domain.calendar import WEEKDAYS, spoken_day
from trial.domain.posts import PostState
from trial.domain.reasons import DropReason
from trial.reports.html import Html
from trial.services import check_in, posts
from trial.services.post_views import PostView
from trial.services.week import CheckInForm, DayView, WeekView, this_week
from trial.ui import (
    components,
    forms,
    html,
    notices,
    outage,
    post_actions,
    redraws,
    session,
    text,
    week_strip,
    week_text,
)
from trial.ui.post_actions import Question

ADDING = "week.adding"
"""Whether the form for a post that was not planned is open."""
CHECK_IN_PLACE = "week.check_in"
ADD_PLACE = "week.add"
_MORE_THAN_A_LOOK = 12
_EARLIER_DAYS = 14


# ------------------------------------------------------------------------------ where it stands


def standing_card(view: WeekView) -> None:
    """Draw the running week: the dots of the target, what is behind them, and the seven days."""
    st.html(
        html.render(
            "this_week.standing",
            week_strip.band_dots_html(view.live_count, view.band),
            week_text.behind_the_headline(view),
            [_day(day) for day in view.days],
        )
    )


def _day(day: DayView) -> dict[str, object]:
    standing = [
        post for post in day.posts if post.state not in (PostState.WITHDRAWN, PostState.REJECTED)
    ]
    done = sum(not post.state.is_open for post in standing)
    still_open = len(standing) - done
    signs = "✓" * done + "○" * still_open
    if len(standing) > 3:
        signs = " ".join(part for part in (f"{done}✓" * bool(done), f"{still_open}○") if part)
    said = (f"{done} handed over" * bool(done), f"{still_open} open" * bool(still_open))
    return {
        "weekday": WEEKDAYS[day.day.weekday()][:2],
        "number": day.day.day,
        "is_today": day.is_today,
        "signs": signs,
        "said": " and ".join(filter(None, said)),
    }


# ------------------------------------------------------------------------------ slots


def slot_cards(view: WeekView, shown: Sequence[PostView]) -> None:
    """Draw a card a post: what is open with its taps, what is done with how it stands."""
    many = len(shown) > _MORE_THAN_A_LOOK
    for post in shown:
        if post.can_deliver:
            open_card(view, post)
        else:
            done_card(view, post, brief=many)


def open_card(view: WeekView, post: PostView) -> None:
    """Draw a slot the department still holds: delivered, moved or dropped."""
    returned = post.state is PostState.RETURNED
    kind = "late" if returned or post.late_days else "open"
    # One container a card, whose first piece fills a line: every piece costs each run.
    with st.container(key=f"slot-{kind}-{post.id}", horizontal=True, gap="xsmall"):
        st.html(_slot_html(post, week_text.slot_note(post, view.today)), width="stretch")
        notices.draw_trouble(post_actions.anchor_of(post.id))
        st.button(
            "Hand over again" if returned else "Hand over",
            key=f"slot-deliver-{post.id}",
            on_click=post_actions.deliver,
            args=(post,),
            type="primary",
            width="stretch",
        )
        # Move and drop ask nothing either: what they fill in is said, and can be changed after.
        if post.can_move and (day := week_text.day_to_move_to(post, view.today, view.window.end)):
            st.button(
                f"Move to {WEEKDAYS[day.weekday()][:3]}",
                key=f"slot-move-{post.id}",
                on_click=post_actions.move,
                args=(post, day),
            )
        st.button(
            "Drop",
            key=f"slot-drop-{post.id}",
            on_click=post_actions.drop,
            args=(post, DropReason.NO_TIME),
        )
        _open_menu(view, post)
        _question(view, post)


def done_card(view: WeekView, post: PostView, *, brief: bool = False) -> None:
    """Draw a post that was handed over, or let go, with its way back for a minute.

    Parameters
    ----------
    brief : bool
        Leave out its menu: among many posts, the calendar is the place to change one.
    """
    gone = post.state in (PostState.WITHDRAWN, PostState.REJECTED)
    event = post_actions.undo_of(post)
    kind = "gone" if gone else "done"
    done = _done_html(post, week_text.done_note(post, view.today), view.today)
    if event is None and (brief or not (post.can_move or post.can_drop)):
        st.html(html.render("this_week.card", kind, done))
        notices.draw_trouble(post_actions.anchor_of(post.id))
        return
    with st.container(key=f"slot-{kind}-{post.id}", horizontal=True, gap="xsmall"):
        st.html(done, width="stretch")
        if event is not None:
            st.button(
                "Undo",
                key=f"slot-undo-{event}",
                on_click=post_actions.take_back,
                args=(post, event),
                type="tertiary",
            )
            if post.state is PostState.WITHDRAWN:
                key = f"slot-why-{post.id}"
                post_actions.drop_menu(post, key=key, label="Another reason")
        else:
            _done_menu(post)
        notices.draw_trouble(post_actions.anchor_of(post.id))
        _question(view, post)


def _slot_html(post: PostView, note: str) -> Html:
    day = "" if post.planned_for is None else text.short_day(post.planned_for)
    back = week_text.sent_back_sentence(post) if post.state is PostState.RETURNED else ""
    return html.render("this_week.slot", day, note, post.title, back)


def _done_html(post: PostView, note: str, today: date) -> Html:
    day = post.planned_for or post.live_day or post.delivered_on
    when = "" if day is None else text.short_day(day)
    shared = week_text.shared(post, today) if post.link else ""
    return html.render("this_week.done", when, post.title, note, post.link, shared)


def _open_menu(view: WeekView, post: PostView) -> None:
    yesterday = view.today - timedelta(days=1)
    labels: dict[date | Question, str] = {}
    if post.planned_for is not None and post.planned_for < yesterday:
        labels[post.planned_for] = f"Handed over on {spoken_day(post.planned_for, view.today)}"
    labels |= {yesterday: "Handed over yesterday", "deliver": "Handed over on another day …"}
    if post.can_move:
        labels["move"] = "Move to another day …"
    _more_menu(post, labels | {"edit": "Change title, channels …"})


def _done_menu(post: PostView) -> None:
    labels: dict[date | Question, str] = {"edit": "Change title, channels …"}
    if post.can_move:
        labels["move"] = "Move to another day …"
    if post.can_drop:
        labels["drop"] = "Drop …"
    _more_menu(post, labels)


def _more_menu(post: PostView, labels: Mapping[date | Question, str]) -> None:
    """Draw a menu whose choices are days of delivery, and questions to be asked about a post."""
    key = f"slot-more-{post.id}"

    def take() -> None:
        chosen = st.session_state[key]
        if isinstance(chosen, date):
            post_actions.deliver(post, chosen)
        else:
            post_actions.ask(chosen, post.id)

    st.menu_button(
        "More",
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        icon=":material/more_vert:",
        type="tertiary",
        on_click=take,
    )


def _question(view: WeekView, post: PostView) -> None:
    asked = post_actions.asked(post.id)
    if asked is None or asked == "edit":
        return
    with st.container(key=f"slot-ask-{post.id}", gap="small"):
        if asked == "move":
            post_actions.move_question(post, view.today, view.window.end)
        elif asked == "deliver":
            post_actions.delivery_question(post, view.today, view.window.start)
        else:
            post_actions.drop_question(post)
        st.button(
            "Leave it as it is", key="steps-close", on_click=post_actions.close, type="tertiary"
        )


# ------------------------------------------------------------------------------ not planned


def unplanned_post(view: WeekView) -> None:
    """Draw the way to a post that was in nobody's calendar: a button, and then its form."""
    _unplanned_post(view, [view], redraws.current_fragment())


@st.fragment
@outage.resilient
def _unplanned_post(view: WeekView, just_read: list[WeekView], week: str | None) -> None:
    """Draw what opening the form changes; a tap that opens it draws this alone."""
    if just_read:
        just_read.clear()
    else:
        with redraws.or_whole_page():
            now = session.call(this_week, trial_id=view.trial_id)
        if now != view:
            st.rerun()
    if st.session_state.get(ADDING):
        # What is sent changes the week above.
        with redraws.redrawing(week):
            _unplanned_form(view)
        return
    st.button(
        "Add a post that was not planned",
        key="week-add",
        icon=":material/add:",
        on_click=_show_form,
        args=(True,),
        width="stretch",
    )


def _unplanned_form(view: WeekView) -> None:
    name = forms.name_of(ADD_PLACE)
    earliest = view.today - timedelta(days=_EARLIER_DAYS - 1)
    days = [day for day in forms.days(earliest, view.today)[::-1] if day in view.window]
    with st.form(f"week-add-{name}", border=True):
        post_actions.title_field(f"add.title.{name}")
        post_actions.contributor_field("Who made it", view.contributors, key=f"add.who.{name}")
        st.selectbox(
            "Handed over on",
            days,
            format_func=lambda day: week_text.day_choice(day, view.today),
            key=f"add.day.{name}",
        )
        notices.draw_trouble(ADD_PLACE)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Add it", type="primary", on_click=_add, args=(view.trial_id, name), width="stretch"
            )
            st.form_submit_button("Not now", on_click=_show_form, args=(False,), type="tertiary")


def _add(trial_id: int, name: str) -> None:
    typed = st.session_state
    with notices.handle_errors(place=ADD_PLACE):
        logged = session.call(
            posts.add_unplanned,
            trial_id=trial_id,
            title=typed[f"add.title.{name}"],
            on=typed[f"add.day.{name}"],
            contributor=typed[f"add.who.{name}"] or "",
            request_key=name,
        )
        forms.let_go(ADD_PLACE)
        typed[ADDING] = False
        post_actions.remember(logged, "Added.")


def _show_form(shown: bool) -> None:
    st.session_state[ADDING] = shown


# ------------------------------------------------------------------------------ the check-in


def below_the_week(view: WeekView) -> tuple[object, ...]:
    """Return what the page shows below the week, so that a tap can tell whether it has changed.

    It hardly ever does: with the first post of a week that could have been "nothing this week",
    when somebody else sends the check-in, at midnight.
    """
    return view.today, view.status, view.form, view.can_check_in, view.can_write


def check_in_box(view: WeekView) -> None:
    """Draw the check-in: its form with what is known filled in, or what was sent."""
    form = view.form
    if form is None or not view.can_check_in:
        return
    components.section(week_text.check_in_title(view))
    if form.sent is None:
        with st.container(key="week-check-in", border=True):
            _check_in_form(view, form)
        return
    with st.expander(week_text.check_in_summary(form.sent, view.today), icon=":material/check:"):
        _check_in_form(view, form)


def _check_in_form(view: WeekView, form: CheckInForm) -> None:
    # What was sent since is filled in anew: the version belongs to the fields' names.
    version = 0 if form.sent is None else form.sent.version
    name = f"{view.trial_id}.{form.week}.{version}"
    with st.form(f"check-in-{name}", border=False):
        st.number_input(
            "Hours spent on posts",
            min_value=0.0,
            max_value=float(check_in.HOURS_IN_WEEK),
            value=form.hours,
            step=0.5,
            format="%.1f",
            key=f"check_in.hours.{name}",
        )
        notices.refusal_room("Hours spent on posts")
        for label, value, field in (
            ("Questions that needed an answer", form.needing_answer, "needing"),
            ("Answered within a day", form.answered_in_a_day, "answered"),
        ):
            most, key = check_in.NEEDING_LIMIT, f"check_in.{field}.{name}"
            st.number_input(label, min_value=0, max_value=most, value=value, key=key)
            notices.refusal_room(label)
        notices.draw_trouble(CHECK_IN_PLACE)
        st.form_submit_button(
            "Send the week" if form.sent is None else "Send again",
            key="week-send",
            on_click=_send,
            args=(view.trial_id, form.week, version, name),
            width="stretch",
        )
        if form.can_be_nothing:
            st.form_submit_button(
                "Nothing this week" if not form.is_last_week else "Nothing last week",
                key="week-nothing",
                on_click=_send,
                args=(view.trial_id, form.week, version, name, True),
                type="tertiary",
                width="stretch",
            )


def _send(trial_id: int, week: int, version: int, name: str, nothing: bool = False) -> None:
    typed = st.session_state
    with notices.handle_errors(place=CHECK_IN_PLACE):
        sent = session.call(
            check_in.check_in,
            trial_id=trial_id,
            week=week,
            hours=typed[f"check_in.hours.{name}"],
            needing_answer=typed[f"check_in.needing.{name}"],
            answered_in_a_day=typed[f"check_in.answered.{name}"],
            nothing_to_report=nothing,
            version=version,
        )
        thanks = "The week is sent, thank you." if version == 0 else "The week is corrected."
        notices.notify(thanks, undo=sent.undo)
