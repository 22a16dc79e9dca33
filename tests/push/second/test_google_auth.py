"""Google's own library gets an access token from the simulator, and pushes with it."""

import asyncio
from pathlib import Path

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from push.sim.simulator import Simulator
from tests.push.keys import pem, service_key

SCOPES = ["https://www.googleapis.com/auth/firebase.messaging"]
MESSAGE = {"token": "t1", "notification": {"title": "Your turn"}, "data": {"messageId": "m1"}}


def session(simulator: Simulator, folder: Path) -> requests.Session:
    """One that trusts the simulator's authority alone."""
    (folder / "ca.pem").write_text(simulator.world.authority.bundle)
    made = requests.Session()
    made.trust_env = False
    made.verify = str(folder / "ca.pem")
    return made


def fetch(simulator: Simulator, folder: Path, **changes: str) -> str:
    document = simulator.account("fcm")["credentials"]["serviceAccount"] | changes
    credentials = Credentials.from_service_account_info(document, scopes=SCOPES)
    with session(simulator, folder) as trusting:
        credentials.refresh(Request(trusting))
    return str(credentials.token)


def push(simulator: Simulator, folder: Path, token: str) -> int:
    url = f"{simulator.origins['fcm']}/v1/projects/dice-1234/messages:send"
    with session(simulator, folder) as trusting:
        headers = {"Authorization": f"Bearer {token}"}
        return trusting.post(url, json={"message": MESSAGE}, headers=headers, timeout=10).status_code


async def test_token_of_google_auth_is_good_for_a_push(simulator: Simulator, tmp_path: Path) -> None:
    token = await asyncio.to_thread(fetch, simulator, tmp_path)
    assert await asyncio.to_thread(push, simulator, tmp_path, token) == 200
    [delivered] = simulator.delivered("fcm", "t1")
    assert delivered["payload"] == {"notification": {"title": "Your turn"}, "data": {"messageId": "m1"}}
    assert await asyncio.to_thread(push, simulator, tmp_path, token + "x") == 401
    assert len(simulator.delivered()) == 1


async def test_google_auth_understands_why_it_gets_no_token(simulator: Simulator, tmp_path: Path) -> None:
    with pytest.raises(RefreshError, match="invalid_grant: Invalid JWT"):
        await asyncio.to_thread(fetch, simulator, tmp_path, private_key=pem(service_key("another")))
