"""HTTP calls of scripts (cloud-code.md §7): what goes out, what comes back, and where none may go."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire.http_service import HttpService, http_service
from tests.wire_client import WireClient

EVENT = "SetScoreAndCalculateOutcome"


@pytest.fixture
async def service(server: DrivenServer) -> AsyncIterator[HttpService]:
    """The operator allows it by the name "localhost"."""
    async with http_service() as service, server.settings(FLINT_SCRIPT_HOSTS=["localhost"]):
        yield service


async def data(client: WireClient, **fields: Any) -> dict[str, Any]:
    """The scriptData that the event's script sets."""
    answer = await client.request("LogEventRequest", eventKey=EVENT, score="1", **fields)
    assert "error" not in answer, answer
    found: dict[str, Any] = answer["scriptData"]
    return found


async def test_every_verb_and_form(player: Player, scripts: SetScripts, service: HttpService) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            function http() { return Spark.getHttp(Spark.getData().url + "/x?q=1"); }
            var form = {a: "x y&z", b: [1, true], c: {d: "é"}};
            var answers = [
                http().get(), http().delete(), http().postForm(form), http().postJson(form),
                http().postString("é"),
                http().putForm({}), http().putJson([1]), http().putString(""),
                http().setHeaders({"X-Own": 5, "Content-Type": "text/csv"}).setBasicAuth("me", "p:w")
                    .postString("a,b")
            ];
            Spark.setScriptData("codes", answers.map(function (each) { return each.responseCode; }));
            """
        }
    )
    assert await data(ana, url=service.url) == {"codes": [200] * 9}
    encoded = "a=x%20y%26z&b=1&b=true&c=%7B%22d%22%3A%22%C3%A9%22%7D"
    form, as_json, text = (
        f"{kind}; charset=utf-8"
        for kind in ("application/x-www-form-urlencoded", "application/json", "text/plain")
    )
    assert [(method, headers.get("content-type"), body) for method, _, headers, body in service.calls] == [
        ("GET", None, ""),
        ("DELETE", None, ""),
        ("POST", form, encoded),
        ("POST", as_json, '{"a":"x y&z","b":[1,true],"c":{"d":"é"}}'),
        ("POST", text, "é"),
        ("PUT", form, ""),
        ("PUT", as_json, "[1]"),
        ("PUT", text, ""),
        ("POST", "text/csv", "a,b"),
    ]
    last = service.calls[-1][2]
    assert (last["x-own"], last["authorization"]) == ("5", "Basic bWU6cDp3")
    assert {path for _, path, _, _ in service.calls} == {"/x?q=1"}
    assert [name for _, _, headers, _ in service.calls for name in headers if name == "cookie"] == []


async def test_what_an_answer_says(player: Player, scripts: SetScripts, service: HttpService) -> None:
    """Whatever the status, it is an answer; JSON that is none is an exception."""
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var url = Spark.getData().url;
            var ok = Spark.getHttp(url + "/").get(), fault = null;
            var none = Spark.getHttp(url + "/status/404").get();
            try { none.getResponseJson(); } catch (e) { fault = e.name; }
            Spark.setScriptData("ok", [ok.getResponseCode(), ok.responseJson, ok.getResponseString()]);
            Spark.setScriptData("two", ok.getHeaders()["X-Two"]);
            Spark.setScriptData("none", [none.responseCode, none.responseString, fault]);
            Spark.setScriptData("packed", Spark.getHttp(url + "/gzip").get().responseJson);
            """
        }
    )
    assert await data(ana, url=service.url) == {
        "ok": [200, {"a": 1}, '{"a": 1}'],
        "two": "1, 2",
        "none": [404, "no JSON", "SyntaxError"],
        "packed": {"a": 2},
    }


