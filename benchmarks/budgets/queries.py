"""`python -m benchmarks.budgets.queries USER`: how many statements each of the paths on its input takes."""

import json
import sys

import django


def main() -> None:
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from games.models import User
    from tests.portal.web.people import sign_in

    client = Client(headers={"host": "127.0.0.1"})
    sign_in(client, User.objects.get(username=sys.argv[1]))
    counts = {}
    for path in json.load(sys.stdin):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} was answered {answer.status_code}")
        counts[path] = len(captured)
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
