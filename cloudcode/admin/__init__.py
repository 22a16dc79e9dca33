"""The operators' pages of scripts."""

from cloudcode.admin import logs, runs, scripts

__all__ = ["logs", "runs", "scripts"]
