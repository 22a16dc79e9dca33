"""How often an operator's password may be guessed, over all processes together.

By name and address, so that a stranger cannot lock an operator out from afar; and by address and by name
alone, more generously, against many names and many addresses.
"""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from protocol.client_address import limited_as, request_address
from protocol.limiter import Limiter, Rate

logger = logging.getLogger("flint.sign_in")

OF_NAME_AND_ADDRESS = Rate(1 / 90, 10)
OF_ADDRESS = Rate(1 / 30, 30)
OF_NAME = Rate(1 / 9, 100)

wrong_passwords = Limiter("sign_ins")

TOO_MANY = "Too many wrong passwords. Try again in some minutes, or ask another operator to set a new one."


class SignInForm(AuthenticationForm):  # type: ignore[misc]
    """The admin's; a wrong password counts."""

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
        return cleaned


def guesses(name: str, network: str) -> list[tuple[str, Rate]]:
    """What a wrong password counts for. On this machine itself, only by name."""
    of_network = [(f"{network} {name}", OF_NAME_AND_ADDRESS), (network, OF_ADDRESS)] if network else []
    return [*of_network, (f"name {name}", OF_NAME)]
