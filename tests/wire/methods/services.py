"""Cases of what scripts ask of the house: the scheduler, locks, the cache, digests, HTTP, mail."""

import base64
import hashlib
import hmac
from typing import Any

from tests.wire.methods.case import Case, Effect, Group
from tests.wire.methods.challenges import column

TEXT, KEY = "Grüße", "kéy"


def planned(key: str) -> Effect:
    sql = "SELECT module, data, player_id FROM cloudcode_scheduleditem WHERE key = ?"
    return lambda world: [tuple(row.values()) for row in world.rows(sql, key)]


LATER = Group(
    {
        "Spark.getScheduler": Case("Spark.getScheduler()", True, "r.inSeconds('LATER', 900, 1)"),
        "SparkScheduler.inSeconds": Case(
            "Spark.getScheduler().inSeconds('LATER', 900, {a: 1}, 'k1')",
            True,
            effect=planned("k1"),
            outside=lambda w: [("LATER", '{"a":1}', w["ana"])],
        ),
        "SparkScheduler.cancel": Case(
            "(Spark.getScheduler().inSeconds('LATER', 900, {}, 'k2'), Spark.getScheduler().cancel('k2'))",
            effect=planned("k2"),
            outside=[],
        ),
    }
)


def jobs_of(module: str) -> Effect:
    sql = "SELECT query, script, data FROM cloudcode_bulkjob WHERE module = ?"
    return lambda world: [tuple(row.values()) for row in world.rows(sql, module)]


BULK = Group(
    {
        "Spark.getBulkScheduler": Case("Spark.getBulkScheduler()", 1, "r.listBulkJobs(w.bulk).length"),
        "SparkBulkScheduler.submitJobModule": Case(
            "jobs.submitJobModule({userName: 'x'}, 'BULK', {a: 1}, 900)",
            "string",
            "typeof r",
            effect=jobs_of("BULK"),
            outside=[('{"userName":"x"}', "", '{"a":1}')],
        ),
        "SparkBulkScheduler.submitJobScript": Case(
            "jobs.submitJobScript({userName: 'y'}, 'y();', [2], 900)",
            "string",
            "typeof r",
            effect=lambda world: world.one("SELECT data FROM cloudcode_bulkjob WHERE script = 'y();'"),
            outside="[2]",
        ),
        "SparkBulkScheduler.listBulkJobs": Case(
            "jobs.listBulkJobs(['none', w.bulk])", [1, True], "[r.length, r[0].id === w.bulk]"
        ),
        "SparkBulkScheduler.cancelJob": Case(
            "jobs.cancelJob(jobs.submitJobModule({}, 'CANCELLED', null, 900))",
            True,
            effect=jobs_of("CANCELLED"),
            outside=[],
        ),
        "SparkBulkJob.getId": Case("job.getId()", lambda w: w["bulk"]),
        "SparkBulkJob.getPlayerQuery": Case("job.getPlayerQuery()", {"online": True}),
        "SparkBulkJob.getModuleShortCode": Case("job.getModuleShortCode()", "GIVE"),
        "SparkBulkJob.getScript": Case("job.getScript()", "give();"),
        "SparkBulkJob.getData": Case("job.getData()", {"coins": 5}),
        "SparkBulkJob.getCreated": Case("job.getCreated()", 1000, "r.getTime()"),
        "SparkBulkJob.getScheduledTime": Case("job.getScheduledTime()", 2000, "r.getTime()"),
        "SparkBulkJob.getStarted": Case("job.getStarted()", 3000, "r.getTime()"),
        "SparkBulkJob.getCompleted": Case("job.getCompleted()", 4000, "r.getTime()"),
        "SparkBulkJob.getEstimatedCount": Case("job.getEstimatedCount()", 9),
        "SparkBulkJob.getActualCount": Case("job.getActualCount()", 8),
        "SparkBulkJob.getDoneCount": Case("job.getDoneCount()", 7),
        "SparkBulkJob.getErrorCount": Case("job.getErrorCount()", 6),
    },
    before="var jobs = Spark.getBulkScheduler(), job = jobs.listBulkJobs([w.bulk])[0];",
)

