"""What `make run` prints once it serves: where to go, and a client to paste."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.demo.details import Address, file

# Pasted into a shell in Flint's folder. README.md shows the same lines.
CLIENT = """\
.venv/bin/python - mia anna <<'END'
import base64, hmac, json, sys
from websockets.sync.client import connect

demo = json.load(open("var/demo.json"))
players = {player["userName"]: player for player in demo["players"]}
me, friend = (players[name] for name in sys.argv[1:])
with connect(demo["wsUrl"]) as socket:
    def ask(name, **fields):
        socket.send(json.dumps({"@class": "." + name, "requestId": name, **fields}))
    nonce = json.loads(socket.recv())["nonce"].encode()
    proof = base64.b64encode(hmac.digest(demo["secret"].encode(), nonce, "sha256"))
    ask("AuthenticatedConnectRequest", hmac=proof.decode())
    ask("AuthenticationRequest", userName=me["userName"], password=me["password"])
    ask("SendFriendMessageRequest", friendIds=[friend["userId"]], message="Hello!")
    for frame in socket:
        print(frame, flush=True)
END
"""


def lines(details: dict[str, Any], address: Address, push_control: str = "") -> Iterator[str]:
    """`details` is the content of var/demo.json; `push_control` the simulated push services' own address."""
    admin = details["admin"]
    yield "Flint serves; Ctrl-C ends it."
    yield ""
    yield f"  Portal     {address.http}/ (for developers: {admin['userName']} owns the demo game)"
    yield f"  Admin      {admin['url']} (for operators; the same user)"
    yield f"             user {admin['userName']}, {_password(admin.get('password', ''))}"
    yield f"  Sockets    {details['wsUrl']}"
    if address.lan:
        yield f"  A phone    {address.sockets(details['apiKey'], address.lan)}"
        yield "             (in the same network)"
    yield f"  Secrets    {_shown(file())} (players, passwords, keys)"
    if push_control:
        yield f"  Pushes     {push_control}/delivered (simulated services)"
    yield ""
    yield "To write from Mia to Anna and print what comes, paste this into a second"
    yield "terminal, in this folder; in a third, with `anna mia`, Anna answers:"
    yield ""
    yield from client().splitlines()


def client() -> str:
    return CLIENT.replace("var/demo.json", _shown(file()))


def _password(password: str) -> str:
    if password:
        return f"password {password} (made for you: change it)"
    return "with the password you chose (RESET_ADMIN=1 makes a new one)"


def _shown(path: Path) -> str:
    """Relative to the folder that the user is in, where it is below it."""
    return os.path.relpath(path, settings.BASE_DIR) if path.is_relative_to(settings.BASE_DIR) else str(path)
