"""`python -m benchmarks.scripts.bind`: gives the measured game its scripts."""

import json

import django


def bind() -> None:
    from benchmarks.game import GAME
    from benchmarks.scripts import texts
    from cloudcode.scripts import replace_all
    from games.models import Game

    scripts = {
        "event/SCRIPTED": texts.FOUR_PROPERTIES,
        "message-user/ScriptMessage": texts.FOR_EACH_COPY,
        "request/ChangeUserDetailsRequest": texts.NO_MODULES,
    }
    replace_all(Game.objects.get(api_key=GAME["apiKey"]), scripts, None, "")


if __name__ == "__main__":
    django.setup()
    bind()
    print(json.dumps({}))
