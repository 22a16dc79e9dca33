"""Which scripts of a game run where."""

from cloudcode.bindings import MessageScripts, bind, messages_of

TEXT = "var a;"


def test_scripts_are_bound_by_folder_and_name() -> None:
    keys = (
        *("request/LogEventRequest", "event/SCORE", "event-challenge/MOVE", "response/LogEventResponse"),
        *("message-global/FriendMessage", "message-user/ScriptMessage_GIFT", "modules/ratings"),
        *("system/GS_MINUTE", "rtScript/x"),
    )
    bound = bind(dict.fromkeys(keys, TEXT))
    log = bound.requests["LogEventRequest"]
    assert (log.before.name, log.after.name) == keys[0:4:3]  # type: ignore[union-attr]
    assert {code: script.name for code, script in log.events.items()} == {"SCORE": "event/SCORE"}
    assert list(bound.requests["LogChallengeEventRequest"].events) == ["MOVE"]
    assert set(bound.requests) == {"LogEventRequest", "LogChallengeEventRequest"}
    assert set(bound.messages) == {"FriendMessage", "ScriptMessage_GIFT"}
    assert (list(bound.modules), list(bound.system)) == (["ratings"], ["GS_MINUTE"])


def test_every_log_in_but_registration_has_one_response_script() -> None:
    bound = bind({"response/AuthenticationResponse": TEXT})
    assert {"AuthenticationRequest", "DeviceAuthenticationRequest"} <= set(bound.requests)
    assert "RegistrationRequest" not in bound.requests


def test_a_script_of_comments_alone_is_none() -> None:
    bound = bind(
        {"request/LogEventRequest": "", "event/A": " // nothing\n/* here */", "event/B": "\ufeff\r\n"}
    )
    assert (bound.requests, bound.messages) == ({}, {})


def test_an_extensions_own_scripts_take_the_place_of_the_plain_ones() -> None:
    bound = bind({"message-user/ScriptMessage": TEXT, "message-global/ScriptMessage_GIFT": TEXT})
    gift, plain = messages_of(bound, "ScriptMessage_GIFT"), messages_of(bound, "ScriptMessage_OTHER")
    assert isinstance(gift, MessageScripts)
    assert isinstance(plain, MessageScripts)
    assert (gift.once is not None, gift.each is not None) == (True, False)
    assert (plain.once is not None, plain.each is not None) == (False, True)
    assert messages_of(bound, "FriendMessage") is None
