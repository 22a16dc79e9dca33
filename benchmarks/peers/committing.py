"""PostgreSQL alone at a rate: what is due while one statement is committed goes into the next one.

Run as `python -m benchmarks.peers.committing URL PER_SECOND SECONDS`; prints p50 and p99 in milliseconds from
the moment a row was due until it was on disk. No server that stores before it tells is quicker on that disk.
"""

import json
import sys
import time

import psycopg

from benchmarks.loads.task import percentile

ROW = "x" * 300  # characters; about as many as a message's two rows
WARM = 0.2  # of the rows: as in the other loads, 2 of 10 s


def main() -> None:
    url, rate, seconds = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    total, done = int(rate * seconds), 0
    delays: list[float] = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, text text NOT NULL)")
        first = time.perf_counter() + 0.2
        while done < total:
            now = time.perf_counter()
            due = min(total, int((now - first) * rate) + 1) if now >= first else 0
            if due <= done:
                time.sleep(max(0.0, first + done / rate - now))
                continue
            connection.execute("INSERT INTO bare (text) SELECT unnest(%s::text[])", [[ROW] * (due - done)])
            committed = time.perf_counter()
            delays += [(committed - first - number / rate) * 1000 for number in range(done, due)]
            done = due
        connection.execute("DROP TABLE bare")
    counted = delays[int(total * WARM) :]
    print(json.dumps({"p50": percentile(counted, 0.5), "p99": percentile(counted, 0.99)}))


if __name__ == "__main__":
    main()