SHARED = Group(
    {
        "Spark.lockKey": Case("Spark.lockKey('door', 0)", True),
        "Spark.unlockKey": Case("Spark.unlockKey('door')", [True, False], "[r, Spark.unlockKey('door')]"),
        "Spark.unlockKeyFully": Case(
            "(Spark.lockKey('d', 0), Spark.lockKey('d', 0), Spark.unlockKeyFully('d'))",
            [True, False],
            "[r, Spark.unlockKey('d')]",
        ),
        "Spark.lock": Case("Spark.lock(issued)", True, "(issued.setScriptData('locked', 1), true)"),
        "Spark.unlock": Case(
            "Spark.unlock(issued)", effect=column("issued", "script_data"), outside={"locked": 1}
        ),
        "Spark.getCache": Case("Spark.getCache()", True, "r.get('unset') === null"),
        "SparkCache.put": Case("cache.put('a.1', {n: 1})", {"n": 1}, "cache.get('a.1')"),
        "SparkCache.get": Case("cache.get('a.1')", {"n": 1}),
        "SparkCache.remove": Case("cache.remove('a.1')", True, "cache.get('a.1') === null"),
        "SparkCache.removeAll": Case(
            "(cache.put('b.1', 1), cache.put('b.2', 2), cache.removeAll('[.]1$'))",
            [True, 2],
            "[cache.get('b.1') === null, cache.get('b.2')]",
        ),
        "SparkCache.removeAll whole": Case("cache.removeAll()", True, "cache.get('b.2') === null"),
    },
    before="var cache = Spark.getCache(), issued = Spark.getChallenge(w.issued);",
)


def written(digest: bytes, form: str) -> str:
    return digest.hex() if form == "Hex" else base64.b64encode(digest).decode()


def digest_cases() -> dict[str, Case]:
    cases = {}
    for name in ("md5", "sha1", "sha256", "sha384", "sha512"):
        for form in ("Hex", "Base64"):
            hashed, hmac_name = hashlib.new(name, TEXT.encode()).digest(), f"hmac{name.capitalize()}{form}"
            signed = hmac.digest(KEY.encode(), TEXT.encode(), name)
            cases[f"SparkDigest.{name}{form}"] = Case(
                f"digester.{name}{form}('{TEXT}')", written(hashed, form)
            )
            cases[f"SparkDigest.{hmac_name}"] = Case(
                f"digester.{hmac_name}('{KEY}', '{TEXT}')", written(signed, form)
            )
    return cases


_SIGNED = hmac.digest(KEY.encode(), TEXT.encode(), "sha256")
DIGEST = Group(
    {
        **digest_cases(),
        "Spark.getDigester": Case(
            "Spark.getDigester()", "900150983cd24fb0d6963f7d28e17f72", "r.md5Hex('abc')"
        ),
        "SparkDigest.hmacSha256HexWithHexKey": Case(
            f"digester.hmacSha256HexWithHexKey('{KEY.encode().hex()}', '{TEXT}')", _SIGNED.hex()
        ),
        "SparkDigest.hmacSha256Base64WithBase64Key": Case(
            f"digester.hmacSha256Base64WithBase64Key('{base64.b64encode(KEY.encode()).decode()}', '{TEXT}')",
            base64.b64encode(_SIGNED).decode(),
        ),
        "SparkDigest.md2Hex": Case("digester.md2Hex('abc')", "da853b0d3f88d99b30283a69e6ded6bb"),  # RFC 1319
        "SparkDigest.md2Base64": Case("digester.md2Base64('abc')", "2oU7DT+I2ZswKDpp5t7Wuw=="),
    },
    before="var digester = Spark.getDigester();",
)


def called(path: str, *headers: str) -> Effect:
    """Method, body and these headers of the call that came for the path."""

    def read(world: Any) -> Any:
        found = [call for call in world.http.calls if call[1] == path]
        return [(method, body, *(given.get(name) for name in headers)) for method, _, given, body in found]

    return read


def sending(verb: str, given: str, method: str, body: str, kind: str) -> Case:
    return Case(
        f"http('/{verb}').{verb}({given})",
        200,
        "r.getResponseCode()",
        effect=called(f"/{verb}", "content-type"),
        outside=[(method, body, f"{kind}; charset=utf-8")],
    )


