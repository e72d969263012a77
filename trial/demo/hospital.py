"""The demo hospital: ten departments in all stages, made by the product's own services.

Nothing is written behind the services' backs. A clock walks through the past months, people sign
in, plan, deliver, review and decide, and every rule holds as it does for everybody else. All of
it is one transaction: there is a whole demo hospital, or none.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from trial.demo.story import Act, HospitalStory, Verb, acts_of, read_story
from trial.domain.posts import PostState
from trial.domain.roles import Role
from trial.services import (
    check_in,
    decisions,
    exemptions,
    introduction,
    organisation,
    outcomes,
    passwords,
    people,
    posts,
    review,
    trial_views,
    trials,
)
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.brakes import THIS_MACHINE, Visitor
from trial.services.clocks import FixedClock
from trial.services.post_views import LoggedPosts, PostView

STORY_FILE = "demo/hospital.toml"
PASSWORD = "come in and look around"  # noqa: S105 - see below
"""Known to everybody on purpose: all there is behind it is made up."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo hospital: the role's name, what it shows, and how to sign in."""

    role: str
    hint: str
    email: str
    password: str


def accounts() -> tuple[DemoAccount, ...]:
    """Return the accounts a visitor may look around with."""
    return tuple(
        DemoAccount(role, hint, _email(name), PASSWORD)
        for role, hint, name in (
            ("Department lead", "Cardiology, in the middle of a healthy trial", "Cardiology"),
            ("Communications manager", "all trials on one board", "Communications"),
            ("Reviewer", "the meeting that decides on Maternity", "Review"),
            ("Department lead", "Dermatology, where posts are fading", "Dermatology"),
        )
    )


def explore(
    backend: Backend,
    *,
    progress: Callable[[float, str], None],
    code: str = "",
    visitor: Visitor = THIS_MACHINE,
) -> tuple[DemoAccount, ...]:
    """Fill an empty database with the demo hospital and return its accounts.

    Parameters
    ----------
    code, visitor
        As setting up an organisation asks for them.
    progress : callable
        Called with the share done, in [0, 1], and what is happening.

    Raises
    ------
    AlreadySetUp
        When there is an organisation; nothing is changed then.
    InvalidInput
        When the code is another one.
    """
    story = read_story(backend.data_folder / STORY_FILE)
    today = backend.today(story.time_zone)
    acts = acts_of(story, today)
    progress(0.0, "Opening the hospital")
    with backend.database.as_one_transaction() as database:
        clock = FixedClock.on(acts[0].day if acts else today)
        stage = _Stage(replace(backend, database=database, clock=clock), clock, story)
        stage.open(code, visitor)
        for done, act in enumerate(acts):
            stage.play(act)
            if done % 25 == 0:
                progress(done / len(acts), f"{act.department}, {act.day:%B %Y}")
    progress(1.0, "Ready")
    return accounts()


_BY_LEAD: dict[Verb, Callable[..., Any]] = {
    Verb.PLAN: posts.plan,
    Verb.ADD_UNPLANNED: posts.add_unplanned,
    Verb.DELIVER: posts.deliver,
    Verb.DROP: posts.drop,
    Verb.CHECK_IN: check_in.check_in,
}
_BY_COMMUNICATIONS: dict[Verb, Callable[..., Any]] = {
    Verb.SEND_BACK: review.send_back,
    Verb.APPROVE: review.approve,
    Verb.LOOK: outcomes.note,
}
"""The services whose arguments an act names; every other act has a method of its own."""


