"""Typed readers for environment variables, used by settings.py alone."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: float) -> float:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None


def names(name: str, default: list[str] | None = None) -> list[str]:
    """A comma-separated list."""
    value = os.environ.get(name, "")
    return [part.strip() for part in value.split(",") if part.strip()] or list(default or [])


def secret(name: str, file: Path, make: Callable[[], str]) -> str:
    """The variable, else the file, else a new value written to the file for the owner's eyes only."""
    if value := text(name):
        return value
    if file.exists():
        return file.read_text().strip()
    value = make()
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        handle.write(value)
    return value


def sqlite_path(url: str) -> str:
    """The file of a `sqlite:///path` URL. Other databases are refused in one sentence."""
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        raise ImproperlyConfigured(f"DATABASE_URL: only sqlite:///PATH is supported, not {parts.scheme}://.")
    return unquote(parts.path)
