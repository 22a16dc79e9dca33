"""Players with a device each, and the accounts to push to them with.

`python -m benchmarks.faults.pushes.seed KEY STAGE` reads `{"accounts": {provider: document}, "devices":
[[deviceOS, token], …]}` and prints the players' ids, in the devices' order.
"""

import json
import os
import sys

import django


def main(key: str, stage_name: str) -> None:
    from games.lookup import find_stage
    from players.models import Player
    from push.accounts import set_account
    from push.devices import register

    given = json.load(sys.stdin)
    stage = find_stage(key, stage_name)
    for provider, document in given["accounts"].items():
        set_account(stage, provider, document)
    ids = []
    for number, (device_os, token) in enumerate(given["devices"]):
        player = Player.objects.create(stage=stage, display_name=f"Reader {number}")
        register(player, device_os, token)
        ids.append(player.pk)
    print(json.dumps(ids))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    main(*sys.argv[1:])
