"""Fills the cluster's database: the benchmarks' game, friends in pairs, a device for each who receives.

`python -m benchmarks.faults.nodes.seed PLAYERS` reads push accounts, `{provider: document}` (none: the
sandbox), and prints `{"tokens": […], "ids": […]}`: the first half sends, each to the one at the same place in
the second half.
"""

import json
import os
import sys

import django


def main(count: int) -> None:
    from benchmarks.game import GAME
    from benchmarks.seeding import seed
    from games.models import Stage
    from games.publishing import publish
    from protocol.dates import now_ms
    from push.accounts import set_account
    from push.models import Device
    from push.providers import token_hash

    seeded = seed(count, 0)
    stage, now = Stage.objects.get(game__api_key=GAME["apiKey"], name="preview"), now_ms()
    Device.objects.bulk_create(
        Device(
            stage=stage,
            player_id=player_id,
            device_os="ios",
            provider="apns",
            push_id=f"{number:064x}",
            push_hash=token_hash("apns", f"{number:064x}"),
            created_ms=now,
            updated_ms=now,
        )
        for number, player_id in enumerate(seeded["ids"][count // 2 :])
    )
    for provider, document in json.load(sys.stdin).items():
        set_account(stage, provider, document)
    publish(stage.game, None)
    print(json.dumps(seeded))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    main(int(sys.argv[1]))
