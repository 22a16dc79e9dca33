from typing import Any

import pytest

from protocol.errors import RequestError
from protocol.schemas.convert import convert
from protocol.schemas.leaderboards import LeaderboardDataRequest
from protocol.schemas.misc import GetUploadUrlRequest, PushRegistrationRequest
from protocol.schemas.multiplayer import CreateChallengeRequest, FindMatchRequest
from protocol.schemas.player import ListMessageRequest, SendFriendMessageRequest


def faults_of(raw: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(RequestError) as caught:
        convert(SendFriendMessageRequest, raw)
    return caught.value.fields


def test_convert_reads_wire_names_into_fields() -> None:
    data = convert(PushRegistrationRequest, {"@class": ".X", "deviceOS": "IOS", "pushId": "token"})
    assert data == PushRegistrationRequest(device_os="IOS", push_id="token")


def test_convert_reads_one_string_as_a_list_of_one() -> None:
    data = convert(SendFriendMessageRequest, {"friendIds": "one", "message": "hi"})
    assert (data.friend_ids, data.message) == (["one"], "hi")


def test_convert_reads_one_object_as_a_list_of_one() -> None:
    assert convert(GetUploadUrlRequest, {"uploadData": {"a": 1}}).upload_data == [{"a": 1}]


def test_convert_reads_a_whole_number_sent_as_a_float() -> None:
    data = convert(ListMessageRequest, {"entryCount": 10.0})
    assert (data.entry_count, type(data.entry_count).__mro__[1]) == (10, int)


@pytest.mark.parametrize("value", [1.5, 1e300, float("inf"), float("nan"), 2.0**60])
def test_convert_refuses_a_fraction_where_a_whole_number_belongs(value: float) -> None:
    with pytest.raises(RequestError) as caught:
        convert(ListMessageRequest, {"entryCount": value})
    assert caught.value.fields == {"entryCount": "INVALID"}


def test_convert_keeps_fractions_of_other_numbers() -> None:
    assert convert(FindMatchRequest, {"matchShortCode": "M", "skill": 1.5}).skill == 1.5


def test_convert_reads_dates_into_milliseconds() -> None:
    data = convert(CreateChallengeRequest, {"challengeShortCode": "C", "endTime": "2014-06-18T09:55Z"})
    assert data.end_time == 1_403_085_300_000


def test_convert_applies_a_default_to_an_absent_and_to_a_null_field() -> None:
    assert convert(LeaderboardDataRequest, {}).entry_count == 50
    assert convert(LeaderboardDataRequest, {"entryCount": None}).entry_count == 50


def test_convert_ignores_unknown_fields() -> None:
    assert (
        convert(ListMessageRequest, {"@class": ".X", "scriptData": {"a": 1}, "SCORE": 3})
        == ListMessageRequest()
    )


def test_convert_leaves_the_raw_document_as_it_was() -> None:
    raw = {"friendIds": "one", "message": "hi", "extra": None}
    convert(SendFriendMessageRequest, raw)
    assert raw == {"friendIds": "one", "message": "hi", "extra": None}


def test_missing_field_is_required() -> None:
    assert faults_of({"message": "hi"}) == {"friendIds": "REQUIRED"}


def test_null_field_is_required() -> None:
    assert faults_of({"friendIds": None, "message": "hi"}) == {"friendIds": "REQUIRED"}


def test_ill_typed_field_is_invalid() -> None:
    assert faults_of({"friendIds": 5, "message": "hi"}) == {"friendIds": "INVALID"}


def test_all_faulty_fields_are_named_at_once() -> None:
    assert faults_of({}) == {"friendIds": "REQUIRED", "message": "REQUIRED"}
    assert faults_of({"friendIds": [1]}) == {"friendIds": "INVALID", "message": "REQUIRED"}
    assert faults_of({"friendIds": {}, "message": []}) == {"friendIds": "INVALID", "message": "INVALID"}
