"""Every request of the catalogue has a Struct whose wire fields, requiredness and types match it."""

from typing import Any

import msgspec
import pytest

from protocol.catalogue import CATALOGUE, FieldSpec
from protocol.errors import RequestError
from protocol.schemas import SCHEMAS
from protocol.schemas.convert import convert

# Where the reference calls a field required and real documents leave it out all the same.
OPTIONAL_IN_PRACTICE = {
    ("FindChallengeRequest", "accessType"),
    ("FindChallengeRequest", "eligibility"),
    ("JoinChallengeRequest", "eligibility"),
}
# Where the reference calls it optional and the request means nothing without it.
REQUIRED_IN_PRACTICE = {("DismissMultipleMessagesRequest", "messageIds")}

GOOD: dict[str, list[Any]] = {
    "string": ["", "text", "😀"],
    "boolean": [True, False],
    "number": [0, 7, -7, 7.0, 2**53],
    "date": ["2026-11-22T17:05Z", "2026-11-22T17:05:09Z"],
    "JSON": [{}, {"a": [1]}],
    "DBObject": [{}, {"a": {"$gt": 1}}],
    "string[]": ["one", [], ["one", "two"]],
    "JSON[]": [{}, [], [{"a": 1}, {}]],
}
BAD: dict[str, list[Any]] = {
    "string": [1, True, [], {}],
    "boolean": [0, 1, "true", [], {}],
    "number": ["7", True, [], {}, 2**53 + 1, 10**400],
    "date": [0, "yesterday", "2026-11-22", "", True, [], {}],
    "JSON": ["{}", 1, True, [], [{}]],
    "DBObject": ["{}", 1, True, []],
    "string[]": [1, True, {}, [1], ["one", None], [["one"]]],
    "JSON[]": ["{}", 1, True, [1], [[]], [None]],
}

FIELDS = [
    pytest.param(name, field, spec, id=f"{name}-{field}")
    for name, request in CATALOGUE.items()
    for field, spec in request.request.items()
]


def is_required(name: str, field: str, spec: FieldSpec) -> bool:
    if (name, field) in REQUIRED_IN_PRACTICE:
        return True
    return spec.required and spec.default is None and (name, field) not in OPTIONAL_IN_PRACTICE


def good_values(spec: FieldSpec) -> list[Any]:
    return list(spec.values) if spec.values else GOOD[spec.type]


def smallest(name: str) -> dict[str, Any]:
    """A request with its required fields alone."""
    fields = CATALOGUE[name].request
    return {field: good_values(spec)[0] for field, spec in fields.items() if is_required(name, field, spec)}


def faults_of(name: str, raw: dict[str, Any]) -> dict[str, Any]:
    try:
        convert(SCHEMAS[name], raw)
    except RequestError as error:
        return error.fields
    return {}


def test_every_request_has_a_schema_and_no_other() -> None:
    assert sorted(SCHEMAS) == sorted(CATALOGUE)


def test_the_schema_is_named_as_its_request() -> None:
    assert {name: schema.__name__ for name, schema in SCHEMAS.items()} == {name: name for name in CATALOGUE}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_schema_has_the_wire_fields(name: str) -> None:
    fields = [field.encode_name for field in msgspec.structs.fields(SCHEMAS[name])]
    assert sorted(fields) == sorted(CATALOGUE[name].request)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_schema_requires_what_is_required(name: str) -> None:
    required = [field.encode_name for field in msgspec.structs.fields(SCHEMAS[name]) if field.required]
    assert sorted(required) == sorted(smallest(name))
    assert faults_of(name, {"@class": f".{name}", "requestId": "1"}) == dict.fromkeys(required, "REQUIRED")


@pytest.mark.parametrize(("name", "field", "spec"), FIELDS)
def test_field_takes_values_of_its_type(name: str, field: str, spec: FieldSpec) -> None:
    for value in good_values(spec):
        assert faults_of(name, {**smallest(name), field: value}) == {}, value


@pytest.mark.parametrize(("name", "field", "spec"), FIELDS)
def test_field_refuses_values_of_other_types(name: str, field: str, spec: FieldSpec) -> None:
    for value in BAD[spec.type]:
        assert faults_of(name, {**smallest(name), field: value}) == {field: "INVALID"}, value


@pytest.mark.parametrize(("name", "field", "spec"), FIELDS)
def test_null_counts_as_absent(name: str, field: str, spec: FieldSpec) -> None:
    expected = {field: "REQUIRED"} if is_required(name, field, spec) else {}
    assert faults_of(name, {**smallest(name), field: None}) == expected


def test_defaults_are_those_of_the_catalogue() -> None:
    defaults = {
        (name, field.encode_name): str(field.default)
        for name, schema in SCHEMAS.items()
        for field in msgspec.structs.fields(schema)
        if not field.required and field.default is not None
    }
    documented = {
        (name, field): spec.default
        for name, request in CATALOGUE.items()
        for field, spec in request.request.items()
        if spec.default is not None
    }
    assert defaults == {**documented, ("FindChallengeRequest", "accessType"): "FRIENDS"}
