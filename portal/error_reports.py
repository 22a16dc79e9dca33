"""What an error page of FLINT_DEBUG shows: code and settings, and of a request nothing that may be secret."""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class WithoutVariables(SafeExceptionReporterFilter):
    """Django hides what a view marks as sensitive unless DEBUG is on; here it always does.

    Variables are left out: whichever function fails may hold a credential under whatever name.
    """

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        return {}.items()