class _Stage:
    """Where the acts are played: the people, the trials and the posts they have made so far."""

    def __init__(self, backend: Backend, clock: FixedClock, story: HospitalStory) -> None:
        self.backend = backend
        self.clock = clock
        self.story = story
        self.stories = {department.name: department for department in story.departments}
        self.trials: dict[str, int] = {}
        self.leads: dict[str, Actor] = {}
        self.posts: dict[tuple[str, int | None], PostView] = {}

    def open(self, code: str, visitor: Visitor) -> None:
        """Found the hospital and give Communications and the review meeting their accounts."""
        self.comms = Actor(
            organisation.set_up(
                self.backend,
                code=code,
                visitor=visitor,
                name=self.story.name,
                time_zone=self.story.time_zone,
                week_starts_on=0,
                manager_name="Communications (demo)",
                manager_email=_email("Communications"),
                password=PASSWORD,
                is_demo=True,
            )
        )
        self.reviewer = self._person("Review", "Review meeting (demo)", Role.REVIEWER)

    def play(self, act: Act) -> None:
        """Do what the act says, on its day."""
        self.clock.set(act.day)
        if (by_lead := _BY_LEAD.get(act.verb)) is not None:
            self._call(by_lead, self.leads[act.department], act)
        elif (by_comms := _BY_COMMUNICATIONS.get(act.verb)) is not None:
            self._call(by_comms, self.comms, act)
        else:
            getattr(self, act.verb)(act)

    def _person(self, account: str, name: str, role: Role, department: int | None = None) -> Actor:
        first = passwords.first_password()
        added = people.add_person(
            self.comms,
            self.backend,
            name=name,
            email=_email(account),
            role=role,
            department_ids=() if department is None else (department,),
            password=first,
        )
        person = Actor(added.id)
        people.change_own_password(
            person, self.backend, current_password=first, new_password=PASSWORD
        )
        introduction.close(person, self.backend)
        return person

    def _call(self, service: Callable[..., Any], actor: Actor, act: Act, **details: object) -> None:
        """Call a service about the act's post; where there is none yet, about the trial."""
        key = (act.department, act.post)
        about: dict[str, int] = {"trial_id": self.trials[act.department]}
        if (view := self.posts.get(key)) is not None:
            about = {"post_id": view.id, "version": view.version}
        done = service(actor, self.backend, **about, **act.details, **details)
        if act.post is not None:
            self.posts[key] = done[0] if isinstance(done, LoggedPosts) else done.post

    def start(self, act: Act) -> None:
        story = self.stories[act.department]
        started = trials.start(
            self.comms,
            self.backend,
            department=story.name,
            purpose=story.purpose,
            audience=story.audience,
            primary_manager=story.contributors[0],
            backup_manager=story.contributors[-1] if len(story.contributors) > 1 else "Ward office",
            **act.details,
        )
        self.trials[story.name] = started.id
        self.leads[story.name] = self._person(
            story.name, f"Lead of {story.name} (demo)", Role.LEAD, started.row.department_id
        )

    def prepare(self, act: Act) -> None:
        story = self.stories[act.department]
        detail = trial_views.detail(self.comms, self.backend, trial_id=self.trials[story.name])
        trials.update_gates(
            self.comms,
            self.backend,
            trial_id=detail.id,
            version=detail.version,
            purpose=detail.purpose,
            audience=detail.audience,
            primary_manager=detail.primary_manager,
            backup_manager=detail.backup_manager,
            agreement_signed_on=act.day if story.agreement else None,
            training_done=story.training[0],
            training_total=story.training[1],
        )

    def ask_exemption(self, act: Act) -> None:
        lead, trial_id = self.leads[act.department], self.trials[act.department]
        asked = exemptions.ask(lead, self.backend, trial_id=trial_id, **act.details)
        exemptions.decide(self.comms, self.backend, exemption_id=asked.id, grant=True)

    def share(self, act: Act) -> None:
        view = self.posts[act.department, act.post]
        if view.state is PostState.APPROVED:
            link = f"https://social.demo.example/posts/{view.id}"
            self._call(review.share, self.comms, act, link=link)

    def decide(self, act: Act) -> None:
        story = self.stories[act.department]
        decisions.decide(
            self.reviewer,
            self.backend,
            trial_id=self.trials[story.name],
            decision=story.decision,
            reason=story.decision_reason,
        )


def _email(account: str) -> str:
    name = "".join(letter if letter.isalpha() else "." for letter in account.lower())
    return f"{name}@demo.example"
