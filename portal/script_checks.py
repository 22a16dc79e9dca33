"""System checks of the sandbox in which scripts run."""

from collections.abc import Iterator, Mapping

from django.core.checks import CheckMessage, Warning

from cloudcode.sandbox.checking import protections_missing


def sandbox() -> Iterator[CheckMessage]:
    """A process is asked, which locks itself down as all of them do."""
    try:
        yield from faults_of(protections_missing())
    except OSError as fault:
        yield Warning(f"No sandbox process can be started, so no script runs: {fault}.", id="flint.W031")


def faults_of(missing: Mapping[str, str]) -> Iterator[CheckMessage]:
    for name, reason in sorted(missing.items()):
        yield Warning(
            f"Sandbox processes have no {name}: {reason}.",
            hint="Scripts stay within the engine and its limits; nothing holds one that breaks out of it.",
            id="flint.W030",
        )