async def test_redirects_are_followed_without_passwords_to_others(
    player: Player, scripts: SetScripts, service: HttpService, server: DrivenServer
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var d = Spark.getData();
            function post(path) {
                return Spark.getHttp(d.url + path).setBasicAuth("me", "pw").postString("body").responseCode;
            }
            Spark.setScriptData("codes", [post("/to//a"), post("/307//b"), post("/to/" + d.other + "/c")]);
            """
        }
    )
    async with http_service() as other, server.settings(FLINT_SCRIPT_HOSTS=["localhost", "127.0.0.1"]):
        await data(ana, url=service.url, other=f"http://127.0.0.1:{other.port}")
    seen = [(method, path, body, "authorization" in headers) for method, path, headers, body in service.calls]
    assert [each for each in seen if each[1] in ("/a", "/b")] == [
        ("GET", "/a", "", True),
        ("POST", "/b", "body", True),
    ]
    assert [(method, path, "authorization" in headers) for method, path, headers, _ in other.calls] == [
        ("GET", "/c", False)
    ]


async def test_what_comes_to_nothing_is_an_exception(
    server: DrivenServer, player: Player, scripts: SetScripts, service: HttpService
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var d = Spark.getData();
            Spark.setScriptData("faults", d.paths.map(function (path) {
                try { return Spark.getHttp(path[0] === "/" ? d.url + path : path).get().responseCode; }
                catch (e) { return e.message; }
            }));
            """
        }
    )
    paths = ["/large", "/bomb", "/loop", "http://no-such-host.invalid/", "ftp://localhost/", "http://", "x"]
    no_scheme = "only http:// and https:// addresses can be called"
    assert (await data(ana, url=service.url, paths=paths))["faults"] == [
        "the answer is larger than 1024 KB",
        "the answer is larger than 1024 KB",
        "more than 5 redirects",
        "nobody knows the host no-such-host.invalid",
        *(no_scheme, no_scheme, no_scheme),
    ]
    async with server.replaced("cloudcode.egress", "SECONDS", 0.2):
        found = (await data(ana, url=service.url, paths=["/held"]))["faults"]
    assert found == ["localhost did not answer within 0.2 seconds"]


PRIVATE = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0", "127.0.0.1."),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[fe80::1]", "[fd00::1]", "[2002:7f00:1::]", "10.0.0.1", "192.168.1.1", "172.16.0.1"),
    *("169.254.169.254", "100.64.0.1", "224.0.0.1", "１２７.0.0.1", "127。0。0。1"),
]


async def test_no_call_reaches_this_network_in_whatever_form(
    player: Player, scripts: SetScripts, service: HttpService
) -> None:
    """Not by a redirect either, and not by the address of a host that is allowed by its name. The refusal
    names the setting."""
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var d = Spark.getData();
            function fault(url) {
                try { return Spark.getHttp(url).get().responseString; } catch (e) { return e.message; }
            }
            Spark.setScriptData("told", d.hosts.map(function (host) {
                var url = "http://" + host + ":" + d.port + "/private";
                return [host, fault(url), d.redirects ? fault(d.url + "/to/" + url) : null];
            }));
            """
        }
    )
    told = (await data(ana, url=service.url, port=service.port, hosts=PRIVATE, redirects=True))["told"]
    sentence = "is no host of the public internet: the operator may allow it by FLINT_SCRIPT_HOSTS"
    reached = [each for each in told if not all(text.endswith(sentence) for text in each[1:])]
    assert reached == []
    assert [path for _, path, _, _ in service.calls if path == "/private"] == []


async def test_what_the_connection_says_itself_cannot_be_set(
    player: Player, scripts: SetScripts, service: HttpService
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var d = Spark.getData();
            var given = [{Host: "x"}, {"Transfer-Encoding": "chunked"}], last;
            given.push({"X-A": "b\\r\\nX-C: d"});
            Spark.setScriptData("faults", given.map(function (headers) {
                try { return Spark.getHttp(d.url).setHeaders(headers).get().responseCode; }
                catch (e) { return e.message; }
            }));
            for (var n = 0; n < 100; n++) {
                try { Spark.getHttp("ftp://x").get(); } catch (e) { last = e.message; }
            }
            Spark.setScriptData("last", last);
            """
        }
    )
    assert await data(ana, url=service.url) == {
        "faults": [
            "the header host cannot be set",
            "the header transfer-encoding cannot be set",
            "the call to localhost failed: ValueError",
        ],
        "last": "more than 100 HTTP calls in one run",
    }
    assert service.calls == []
