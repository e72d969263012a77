"""What happened at the edges, a line each: which request, who, what, how long, what went wrong.

A line holds what the code says and never what somebody typed: events and fields are named here or
where they are written, errors are told by their class, people by their id. Lines go to stderr, for
people or, with ``TRIAL_LOG_FORMAT=json``, for programs.
"""

import logging
import secrets
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

NAME = "trial"
"""The logger above all lines of the app."""

FIELDS = frozenset(
    {
        *("request", "page", "person", "what", "seconds", "error", "reference", "exception"),
        *("method", "status", "statement", "before", "after", "version"),
    }
)
"""What a line may say besides its event, level and moment."""

MAX_LENGTH = 1_000
"""Characters that a field holds at most."""

_MAX_FRAMES = 40

_logger = logging.getLogger(NAME)
# Where nobody has asked for lines, as on the command line, there are none.
_logger.addHandler(logging.NullHandler())

_bound: ContextVar[Mapping[str, object] | None] = ContextVar("log_fields", default=None)


def configure(form: Literal["text", "json"] = "text") -> None:
    """Write the app's lines to stderr from now on; asked again, in the form asked for last."""
    import structlog
    from structlog.stdlib import ProcessorFormatter

    before: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    structlog.configure(
        processors=[*before, _only_known_fields, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    _logger.handlers = [handler]
    _logger.setLevel(logging.INFO)


def note(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Write one line.

    Parameters
    ----------
    event : str
        What happened, in words of the code: ``"sign-in refused"``.
    level : int
        One of :mod:`logging`.
    fields
        Names of :data:`FIELDS`; numbers, or text that the code has chosen. What is bound by
        :func:`request` comes along.
    """
    if not _logger.isEnabledFor(level):
        return
    import structlog

    if structlog.is_configured():
        structlog.get_logger(NAME).log(level, event, **{**(_bound.get() or {}), **fields})
    else:
        told = _only_known_fields(None, "", {**(_bound.get() or {}), **fields})
        _logger.log(level, " ".join([event, *(f"{name}={told[name]}" for name in told)]))


def bind(**fields: object) -> None:
    """Have the lines that follow in this request say `fields` too; those without a request as well.

    The first call in a request gives it its id.
    """
    _bound.set({"request": secrets.token_hex(4), **(_bound.get() or {}), **fields})


@contextmanager
def request(event: str, *, slow: float) -> Iterator[None]:
    """Do the work of one request; its lines have one id, which ends with it.

    Parameters
    ----------
    event : str
        The line that is written where the work took longer than `slow` seconds.
    """
    bind()
    began = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - began
        if seconds >= slow:
            note(event, level=logging.WARNING, seconds=round(seconds, 3))
        _bound.set(None)


def frames_of(error: BaseException) -> str:
    """Return where an error came from and the classes of what was raised, without their texts.

    The text of an error often quotes the value that it was about.
    """
    lines: list[str] = []
    met: BaseException | None = error
    while met is not None and len(lines) < _MAX_FRAMES:
        frames = traceback.extract_tb(met.__traceback__)
        lines.append(type(met).__qualname__)
        lines += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in reversed(frames)
        ]
        met = met.__cause__ or (None if met.__suppress_context__ else met.__context__)
    return "\n".join(lines[:_MAX_FRAMES])


def _only_known_fields(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    own = {"event", "level", "timestamp"}
    return {
        name: value[:MAX_LENGTH] if isinstance(value, str) and name != "exception" else value
        for name, value in line.items()
        if name in own or (name in FIELDS and isinstance(value, str | int | float))
    }
