"""What scripts share and what they ask of the house: locks, the cache, digests, mail (cloud-code.md §7)."""

import base64
import hashlib
import hmac
from typing import Any

from tests.live_server import unique
from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire.mail_service import mail_service
from tests.wire_client import WireClient

EVENT = "SetScoreAndCalculateOutcome"


async def ask(client: WireClient, **fields: Any) -> Any:
    """What the event's script returns: its function `main` is given the event's fields."""
    answer = await client.request("LogEventRequest", eventKey=EVENT, score="1", **fields)
    assert "error" not in answer, answer
    return answer["scriptData"]["result"]


def script(body: str) -> dict[str, str]:
    call = "Spark.setScriptData('result', main(Spark.getData()));"
    return {f"event/{EVENT}": f"function main(d) {{ {body} }}\n{call}"}


async def test_a_lock_is_reentrant_and_given_back_as_often(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    await scripts(
        script(
            """
            function take() { return Spark.lockKey(d.lock, 0); }
            function give() { return Spark.unlockKey(d.lock); }
            return [take(), take(), give(), give(), give(),
                take(), take(), Spark.unlockKeyFully(d.lock), give(), Spark.unlockKeyFully("x")];
            """
        )
    )
    assert await ask(ana, lock=unique("door")) == [
        *(True, True, True, True, False),
        *(True, True, True, False, False),
    ]


async def test_scripts_of_one_request_hold_a_lock_together(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """Requests that they execute too; also what fails or runs for too long gives it back."""
    ana, bo = await player("Ana"), await player("Bo")
    lock = unique("door")
    await scripts(
        {
            "request/AccountDetailsRequest": f"Spark.setScriptData('inner', Spark.lockKey('{lock}', 0));",
            f"event/{EVENT}": f"""
            var had = Spark.lockKey('{lock}', 0), request = new SparkRequests.AccountDetailsRequest();
            Spark.setScriptData("had", [had, request.Execute().scriptData.inner]);
            if (Spark.getData().score === "2") throw "x";
            if (Spark.getData().score === "3") for (;;);
            """,
            "response/LogEventResponse": f"Spark.setScriptData('after', Spark.unlockKey('{lock}'));",
        }
    )
    answer = await ana.request("LogEventRequest", eventKey=EVENT, score="1")
    assert answer["scriptData"] == {"had": [True, True], "after": True}
    async with server.settings(FLINT_SCRIPT_SECONDS=0.5):
        for score in ("2", "3"):
            assert "script" in (await bo.request("LogEventRequest", eventKey=EVENT, score=score))["error"]
            await server.await_rows("SELECT id FROM cloudcode_scriptlock", count=0)


async def test_the_cache_keeps_json_for_all_runs(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """What it gives is a copy, and a function is dropped with a warning."""
    ana, bo = await player("Ana"), await player("Bo")
    await scripts(
        script(
            """
            var cache = Spark.getCache();
            if (d.what === "put") {
                var value = {n: 1, list: [{a: null}], f: function () {}};
                cache.put("a.1", value); value.n = 2; cache.get("a.1").n = 3;
                cache.put("a.2", "text"); cache.put("b.1", [1]); cache.put("a.2", "other"); cache.put("c", 0);
                cache.put("d", 1); cache.put("d", undefined);
                return cache.get("unset");
            }
            if (d.what === "remove") { cache.remove("c"); cache.removeAll("\\\\.[1]$"); }
            if (d.what === "clear") cache.removeAll();
            return ["a.1", "a.2", "b.1", "c", "d"].map(function (key) { return cache.get(key); });
            """
        )
    )
    assert await ask(ana, what="put") is None
    assert await ask(bo, what="get") == [{"n": 1, "list": [{"a": None}]}, "other", [1], 0, None]
    assert await ask(bo, what="remove") == [None, "other", None, None, None]
    assert await ask(ana, what="clear") == [None] * 5
    (row,) = await server.await_rows(
        "SELECT level, text FROM cloudcode_scriptlog WHERE player_id = ?", ana.user_id
    )
    assert row == {"level": "WARN", "text": '"the cache keeps no functions: a.1"'}


async def test_digests(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    await scripts(
        script(
            """
            var found = {}, digester = Spark.getDigester();
            ["md5", "sha1", "sha256", "sha384", "sha512"].forEach(function (name) {
                var hmac = "hmac" + name[0].toUpperCase() + name.slice(1);
                ["Hex", "Base64"].forEach(function (form) {
                    found[name + form] = digester[name + form](d.text);
                    found[hmac + form] = digester[hmac + form]("kéy", d.text);
                });
            });
            found.hexKey = digester.hmacSha256HexWithHexKey("6bc3a979", d.text);
            found.base64Key = digester.hmacSha256Base64WithBase64Key("a8OpeQ==", d.text);
            found.md2 = ["", "abc", new Array(9).join("1234567890")].map(function (text) {
                return digester.md2Hex(text);
            });
            found.md2Base64 = digester.md2Base64("abc");
            try { digester.hmacSha256HexWithHexKey("no hex", ""); } catch (e) { found.fault = e.message; }
            return found;
            """
        )
    )
    text = "Grüße, 世界"
    expected: dict[str, Any] = {}
    for name in ("md5", "sha1", "sha256", "sha384", "sha512"):
        digest = hashlib.new(name, text.encode()).digest()
        signed = hmac.digest("kéy".encode(), text.encode(), name)
        expected |= {f"{name}Hex": digest.hex(), f"{name}Base64": base64.b64encode(digest).decode()}
        name = f"hmac{name.capitalize()}"
        expected |= {f"{name}Hex": signed.hex(), f"{name}Base64": base64.b64encode(signed).decode()}
    expected |= {
        "hexKey": expected["hmacSha256Hex"],
        "base64Key": expected["hmacSha256Base64"],
        # RFC 1319, A.5
        "md2": [
            "8350e5a3e24c153df2275c9f80692773",
            "da853b0d3f88d99b30283a69e6ded6bb",
            "d5976f79d83d3a0dc9806c3c66f3efd8",
        ],
        "md2Base64": "2oU7DT+I2ZswKDpp5t7Wuw==",
        "fault": "the key is not hex",
    }
    assert await ask(ana, text=text) == expected


# --- mail --------------------------------------------------------------------------------------------------


MAIL = """
return Spark.sendGrid("any", "thing").addTo("ana@example.com", "Ana").addTo("bo@example.com", "")
    .setFrom("game@example.net", "The Game").setBcc("audit@example.com").setSubject("Grüße").setText("Héllo")
    .setHtml("<b>Héllo</b>").addHeader("X-Kind", "gift").send();
"""


async def test_mail_goes_to_the_operator_s_service(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """From its own address: the one that the script names gets the answers."""
    ana = await player("Ana")
    await scripts(script(MAIL))
    async with mail_service() as (port, taken):
        service = {"host": "127.0.0.1", "port": port, "timeout": 5}
        async with server.settings(FLINT_MAIL_SERVICE=service, DEFAULT_FROM_EMAIL="flint@example.org"):
            assert await ask(ana) == '{"message":"success"}'
    ((recipients, message),) = taken
    assert recipients == ["ana@example.com", "bo@example.com", "audit@example.com"]
    head = {name: str(message[name]) for name in ("From", "To", "Reply-To", "Subject", "X-Kind", "Bcc")}
    assert head == {
        "From": "The Game <flint@example.org>",
        "To": "Ana <ana@example.com>, bo@example.com",
        "Reply-To": "game@example.net",
        "Subject": "Grüße",
        "X-Kind": "gift",
        "Bcc": "None",
    }
    parts = [(part.get_content_type(), part.get_content().strip()) for part in message.iter_parts()]
    assert parts == [("text/plain", "Héllo"), ("text/html", "<b>Héllo</b>")]


async def test_mail_that_cannot_be_sent_is_an_exception(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        script(
            """
            function fault(fill) {
                var mail = Spark.sendGrid("", "").addTo("ana@example.com", "").setText("x");
                try { fill(mail); return mail.send(); } catch (e) { return e.message; }
            }
            return [fault(function (m) {}), fault(function (m) { m.addTo("a@b\\r\\nBcc: c@d.org", ""); }),
                fault(function (m) { m.setSubject("a\\r\\nBcc: c@d.org"); }),
                fault(function (m) { m.addHeader("Bcc", "c@d.org"); }),
                fault(function (m) { for (var n = 0; n < 50; n++) m.addTo("a@b.org", ""); })];
            """
        )
    )
    assert (await ask(ana))[0] == "this server sends no mail: the operator may set FLINT_MAIL_URL"
    async with server.settings(FLINT_MAIL_SERVICE={"host": "127.0.0.1", "port": 1, "timeout": 5}):
        assert await ask(ana) == [
            "the mail could not be sent: ConnectionRefusedError",
            "a@b\r\nBcc: c@d.org is no mail address",
            "the mail could not be sent: BadHeaderError",
            "the header Bcc cannot be set, only ones that begin with X-",
            "a mail has 1 to 50 recipients",
        ]
