from collections import Counter

import pytest

from protocol.catalogue import CATALOGUE, ErrorSpec, FieldSpec, reference


def test_catalogue_holds_the_old_requests_and_flints_own() -> None:
    assert Counter(spec.group for spec in CATALOGUE.values()) == {
        "Authentication": 18,
        "Multiplayer": 16,
        "Player": 16,
        "Store": 9,
        "Teams": 9,
        "Misc": 7,
        "Leaderboards": 6,
        "Admin": 5,
        "Analytics": 2,
        "Flint": 20,
    }


def test_a_request_is_described_in_full() -> None:
    spec = CATALOGUE["SendFriendMessageRequest"]
    assert spec.request == {
        "friendIds": FieldSpec("string[]", required=True),
        "message": FieldSpec("string", required=True),
    }
    assert spec.response == {"scriptData": FieldSpec("ScriptData")}
    assert spec.errors == [ErrorSpec("friendId", "NOT_FRIEND"), ErrorSpec("friendId", "INVALID")]


def test_a_default_and_allowed_values_are_kept() -> None:
    assert CATALOGUE["ListMessageRequest"].request["entryCount"] == FieldSpec("number", default="50")
    assert CATALOGUE["FindChallengeRequest"].request["accessType"].values == ("PUBLIC", "FRIENDS")


def test_server_only_requests_are_flints_for_server_credentials() -> None:
    assert sorted(name for name, spec in CATALOGUE.items() if spec.server_only) == [
        "LinkFriendsRequest",
        "SendMessageRequest",
        "SetSegmentValueRequest",
        "UnlinkFriendsRequest",
    ]


def test_admin_only_requests_are_the_admin_group_and_broadcast() -> None:
    assert sorted(name for name, spec in CATALOGUE.items() if spec.admin_only) == [
        "BatchAdminRequest",
        "BroadcastRequest",
        "CancelBulkJobAdminRequest",
        "ListBulkJobsAdminRequest",
        "RevokePurchaseGoodsRequest",
        "ScheduleBulkJobAdminRequest",
    ]


def test_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CATALOGUE["X"] = CATALOGUE["LogEventRequest"]  # type: ignore[index]


def test_reference_reads_the_message_and_type_files() -> None:
    assert len(reference("messages")) == 29
    assert len(reference("types")) == 26