FORM = "application/x-www-form-urlencoded"
HTTP = Group(
    {
        "Spark.getHttp": Case("Spark.getHttp(w.http)", {"a": 1}, "r.get().getResponseJson()"),
        "SparkHttp.get": Case(
            "http('/get').get()", 200, "r.getResponseCode()", called("/get"), [("GET", "")]
        ),
        "SparkHttp.delete": Case(
            "http('/delete').delete()", 200, "r.getResponseCode()", called("/delete"), [("DELETE", "")]
        ),
        "SparkHttp.postForm": sending("postForm", "{a: 'x y', b: [1, 2]}", "POST", "a=x%20y&b=1&b=2", FORM),
        "SparkHttp.postJson": sending("postJson", "{a: [1]}", "POST", '{"a":[1]}', "application/json"),
        "SparkHttp.postString": sending("postString", "'é'", "POST", "é", "text/plain"),
        "SparkHttp.putForm": sending("putForm", "{a: 1}", "PUT", "a=1", FORM),
        "SparkHttp.putJson": sending("putJson", "{a: [1]}", "PUT", '{"a":[1]}', "application/json"),
        "SparkHttp.putString": sending("putString", "'é'", "PUT", "é", "text/plain"),
        "SparkHttp.setHeaders": Case(
            "http('/headers').setHeaders({'X-Own': 5})",
            200,
            "r.get().getResponseCode()",
            called("/headers", "x-own"),
            [("GET", "", "5")],
        ),
        "SparkHttp.setBasicAuth": Case(
            "http('/auth').setBasicAuth('me', 'p:w')",
            200,
            "r.get().getResponseCode()",
            called("/auth", "authorization"),
            [("GET", "", "Basic bWU6cDp3")],
        ),
        "SparkHttpResponse.getHeaders": Case("answer.getHeaders()", "1, 2", "r['X-Two']"),
        "SparkHttpResponse.getResponseCode": Case("answer.getResponseCode()", 404),
        "SparkHttpResponse.getResponseString": Case("answer.getResponseString()", "no JSON"),
        "SparkHttpResponse.getResponseJson": Case("http('/').get().getResponseJson()", {"a": 1}),
    },
    before="""
    function http(path) { return Spark.getHttp(w.http + path); }
    var answer = http('/status/404').get();
    """,
)


def head(name: str) -> Effect:
    return lambda world: str(world.mails[0][1][name])


def content(kind: str) -> Effect:
    def read(world: Any) -> Any:
        parts = world.mails[0][1].iter_parts()
        return [part.get_content().strip() for part in parts if part.get_content_type() == kind]

    return read


MAIL = Group(
    {
        "Spark.sendGrid": Case("Spark.sendGrid('any', 'thing')", "there", "(mail = r, 'there')"),
        "SendGrid.addTo": Case(
            "mail.addTo('ana@example.com', 'Ana')", True, "r === mail", head("To"), "Ana <ana@example.com>"
        ),
        "SendGrid.setFrom": Case(
            "mail.setFrom('game@example.net', 'The Game')",
            True,
            "r === mail",
            head("From"),
            "The Game <flint@localhost>",
        ),
        "SendGrid.setReplyTo": Case(
            "mail.setReplyTo('bo@example.com')", True, "r === mail", head("Reply-To"), "bo@example.com"
        ),
        "SendGrid.setBcc": Case(
            "mail.setBcc('audit@example.com')",
            True,
            "r === mail",
            lambda w: w.mails[0][0],
            ["ana@example.com", "audit@example.com"],
        ),
        "SendGrid.setSubject": Case("mail.setSubject('Grüße')", True, "r === mail", head("Subject"), "Grüße"),
        "SendGrid.setText": Case(
            "mail.setText('Héllo')", True, "r === mail", content("text/plain"), ["Héllo"]
        ),
        "SendGrid.setHtml": Case(
            "mail.setHtml('<b>Héllo</b>')", True, "r === mail", content("text/html"), ["<b>Héllo</b>"]
        ),
        "SendGrid.addHeader": Case(
            "mail.addHeader('X-Kind', 'gift')", True, "r === mail", head("X-Kind"), "gift"
        ),
        "SendGrid.send": Case(
            "mail.send()", '{"message":"success"}', effect=lambda w: len(w.mails), outside=1
        ),
    },
    before="var mail;",
)
