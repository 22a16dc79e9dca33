"""Loaded before anything else of the tests, also before conftest.py."""

import os
import sys

# Containers often forbid it. The tests start hundreds of processes, each of which would compile all of Flint.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
