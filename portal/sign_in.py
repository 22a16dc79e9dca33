"""How often an operator's password may be guessed, over all processes together.

By name and address, so that a stranger cannot lock an operator out from afar; and by address and by name
alone, more generously, against many names and many addresses.
"""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from games.accounts import second_factor
from games.models import User
from protocol.client_address import limited_as, request_address
from protocol.limiter import Limiter, Rate

logger = logging.getLogger("flint.sign_in")

OF_NAME_AND_ADDRESS = Rate(1 / 90, 10)
OF_ADDRESS = Rate(1 / 30, 30)
OF_NAME = Rate(1 / 9, 100)
OF_CODES = Rate(1 / 120, 5)

wrong_passwords = Limiter("sign_ins")

TOO_MANY = "Too many wrong passwords. Try again in some minutes, or ask another operator to set a new one."


NO_CODE = "Two-step sign-in is on: give the code that your app shows, or a recovery code, too."


class SignInForm(AuthenticationForm):  # type: ignore[misc]
    """The admin's; a wrong password counts, and a wrong code of those who sign in by two steps."""

    code = CharField(
        label="Code, if you sign in by two steps",
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        name = str(self.cleaned_data.get("username", "")).lower()
        limits = guesses(name, limited_as(request_address(self.request)))
        if not all(wrong_passwords.has_room(key, rate) for key, rate in limits):
            raise ValidationError(TOO_MANY, code="throttled")
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            for key, rate in limits:
                wrong_passwords.take(key, rate)
            logger.warning("wrong password for operator %.60r from %s", name, request_address(self.request))
            raise
        self._check_second_step(self.get_user(), str(cleaned.get("code", "")))
        return cleaned

    def _check_second_step(self, user: User, code: str) -> None:
        if not second_factor.is_on(user):
            return
        key, rate = guesses_of_codes(user)
        if not wrong_passwords.has_room(key, rate):
            raise ValidationError(TOO_MANY, code="throttled")
        if code and second_factor.accepts(user, code):
            return
        if code:
            wrong_passwords.take(key, rate)
            logger.warning("wrong code for %.60r from %s", user.get_username(), request_address(self.request))
        raise ValidationError(NO_CODE, code="second_step")


def guesses_of_codes(user: User) -> tuple[str, Rate]:
    """What a wrong second step counts for: whoever tries one knows the password, from whatever address."""
    return f"code {user.pk}", OF_CODES


def guesses(name: str, network: str) -> list[tuple[str, Rate]]:
    """What a wrong password counts for. On this machine itself, only by name."""
    of_network = [(f"{network} {name}", OF_NAME_AND_ADDRESS), (network, OF_ADDRESS)] if network else []
    return [*of_network, (f"name {name}", OF_NAME)]
