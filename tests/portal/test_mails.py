"""Mails to developers: by the mail service, on the console without one, and never in the log."""

import logging
from typing import Any

import pytest

from portal import mails
from portal.mails import Mail

MAIL = Mail("dora@example.org", "Your password on Flint", "Choose it here:\n\nhttp://flint/login/reset/x/\n")


def test_without_a_service_a_mail_appears_on_the_console(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert not mails.is_sent()
    assert mails.send(MAIL)
    shown = capsys.readouterr().out
    assert "To: dora@example.org\n" in shown
    assert "\nhttp://flint/login/reset/x/\n" in shown


def test_a_service_that_does_not_answer_is_named_in_the_log_without_the_mail(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.FLINT_MAIL_SERVICE = {"host": "127.0.0.1", "port": 9, "timeout": 1}
    assert mails.is_sent()
    with caplog.at_level(logging.WARNING, "flint.mails"):
        assert not mails.send(MAIL)
    assert caplog.messages == ["a mail could not be sent: ConnectionRefusedError"]


def test_a_line_break_in_an_address_sends_nothing(mailoutbox: Any) -> None:
    assert not mails.send(Mail("dora@example.org\nBcc: eve@example.org", "x", "x"))
    assert mailoutbox == []


def test_mails_that_wait_are_bounded(monkeypatch: pytest.MonkeyPatch, mailoutbox: Any) -> None:
    monkeypatch.setattr(mails, "MOST", 0)
    mails.hand_over([MAIL])
    mails.wait_until_sent()
    assert mailoutbox == []
