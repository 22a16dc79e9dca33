"""A line of the log, as text and as JSON."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from protocol.log_context import doing
from realtime.logs import JsonFormatter, TextFormatter, config


class Work:
    def log_fields(self) -> dict[str, str]:
        return {"request": "r1", "class": "password=hush"}


@pytest.fixture
def at_work() -> Iterator[None]:
    token = doing.set(Work())
    yield
    doing.reset(token)


def record(message: str, *args: object, error: bool = False) -> logging.LogRecord:
    trouble: Any = None
    if error:
        try:
            raise ValueError("secret=hush")
        except ValueError:
            trouble = sys.exc_info()
    return logging.LogRecord("flint.test", logging.WARNING, __file__, 1, message, args, trouble)


def test_text_line_is_for_people() -> None:
    line = TextFormatter().format(record("refused %s", "203.0.113.7"))
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} WARNING flint\.test: refused 203\.0\.113\.7", line)


def test_text_line_says_whose_work_it_was_and_hides_secrets(at_work: None) -> None:
    line = TextFormatter(["open sesame"]).format(record("said open sesame", error=True))
    head, *trace = line.splitlines()
    assert head.endswith("WARNING flint.test [request=r1 class=password=…]: said …")
    assert (trace[0], trace[-1]) == ("Traceback (most recent call last):", "ValueError: secret=…")


def test_json_line_is_for_machines(at_work: None) -> None:
    line = JsonFormatter(node=lambda: "n1").format(record("two\nlines with hmac=hush", error=True))
    assert "\n" not in line
    fields = json.loads(line)
    assert fields.pop("exception").endswith("ValueError: secret=…")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", fields.pop("time"))
    assert fields == {
        "level": "warning",
        "logger": "flint.test",
        "message": "two\nlines with hmac=…",
        "node": "n1",
        "request": "r1",
        "class": "password=…",
    }


@pytest.mark.parametrize(("level", "own"), [("DEBUG", logging.DEBUG), ("ERROR", logging.ERROR)])
def test_level_is_for_flints_own_loggers_alone(level: str, own: int) -> None:
    program = f"""
import logging.config
from realtime.logs import config
logging.config.dictConfig(config("text", {level!r}))
names = ("flint.refused", "messaging.consumers", "hpack", "django.db.backends", "aioapns")
print(*[logging.getLogger(name).getEffectiveLevel() for name in names])
"""
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout.split() == [str(each) for each in (own, own, *[logging.WARNING] * 3)]


def test_crash_of_the_process_hides_secrets_too() -> None:
    program = """
from realtime.logs import hide_secrets_of_crashes
hide_secrets_of_crashes()
raise RuntimeError("no redis://:hush@cache:6379")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "RuntimeError: no redis://:…@cache:6379"
    assert "hush" not in done.stderr


def test_config_takes_a_format_in_any_case() -> None:
    chosen = [config(name, "INFO")["formatters"]["flint"]["()"] for name in ("json", "JSON", "text", "")]
    assert chosen == [JsonFormatter, JsonFormatter, TextFormatter, TextFormatter]
