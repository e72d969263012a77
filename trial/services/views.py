"""Views that tell most of what they show as it is: fields of the same names are copied."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

_View = TypeVar("_View")


def view_from(view: Callable[..., _View], source: object, /, **computed: Any) -> _View:
    """Return a view of `source`: a stored row, which has its id by then, or an opened trial.

    Parameters
    ----------
    view : callable
        A dataclass.
    computed
        The fields that the source does not have, or that the view tells in another way.
    """
    own = {name: getattr(source, name) for name in _fields_of(view) if name not in computed}
    return view(**own, **computed)


@cache
def _fields_of(view: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(view))
