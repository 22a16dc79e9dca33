"""Uploads of players in the operators' admin."""

import html
import re

from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from competition.models import StoredFile, Upload
from competition.uploads.links import read_download
from games.models import AuditEntry, Collaborator
from tests.portal.ops_client import client, world
from tests.portal.ops_world import World, make_world

__all__ = ["client", "world"]


def page_of(upload: Upload) -> str:
    return f"/ops/competition/upload/{upload.pk}/change/"


def test_an_upload_s_page_leads_to_its_bytes(world: World, client: Client) -> None:
    upload = Upload.objects.select_related("file").get()
    shown = client.get(page_of(upload)).content.decode()
    (link,) = re.findall(r'href="(/files/download/[^"]+)"', shown)
    path, _, query = html.unescape(link).partition("?")
    asked = read_download(path, query)
    assert upload.file
    assert (asked.name, asked.as_name) == (upload.file.name, "aurelia.bin")
    assert "7\xa0bytes" in shown


def test_an_upload_is_deleted_with_its_bytes(
    world: World, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    upload = Upload.objects.select_related("file").get()
    assert upload.file
    name = upload.file.name
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/ops/competition/upload/{upload.pk}/delete/", {"post": "yes"})
    assert (Upload.objects.count(), StoredFile.objects.count(), default_storage.exists(name)) == (0, 0, False)
    entry = AuditEntry.objects.filter(game=world.game).latest("id")
    assert (entry.actor_name, entry.action, entry.target) == ("aurelia-staff", "upload.deleted", upload.pk)


def test_who_may_only_look_deletes_nothing(db: None) -> None:
    world = make_world("borealis", Collaborator.Role.VIEWER)
    client = Client()
    client.force_login(world.user)
    upload = Upload.objects.get()
    assert client.get(page_of(upload)).status_code == 200
    answer = client.post(f"/ops/competition/upload/{upload.pk}/delete/", {"post": "yes"})
    assert (answer.status_code, Upload.objects.count()) == (403, 1)
