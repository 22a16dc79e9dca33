"""What `manage.py check --deploy` says of the sandbox."""

from portal.script_checks import faults_of, sandbox


def test_nothing_is_said_where_every_protection_holds() -> None:
    assert list(sandbox()) == []


def test_each_protection_that_is_missing_is_named_with_its_reason() -> None:
    found = list(faults_of({"seccomp": "no list of system calls for riscv64", "no_new_privs": "refused"}))
    assert [(each.id, each.msg) for each in found] == [
        ("flint.W030", "Sandbox processes have no no_new_privs: refused."),
        ("flint.W030", "Sandbox processes have no seccomp: no list of system calls for riscv64."),
    ]
