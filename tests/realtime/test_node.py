"""A process's name among the others."""

import os
import subprocess
import sys

ASK = "from realtime.node import node_id; print(node_id() == node_id(), node_id())"


def ask(**env: str) -> list[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "FLINT_NODE"}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=inherited | env, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_node_id_is_the_supervisors_or_new_with_each_process() -> None:
    assert ask(FLINT_NODE="first") == ["True", "first"]
    (same, mine), (again, yours) = ask(), ask()
    assert (same, again) == ("True", "True")
    assert mine != yours
