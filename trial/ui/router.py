"""The pages, listed once in ``pages.toml``: the menu of a person, and where they start.

Adding a page is one entry. The menu shows what a person may open and nothing else; a typed address
of another page still runs that page, whose first line refuses by itself.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.util import calc_hash

from trial.domain.roles import Permission, Role
from trial.services.sign_in import SignedIn

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page.

    Parameters
    ----------
    path : str
        The address below the root, ``this-week``; never changes once people have bookmarks.
    file : str
        Below the root of the project; never directly in ``pages/``, where Streamlit would run
        it without ``app.py``.
    title : str
        In the menu and the browser's tab.
    icon : str
        A Material symbol's name.
    permissions : tuple of Permission
        Any one opens it; none at all opens it to everybody who is signed in.
    section : str
        Heading in the menu, where the menu is long enough to have any; empty for the daily work,
        which stands first and open.
    in_menu : bool
        Whether the menu lists it; pages about one thing are reached from a list.
    width : {"centered", "wide"}
        A column for reading and typing, or the whole window for a picture.
    whole_screen : bool
        Whether the menu bar steps aside until it is looked for.
    takes_files : bool
        Whether there is a field for files on it.
    draws_said : bool
        Whether the page itself draws what was just said: where a tap draws a part of the page
        alone, it belongs into that part. Elsewhere the frame draws it.
    words : tuple of str
        The words on it that the page *How it is counted* explains; its foot links there.
    """

    path: str
    file: str
    title: str
    icon: str
    permissions: tuple[Permission, ...] = ()
    section: str = ""
    in_menu: bool = True
    width: Literal["centered", "wide"] = "centered"
    whole_screen: bool = False
    takes_files: bool = False
    draws_said: bool = False
    words: tuple[str, ...] = ()

    def opens_to(self, person: SignedIn) -> bool:
        """Whether `person` may open it."""
        return not self.permissions or bool(person.permissions.intersection(self.permissions))


CHECKS = "checks"
"""Where the checks are explained, one after the other."""

FEW = 5
"""So many pages stand side by side in a menu; more are gathered under their headings."""


def _read_pages() -> Iterator[PageSpec]:
    listed = tomllib.loads(Path(__file__).with_name("pages.toml").read_text(encoding="utf-8"))
    for path, page in listed.items():
        permissions = tuple(map(Permission, page.pop("permissions", ())))
        words = tuple(page.pop("words", ()))
        yield PageSpec(path, permissions=permissions, words=words, **page)


_BY_PATH = {place.path: place for place in _read_pages()}
*_OF_PEOPLE, HOME, FIRST_START = _BY_PATH.values()

PAGES: tuple[PageSpec, ...] = tuple(_OF_PEOPLE)
"""Every page of a person who is signed in, in the order of the menu."""

LANDING: dict[Role, str] = {
    Role.LEAD: "this-week",
    Role.COMMS: "board",
    Role.REVIEWER: "review",
}
"""Where each role starts the day."""


def page_at(path: str) -> PageSpec:
    """Return the page at `path`, which is one of those above."""
    return _BY_PATH[path]


def landing_of(person: SignedIn) -> PageSpec:
    """Return where `person` starts: their role's page, else the first one open to them."""
    first = page_at(LANDING[person.role])
    return next(place for place in (first, *PAGES) if place.opens_to(person))


def menu_of(person: SignedIn) -> dict[str, list[PageSpec]]:
    """Return what is open to `person` under the headings of their menu, the daily work first.

    A menu short enough to stand side by side has no headings.
    """
    opened = [place for place in PAGES if place.opens_to(person)]
    is_short = sum(place.in_menu for place in opened) <= FEW
    menu: dict[str, list[PageSpec]] = {"": []}
    for place in opened:
        menu.setdefault("" if is_short else place.section, []).append(place)
    return menu


def page_of(place: PageSpec, *, default: bool = False, listed: bool = False) -> st.Page:
    """Return `place` as a page of Streamlit's, a new one each time."""
    # The navigation marks the page that may run, so nobody shares one with another visitor.
    return copy(_pattern(place, default=default, listed=listed))


