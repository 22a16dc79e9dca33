import time

from portal.demo.timeline import Timeline


def test_timeline_writes_a_step_in_order_of_time_and_wraps_long_texts() -> None:
    written: list[str] = []
    timeline = Timeline(written.append, str.upper, lambda reason: f"<{reason}>")
    now = time.monotonic()
    timeline.add("pascal · phone", now + 0.2, "Anna vous écrit : une phrase qui déborde", "Friend")
    timeline.add("anna", now + 0.1, "wrote “…”", "SendFriendMessage")
    timeline.add("anna", now + 0.3, "threw", "ChallengeTurnTaken")
    timeline.add("push", now + 0.4, "came", "pushed", ["title: Un message", "one that is longer " + "x" * 40])
    timeline.end_step("a step")
    timeline.end_step("nothing happened")
    assert written == [
        "A STEP",
        "  anna             +100 ms  wrote “…”                         <SendFriendMessage>",
        "  pascal · phone   +200 ms  Anna vous écrit : une phrase qui  <Friend>",
        "                            déborde",
        "  anna             +300 ms  threw                             <ChallengeTurnTaken>",
        "  push             +400 ms  came                              <pushed>",
        "                            title: Un message",
        "                            one that is longer",
        "                            xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "NOTHING HAPPENED",
    ]
