"""`python -m benchmarks.seed PLAYERS WAITING` prints what benchmarks.seeding made."""

import json
import sys

import django

if __name__ == "__main__":
    django.setup()
    from benchmarks.seeding import seed

    print(json.dumps(seed(int(sys.argv[1]), int(sys.argv[2]))))
