"""A game that is being made: what the wizard's steps have gathered, kept in the user's session.

Nothing is stored as a game before the last step, so going back and leaving are free.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest

from cloudcode.trees import TreeRefused, read_tree
from games.documents import DocumentFaults, import_game
from games.exports import FORMAT
from games.models import Collaborator, Game, User
from games.publishing import create_game, new_api_key
from games.reading import decode_document, read_document
from portal.demo.game import demo_document

SESSION_KEY = "new_game"
FRESH = "fresh_game"  # the API key of the game whose secrets the next page shows
LARGEST = 2 * 1024 * 1024  # bytes of an uploaded file: it is kept in the session between the steps
TEMPLATES = {
    "empty": "Empty: every message with its standard settings",
    "demo": "The demo game, Duel of Dice, under the name above",
    "file": "From a file: a game document (.json), or the scripts of an old project (.zip)",
}


@dataclass(slots=True)
class Plan:
    """`document` is the text of a game document that was uploaded as `file_name`."""

    name: str = ""
    description: str = ""
    template: str = "empty"
    document: str = ""
    file_name: str = ""
    platforms: list[str] = field(default_factory=list)
    push: str = "later"


def plan_of(request: HttpRequest) -> Plan:
    return Plan(**request.session.get(SESSION_KEY, {}))


def keep(request: HttpRequest, plan: Plan) -> None:
    request.session[SESSION_KEY] = asdict(plan)


def finish(request: HttpRequest, game: Game) -> None:
    """The plan has been carried out; the next page of the game may show its secrets."""
    request.session.pop(SESSION_KEY, None)
    request.session[FRESH] = game.api_key


def take_fresh(request: HttpRequest, game: Game) -> bool:
    """Whether this is the first look at a game that the user has just made. True once."""
    if request.session.get(FRESH) != game.api_key:
        return False
    del request.session[FRESH]
    return True


def has_name(owner: User, name: str) -> bool:
    """Whether the user owns a game of this name, whatever its case."""
    own = Collaborator.objects.filter(user=owner, role=Collaborator.Role.OWNER)
    return own.filter(game__name__iexact=name).exists()


def read_upload(file: "UploadedFile[bytes]") -> str:
    """The text of the document that an uploaded file is, or makes. Raises DocumentFaults."""
    if (file.size or 0) > LARGEST:
        raise DocumentFaults([f"document: larger than 2 MB; manage.py import_game takes it: {file.name}"])
    content: bytes = file.read()
    if content.startswith(b"PK"):
        return json.dumps(_drafted(content, file.name or "scripts"))
    text = decode_document(content)
    read_document(text)
    return text


def check(plan: Plan, owner: User) -> None:
    """Raises DocumentFaults with everything that keeps the plan from being carried out; changes nothing."""
    if plan.template != "empty":
        import_game(_document(plan), owner, dry_run=True, only_new=True)


def make(plan: Plan, owner: User) -> Game:
    """The game, owned by the user, its live stage unpublished. Raises DocumentFaults, ValidationError."""
    with transaction.atomic():
        if plan.template == "empty":
            game = create_game(plan.name, owner, None, plan.description, published=False)
        else:
            game = import_game(_document(plan), owner, only_new=True).game
        game.platforms = plan.platforms
        game.save(update_fields=["platforms"])
    return game


def _document(plan: Plan) -> str:
    given = demo_document() if plan.template == "demo" else read_document(plan.document)
    if plan.template == "demo" or "apiKey" not in given:
        given["apiKey"] = new_api_key()
    return json.dumps({"format": FORMAT, **given, "name": plan.name, "description": plan.description})


def _drafted(content: bytes, name: str) -> dict[str, Any]:
    """A document with the scripts of a zip, and the events and the like that they name."""
    # Only now: the parser of scripts takes longer to load than the rest of the page.
    from cloudcode.compat.draft import draft_game
    from cloudcode.compat.report import report_on

    with NamedTemporaryFile(suffix=".zip") as file:
        file.write(content)
        file.flush()
        try:
            tree = read_tree(Path(file.name))
        except TreeRefused as refused:
            raise DocumentFaults([f"scripts: {fault}" for fault in refused.faults]) from None
    return draft_game(report_on(tree, {}), tree.texts, name)
