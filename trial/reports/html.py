"""HTML from templates: what is put into one is escaped, unless a template made it.

The one place where text becomes HTML as it stands. Templates lie beside the code that uses them;
each is a set of macros, and a whole picture is drawn by one call of one macro.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Macro
from markupsafe import Markup

FOLDER = Path(__file__).parent / "templates"
"""Where the templates lie that every room above uses too: the table."""


class Html(Markup):
    """HTML that a template made, to be put into another, written to a file or drawn.

    Streamlit looks through a plain string for indentation to take away, which for a long one
    takes longer than all the rest of drawing it. What says itself that it is HTML it takes as it
    stands.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Column:
    """The heading of a table's column, where its name alone is not enough.

    Attributes
    ----------
    name : str
        As it is shown.
    kind : str
        Its class in stylesheets, such as one that aligns numbers.
    unseen : str
        Read out before the name, and not shown.
    """

    name: str
    kind: str = ""
    unseen: str = ""


class Templates:
    """The templates of some folders, compiled once a process and never written anywhere.

    Parameters
    ----------
    *folders : Path
        Searched in this order.
    filters : mapping of str to callable
        How values are spoken in these templates, by the name the templates use.
    """

    def __init__(self, *folders: Path, filters: Mapping[str, Callable[..., Any]]) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            cache_size=-1,
            extensions=[_Compact],
        )
        self._environment.filters.update(filters)
        self._environment.globals["Column"] = Column
        self._macros: dict[str, Macro] = {}

    def compile(self) -> None:
        """Compile all of them now, so that nobody waits for it later."""
        for name in self._environment.list_templates(filter_func=_is_template):
            self._environment.get_template(name)

    def render(self, name: str, *values: object, **named: object) -> Html:
        """Return what one macro makes of the values.

        Parameters
        ----------
        name : str
            File and macro: ``lists.facts`` is the macro ``facts`` of ``lists.html``.

        Raises
        ------
        jinja2.UndefinedError
            The macro reads a name or an attribute that is not there.
        """
        macro = self._macros.get(name)
        if macro is None:
            file, _, member = name.partition(".")
            template = self._environment.get_template(f"{file}.html")
            macro = self._macros[name] = getattr(template.module, member)
        return Html(macro(*values, **named))


def _is_template(name: str) -> bool:
    return name.endswith(".html") and "/" not in name


def joined(pieces: Collection[Html]) -> Html:
    """Return pieces that templates made as one, in a fraction of the time a template takes for it.

    Raises
    ------
    TypeError
        A piece is plain text, which only a template may make HTML of.
    """
    if not set(map(type, pieces)) <= {Html}:
        raise TypeError("Only HTML that a template made can be joined.")
    return Html("".join(pieces))


class _Compact(Extension):
    """Takes a template's line breaks and indentation for its reader's and leaves them out.

    Between words a break is a space, beside a tag or a value it is nothing.
    """

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        for token in stream:
            if token.type == "data":
                whole = _BREAK_AT_EDGE.sub("", token.value)
                yield Token(token.lineno, "data", _BREAK.sub(" ", whole))
            else:
                yield token


_BREAK = re.compile(r"\s*\n\s*")
_BREAK_AT_EDGE = re.compile(r"(?:\A|(?<=>))\s*\n\s*|\s*\n\s*(?=<|\Z)")
