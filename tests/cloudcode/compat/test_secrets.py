"""Secrets are found by their looks, their names and where they are handed in, and shown masked."""

import pytest

from cloudcode.compat.learning import kinds_in
from cloudcode.compat.project import Project
from cloudcode.compat.secrets import secrets_of


def found(text: str) -> list[tuple[int, str, str]]:
    project = Project({"event/X": text})
    secrets = secrets_of(project.files["event/X"], kinds_in(project))
    return [(each.line, each.kind, each.masked) for each in secrets]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("x('AIza" + "b" * 35 + "');", (1, "Google API key", "AI… (39 characters)")),
        ("x(); // SG." + "b" * 22 + "." + "c" * 43, (1, "SendGrid key", "SG… (69 characters)")),
        ("var a;\nvar k = 'sk_live_" + "4" * 24 + "';", (2, "Stripe key", "sk… (32 characters)")),
        ("var p = '-----BEGIN RSA PRIVATE KEY-----';", (1, "private key", "--… (31 characters)")),
        ("config.dbPassword = 'Tr0ub4dor';", (1, "value of dbPassword", "Tr… (9 characters)")),
        ("x({'api_key': \"k-123456\"});", (1, "value of api_key", "k-… (8 characters)")),
        (
            "var pw = 'hunter2x'; Spark.sendGrid('me', pw);",
            (1, "given to Spark.sendGrid", "hu… (8 characters)"),
        ),
        (
            "Spark.getDigester().hmacSha256Hex('s3cr3t', x);",
            (1, "given to SparkDigest.hmacSha256Hex", "s3… (6 characters)"),
        ),
    ],
)
def test_a_secret_is_found_once(text: str, secret: tuple[int, str, str]) -> None:
    assert found(text) == [secret]


@pytest.mark.parametrize(
    "text",
    [
        "var password = getPassword();",
        "var passwordField = 'a-1234567';",
        "var token = 'TOKEN_TYPE', secret = 'the secret is in the cave', key = 'K-1234567';",
        "Spark.getPlayer().setScriptData('token', 1);",
    ],
)
def test_what_only_speaks_of_secrets_is_none(text: str) -> None:
    assert found(text) == []
