"""The page of one item of a section: its form, its saving, and what is wrong with what was written."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from games.admin.item_form import ADD, REMOVE, UP, Reader, draw, drawn_paths, is_drawn
from games.admin_access import user_of
from games.attached_files import FileSection
from games.models import Game
from games.section_items import ItemFaults, add_item, change_item, check_item, find_item, item_sections
from games.section_warnings import warnings

FILE = "upload"


class ItemPage:
    """`code` None is an item that is to be added."""

    def __init__(self, request: HttpRequest, game: Game, name: str, code: str | None) -> None:
        self.request, self.game, self.name, self.code = request, game, name, code
        self.section = item_sections()[name]
        self.fields = {
            key: rule
            for key, rule in (self.section.fields or {}).items()
            if code is None or key != "shortCode"
        }
        self.item: dict[str, Any] = (find_item(game, name, code) if code else None) or {}
        self.faults = ItemFaults()

    def save(self) -> bool:
        """Whether the item is stored. A button within the form only changes the form.

        The file of an item that is refused is not kept: as in any form, it has to be chosen again.
        """
        reader = Reader(self.request.POST)
        self.item = written = reader.read(self.fields)
        if {ADD, REMOVE, UP} & set(self.request.POST):
            return False
        self.item = written | self._file()
        try:
            if reader.faults:
                raise ItemFaults(reader.faults)
            self._store()
        except ItemFaults as faults:
            self.faults = faults
        except LookupError:
            self.faults = ItemFaults({"": ["Somebody has deleted it meanwhile."]})
        else:
            return True
        self.item = written
        return False

    def _store(self) -> None:
        actor = user_of(self.request)
        self._keep_file()
        if self.code is None:
            add_item(self.game, self.name, self.item, actor)
            messages.success(self.request, f"{self.item['shortCode']} was added; preview has it now.")
        elif change_item(self.game, self.name, self.code, self.item, actor):
            messages.success(self.request, f"{self.code} was changed; preview runs by it now.")
        else:
            messages.info(self.request, "Nothing had changed.")
        for warning in warnings(self.name, self.item):
            messages.warning(self.request, warning)

    def _file(self) -> dict[str, Any]:
        """What the item says of a file that came with the form."""
        given = self.request.FILES.get(FILE)
        if isinstance(given, UploadedFile) and isinstance(self.section, FileSection):
            return self.section.describe_file(given)
        return {}

    def _keep_file(self) -> None:
        """Not for an item that is refused. Raises ItemFaults, or LookupError, for one that is."""
        given = self.request.FILES.get(FILE)
        if isinstance(given, UploadedFile) and isinstance(self.section, FileSection):
            check_item(self.game, self.name, self.code, self.item)
            self.section.keep_file(self.game, given)

    def context(self) -> dict[str, Any]:
        nodes = draw(self.fields, self.item, self.faults.own)
        drawn = drawn_paths(nodes)
        unplaced = [
            f"{path}: {line}" if path else line
            for path, lines in self.faults.own.items()
            for line in lines
            if not is_drawn(path, drawn)
        ]
        return {
            "nodes": nodes,
            "faults": unplaced + self.faults.others,
            "failed": bool(self.faults.own or self.faults.others),
            "takes_file": isinstance(self.section, FileSection),
        }