@cache
def _pattern(place: PageSpec, *, default: bool, listed: bool) -> st.Page:
    # Making one asks the file system where the file is, eleven times a run for the whole menu.
    return st.Page(
        ROOT / place.file,
        title=place.title,
        icon=f":material/{place.icon}:",
        url_path=place.path,
        default=default,
        visibility="visible" if listed else "hidden",
    )


@dataclass(frozen=True, slots=True)
class Route:
    """Where a run goes.

    Attributes
    ----------
    place, page
        What was asked for.
    listed
        The pages the menu lists.
    heading
        Under which entry of the bar the page is found, counted from 1; None where it stands in
        the bar itself, or in no menu.
    """

    place: PageSpec
    page: st.Page
    listed: tuple[st.Page, ...]
    heading: int | None = None


def navigate(person: SignedIn | None, *, set_up: bool) -> Route:
    """Build the menu for `person` and return the page that was asked for.

    The root address is no page of its own but sends everybody to where they start, so that
    every page keeps one address. A page that was asked for but is not open to the person joins
    unlisted: it runs, and refuses by itself.

    Parameters
    ----------
    set_up : bool
        Whether the first start is done; before it there is no other page.
    """
    home = HOME if set_up else FIRST_START
    menu: dict[str, list[st.Page]] = {"": [page_of(home, default=True)]}
    if set_up and person is not None:
        for section, places in menu_of(person).items():
            pages = [page_of(place, listed=place.in_menu) for place in places]
            menu.setdefault(section, []).extend(pages)
    if set_up and (asked := _asked_for()) is not None and not (person and asked.opens_to(person)):
        menu[""].append(page_of(asked))
    page = st.navigation(menu, position="top" if set_up and person else "hidden")
    listed = tuple(p for pages in menu.values() for p in pages if p.visibility == "visible")
    place = _BY_PATH.get(page.url_path, home)
    return Route(place, page, listed, _heading_of(place, menu))


def _heading_of(place: PageSpec, menu: Mapping[str, Sequence[st.Page]]) -> int | None:
    headings = [section for section in menu if section]
    if not place.in_menu or place.section not in headings:
        return None
    side_by_side = sum(page.visibility == "visible" for page in menu[""])
    return side_by_side + headings.index(place.section) + 1


def _asked_for() -> PageSpec | None:
    # st.navigation resolves the address against the pages it is given and answers an unknown one
    # with a dialog. Asking its page manager first is what lets a forbidden page refuse in its
    # own words, while the menu never hears of it.
    context = get_script_run_ctx()
    if context is None:
        return None
    pages = context.pages_manager
    return next(
        (
            place
            for place in PAGES
            if pages.intended_page_script_hash == calc_hash(place.path)
            or (not pages.intended_page_script_hash and pages.intended_page_name == place.path)
        ),
        None,
    )


def keep_address() -> None:
    """Let a run that starts over before the menu was built come to the page asked for.

    A first visit asks by the page's path, which starting over forgets; by its hash it is kept.
    """
    context, asked = get_script_run_ctx(), _asked_for()
    if context is not None and asked is not None:
        context.pages_manager.set_current_page_script_hash(calc_hash(asked.path))


def draw_link(path: str, *, trial_id: int | None = None, label: str = "") -> None:
    """Draw the way to the page at `path`, as `label` or as the page is called.

    Parameters
    ----------
    trial_id : int, optional
        The trial that the page is to be about.
    """
    place = page_at(path)
    st.page_link(
        page_of(place),
        label=label or place.title,
        icon=None if label else f":material/{place.icon}:",
        query_params=None if trial_id is None else {"trial": str(trial_id)},
    )


def draw_links(person: SignedIn, *paths: str, trial_id: int) -> None:
    """Draw the ways to those of several pages that are open to `person`."""
    for path in paths:
        if page_at(path).opens_to(person):
            draw_link(path, trial_id=trial_id)


def go_to(path: str) -> NoReturn:
    """Go to the page at `path`."""
    st.switch_page(page_of(page_at(path)))


def go_home(person: SignedIn) -> None:
    """Go to where `person` starts."""
    st.switch_page(page_of(landing_of(person), listed=True))
