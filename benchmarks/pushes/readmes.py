"""aioapns and pyfcm as their READMEs say to use them. Only the addresses are others than theirs."""

import asyncio
import json
import os
import tempfile
from urllib.parse import urlsplit
from uuid import uuid4

import uvloop

from benchmarks.pushes.in_turns import send_all
from benchmarks.pushes.job import Cpu, Job
from push.transports.base import Notification


def aioapns(job: Job) -> Cpu:
    """All pushes of a job are under way at once in the README; here as many as Flint has."""
    from aioapns import APNs, NotificationRequest, PushType
    from aioapns.connection import APNsProductionClientProtocol

    os.environ["SSL_CERT_FILE"] = job.ca_file
    address = urlsplit(job.account["endpoint"])
    APNsProductionClientProtocol.APNS_SERVER = address.hostname
    APNsProductionClientProtocol.APNS_PORT = address.port
    secrets = job.account["credentials"]

    async def run() -> Cpu:
        client = APNs(
            key=secrets["p8"],
            key_id=secrets["keyId"],
            team_id=secrets["teamId"],
            topic=secrets["topic"],
            use_sandbox=False,
        )

        async def send(notification: Notification) -> None:
            request = NotificationRequest(
                device_token=notification.token,
                message=notification.payload,
                notification_id=str(uuid4()),
                time_to_live=notification.ttl,
                push_type=PushType.ALERT,
            )
            answer = await client.send_notification(request)
            assert answer.is_successful, answer.description

        return await send_all(job, send)

    return uvloop.run(run())


def pyfcm(job: Job) -> Cpu:
    """One after the other: `notify` blocks."""
    from pyfcm import FCMNotification

    os.environ["REQUESTS_CA_BUNDLE"] = job.ca_file
    FCMNotification.FCM_END_POINT_BASE = f"{job.account['endpoint']}/v1/projects"
    document = job.account["credentials"]["serviceAccount"]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        client = FCMNotification(service_account_file=file.name, project_id=document["project_id"])

        async def send(notification: Notification) -> None:
            client.notify(
                fcm_token=notification.token,
                notification_title=notification.payload["notification"]["title"],
                notification_body=notification.payload["notification"]["body"],
                data_payload=notification.payload["data"],
            )

        return asyncio.run(send_all(job, send))
