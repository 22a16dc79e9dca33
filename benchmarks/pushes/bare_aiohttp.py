"""One session of aiohttp and nothing around it: what it costs to post the same bytes to the same service."""

import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import aiohttp
import uvloop

from benchmarks.pushes.in_turns import send_all
from benchmarks.pushes.job import TTL, Cpu, Job, payload
from push.subscriptions import read_subscription
from push.toasts import notification_of
from push.transports import adm, wns
from push.transports.aes128gcm import encrypt
from push.transports.base import Notification
from push.transports.grants import ClientCredentials, Grant, ServiceAccount
from push.transports.vapid import Vapid


class Post(NamedTuple):
    url: str
    headers: dict[str, str]
    body: bytes


Build = Callable[[Notification], Post]
Builder = Callable[[Job, aiohttp.ClientSession], Awaitable[Build]]


def run(job: Job) -> Cpu:
    return uvloop.run(_run(job, _BUILDERS[job.provider]))


def run_encrypted_beforehand(job: Job) -> Cpu:
    """Web Push without its encryption, which every push needs anew (RFC 8291): what posting alone costs."""
    return uvloop.run(_run(job, _web_beforehand))


async def _run(job: Job, builder: Builder) -> Cpu:
    context = ssl.create_default_context(cafile=job.ca_file)
    connector = aiohttp.TCPConnector(ssl=context, limit=job.at_once)
    async with aiohttp.ClientSession(connector=connector) as session:
        build = await builder(job, session)

        async def send(notification: Notification) -> None:
            url, headers, body = build(notification)
            async with session.post(url, data=body, headers=headers) as response:
                text = await response.text()
                assert response.status in (200, 201), text

        return await send_all(job, send)


async def _fcm(job: Job, session: aiohttp.ClientSession) -> Build:
    credentials = job.account["credentials"]["serviceAccount"]
    grant = ServiceAccount(credentials)
    bearer = await _token(session, credentials["token_uri"], grant)
    url = f"{job.account['endpoint']}/v1/projects/{grant.credentials.project_id}/messages:send"
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}

    def build(notification: Notification) -> Post:
        android = {
            "priority": "high",
            "ttl": f"{notification.ttl}s",
            "collapse_key": notification.collapse_key,
        }
        message = {"token": notification.token, **notification.payload, "android": android}
        return Post(url, headers, json.dumps({"message": message}).encode())

    return build


async def _adm(job: Job, session: aiohttp.ClientSession) -> Build:
    grant = ClientCredentials(job.account["credentials"], adm.SCOPE)
    bearer = await _token(session, job.account["tokenEndpoint"], grant)
    headers = {**adm.TYPES, "Authorization": f"Bearer {bearer}"}
    endpoint = f"{job.account['endpoint']}/messaging/registrations"

    def build(notification: Notification) -> Post:
        message = {
            **notification.payload,
            "expiresAfter": notification.ttl,
            "consolidationKey": notification.collapse_key,
        }
        url = f"{endpoint}/{quote(notification.token)}/messages"
        return Post(url, headers, json.dumps(message).encode())

    return build


async def _wns(job: Job, session: aiohttp.ClientSession) -> Build:
    grant = ClientCredentials(job.account["credentials"], wns.SCOPE)
    bearer = await _token(session, job.account["tokenEndpoint"], grant)
    toast = notification_of(payload("wns"))
    headers = {
        "Authorization": f"Bearer {bearer}",
        "Content-Type": toast.content_type,
        "X-WNS-Type": toast.kind,
        "X-WNS-TTL": str(TTL),
    }

    def build(notification: Notification) -> Post:
        return Post(_at(job, notification.token), headers, toast.body)

    return build


async def _web(job: Job, session: aiohttp.ClientSession) -> Build:
    """Signed beforehand, once for all; encrypted push by push, each with a key of its own."""
    headers = _web_headers(job)
    known = {device: read_subscription(device) for device in job.devices}
    urls = {device: _at(job, subscription.endpoint) for device, subscription in known.items()}

    def build(notification: Notification) -> Post:
        to = known[notification.token]
        body = encrypt(json.dumps(notification.payload).encode(), to.key, to.auth)
        return Post(urls[notification.token], headers, body)

    return build


async def _web_beforehand(job: Job, session: aiohttp.ClientSession) -> Build:
    build = await _web(job, session)
    posts = {each.token: build(each) for each in job.notifications(len(job.devices))}
    return lambda notification: posts[notification.token]


def _web_headers(job: Job) -> dict[str, str]:
    secrets = job.account["credentials"]
    signed = Vapid(secrets["vapidPrivateKey"], secrets["subject"]).header(job.account["endpoint"])
    return {"Authorization": signed, "TTL": str(TTL), "Content-Encoding": "aes128gcm"}


def _at(job: Job, address: str) -> str:
    """A device's own address, at the measured service."""
    service = urlsplit(job.account["endpoint"])
    return urlsplit(address)._replace(scheme=service.scheme, netloc=service.netloc).geturl()


async def _token(session: aiohttp.ClientSession, endpoint: str, grant: Grant) -> str:
    async with session.post(endpoint, data=grant.form()) as response:
        return str((await response.json())["access_token"])


_BUILDERS: Mapping[str, Builder] = {
    "fcm": _fcm,
    "adm": _adm,
    "wns": _wns,
    "web": _web,
}
