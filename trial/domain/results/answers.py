"""How results are told to programs: which of their fields JSON has, and under which names.

The result types are told field by field as they stand. Where JSON has a name, a place or a shape of
its own, that is said where the field is declared, with what stands here.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainSerializer, SerializerFunctionWrapHandler, WrapSerializer

from trial.domain.documents import adapter_of
from trial.domain.policy import Policy


def answer_of(result: object) -> dict[str, Any]:
    """Return a result as JSON values: its fields by their names in JSON, numbers unrounded."""
    answer: dict[str, Any] = adapter_of(type(result)).dump_python(
        result, mode="json", by_alias=True
    )
    return answer


def keyed_by(field: str) -> WrapSerializer:
    """Annotate a tuple that is told as one object, by a field of its members and without it."""

    def by_field(members: object, told: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {member.pop(field): member for member in told(members)}

    return WrapSerializer(by_field)


def pairs_of(*names: str) -> WrapSerializer:
    """Annotate a tuple of tuples that are told as objects with these names."""

    def with_names(members: object, told: SerializerFunctionWrapHandler) -> list[dict[str, Any]]:
        return [dict(zip(names, member, strict=True)) for member in told(members)]

    return WrapSerializer(with_names)


def identity_of(policy: Policy) -> dict[str, Any]:
    """Return what says which policy it was."""
    return {"name": policy.name, "version": policy.version, "hash": policy.content_hash}


NamedPolicy = Annotated[Policy, PlainSerializer(identity_of)]
"""A policy that is told by its name, version and content hash."""
