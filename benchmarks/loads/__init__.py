"""The load of each measurement, in a process of its own: `python -m benchmarks.loads NAME FILE`."""
