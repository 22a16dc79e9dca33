"""The operators' pages of scripts."""

from cloudcode.admin import logs, scripts

__all__ = ["logs", "scripts"]
