"""Typed readers for environment variables, used by settings.py alone."""

import os
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from realtime import redis_url

PRIVATE_NETWORKS = [
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
    *("::1", "fc00::/7", "fe80::/10"),
]


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


def choice(name: str, allowed: Sequence[str], default: str) -> str:
    """One of several words, in whatever case."""
    value = text(name, default)
    for word in allowed:
        if value.lower() == word.lower():
            return word
    raise ImproperlyConfigured(f"{name} must be {' or '.join(allowed)}, not {value!r}.")


def passwords(*urls: str) -> list[str]:
    """Those in the URLs, as they stand and decoded."""
    found = [password for url in urls if (password := urlsplit(url).password)]
    return found + [unquote(password) for password in found]


def address(name: str) -> tuple[str, int] | None:
    """`HOST:PORT`, an IPv6 address in brackets; None where nothing is set."""
    value = text(name)
    if not value:
        return None
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ImproperlyConfigured(f"{name} must be HOST:PORT, not {value!r}.")
    return host.strip("[]"), int(port)


def networks(name: str, default: list[str]) -> list[IPv4Network | IPv6Network]:
    """A comma-separated list of networks, or addresses."""
    try:
        return [ip_network(each) for each in names(name, default)]
    except ValueError as fault:
        raise ImproperlyConfigured(f"{name}: {fault}.") from None


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


def database(url: str) -> dict[str, Any]:
    """Django's settings of the database that a URL names, but for TEST.

    `sqlite:///PATH`, or what libpq takes as a URI: `postgresql://user:password@host:5432/name`, with
    `?sslmode=verify-full&sslrootcert=FILE` for TLS; `postgresql:///name?host=/run/postgresql` for a Unix
    socket.
    """
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        return _sqlite(unquote(urlsplit(url).path))
    if scheme in ("postgresql", "postgres"):
        return _postgresql(url)
    raise ImproperlyConfigured(
        f"DATABASE_URL must begin with sqlite:/// or postgresql://, not {scheme[:20]!r}."
    )


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A writer takes the lock when its transaction begins: upgrading a read lock fails at once
            # under a second writer, whatever the time-out.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # The log is copied back by the job realtime.checkpoint; past 8,000 pages the writer helps.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
            " PRAGMA wal_autocheckpoint=8000;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    # Only here: it takes 50 ms, and an installation on SQLite needs none of it.
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {str(error).strip()}.") from None
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    known = {name: str(parts.pop(key, "") or "") for name, key in named.items()}
    return {
        "ENGINE": "realtime.postgresql",
        **known,
        "OPTIONS": {
            "application_name": "flint",
            "connect_timeout": 3,
            # A peer behind a broken network is given up within half a minute.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
            # The twelve database threads, which keep theirs, and what runs beside them: admin, commands.
            "pool": {"min_size": 0, "max_size": 20, "timeout": 2, "reconnect_timeout": 2, "max_idle": 30},
            # Statements are parsed and planned once a connection; values travel beside them.
            "server_side_binding": True,
            "prepare_threshold": 2,
            **parts,
        },
    }


def channel_layers(url: str) -> dict[str, Any]:
    """CHANNEL_LAYERS for the Redis that REDIS_URL names, if any; realtime/redis_url.py has its forms."""
    try:
        return redis_url.channel_layers(url)
    except ValueError as fault:
        raise ImproperlyConfigured(f"REDIS_URL: {fault}.") from None


_MAIL = {  # scheme: its port, and how Django's mail begins with TLS
    "smtp": (587, {"use_tls": True}),
    "smtps": (465, {"use_ssl": True}),
    "smtp+plain": (25, {}),
}


def mail(url: str) -> dict[str, Any]:
    """What Django's SMTP back end is made with, by FLINT_MAIL_URL; empty without one."""
    if not url:
        return {}
    parts = urlsplit(url)
    try:
        port, tls = _MAIL[parts.scheme]
        port = parts.port or port
    except (KeyError, ValueError):
        forms = ", ".join(f"{scheme}://HOST:PORT" for scheme in _MAIL)
        raise ImproperlyConfigured(f"FLINT_MAIL_URL must be one of {forms}.") from None
    if not parts.hostname:
        raise ImproperlyConfigured("FLINT_MAIL_URL names no host.")
    return {
        "host": parts.hostname,
        "port": port,
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "timeout": 5,
        **tls,
    }


def storage(url: str) -> dict[str, Any]:
    """Django's STORAGES entry for the place that FLINT_FILES names.

    `file:///FOLDER`, or `s3://BUCKET/PREFIX?endpoint=https://…&region=…` for S3 and what speaks like it,
    whose keys boto3 finds by itself (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, a role of the machine).
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path and not parts.netloc:
        return _folder(unquote(parts.path))
    if parts.scheme == "s3" and parts.netloc:
        return _bucket(parts.netloc, parts.path.strip("/"), dict(parse_qsl(parts.query)))
    raise ImproperlyConfigured(f"FLINT_FILES must be file:///FOLDER or s3://BUCKET, not {url[:60]!r}.")


def _folder(path: str) -> dict[str, Any]:
    options = {"location": path, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


def _bucket(bucket: str, prefix: str, query: dict[str, str]) -> dict[str, Any]:
    named = {"endpoint": "endpoint_url", "region": "region_name", "addressing": "addressing_style"}
    if unknown := sorted(set(query) - set(named)):
        raise ImproperlyConfigured(f"FLINT_FILES knows {', '.join(named)}, not {', '.join(unknown)}.")
    options = {named[name]: value for name, value in query.items()}
    own = {"bucket_name": bucket, "location": prefix, "signature_version": "s3v4", "file_overwrite": False}
    return {"BACKEND": "competition.uploads.s3.S3Storage", "OPTIONS": {**own, **options}}
