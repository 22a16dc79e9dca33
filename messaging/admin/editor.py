"""The editor of one message's settings: its page, its saving and its preview."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from games.admin.fields import JsonField
from games.admin_access import Role, may, user_of
from games.models import Game
from messaging.admin.settings_form import SettingsForms
from messaging.compiling import compile_message
from messaging.field_catalogue import declared_names, sample_fields
from messaging.message_settings import SettingsFault, check, save_version, settings_of
from messaging.message_types import message_type
from messaging.models import MessageType
from messaging.preview import Scene, preview
from messaging.settings_shape import PROVIDERS

LONGEST_SAMPLE = 20_000  # characters of sample data
MOST_VERSIONS = 10


class Editor:
    def __init__(self, admin: Any, request: HttpRequest, game: Game, key: str) -> None:
        self.admin, self.request, self.game, self.key = admin, request, game, key
        self.message_class = key.partition("_")[0]
        self.row = (
            MessageType.objects.select_related("current", "game")
            .filter(game=game, key=key, removed=False)
            .first()
        )
        self.settings = settings_of(self.row.current if self.row else None)

    # --- the page ----------------------------------------------------------------------------------------

    def page(self) -> HttpResponse:
        may_save = may(self.request, self.game.pk, Role.EDITOR)
        if self.request.method != "POST":
            return self._show(SettingsForms(self.game, self.settings), may_save)
        if not may_save:
            raise PermissionDenied
        forms = SettingsForms(self.game, self.settings, self.request.POST)
        if forms.is_valid() and self._save(forms):
            return HttpResponseRedirect(self.request.get_full_path())
        return self._show(forms, may_save)

    def _save(self, forms: SettingsForms) -> bool:
        try:
            check(self.game, forms.settings())
        except SettingsFault as error:
            forms.add_faults(error.faults)
            return False
        before = self.row.current_id if self.row else None
        row = message_type(self.game, self.key)
        version = save_version(row, forms.settings(), user_of(self.request), forms.form.cleaned_data["note"])
        if version is None or version.pk == before:
            messages.info(self.request, "Nothing had changed.")
        else:
            messages.success(self.request, f"Saved as version {version.number}; preview runs it now.")
        return True

    def _show(self, forms: SettingsForms, may_save: bool) -> HttpResponse:
        if not may_save:
            _disable(forms)
        rows = self.row.versions.order_by("-number")[:MOST_VERSIONS] if self.row else ()
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": self.key,
            "subtitle": self.game.name,
            "opts": self.admin.opts,
            "game": self.game,
            "row": self.row,
            "form": forms.form,
            "failed": self.request.method == "POST",
            "flags": [forms.form[name] for name in _FLAGS],
            "texts": [forms.form[name] for name in _TEXTS],
            "payloads": [forms.form[f"json_{name}"] for name in PROVIDERS],
            "providers": PROVIDERS,
            "customised": any(self.settings["json"].values()),
            "variants": forms.variants,
            "may_save": may_save,
            "versions": rows,
            "names": list(declared_names(self.message_class)),
            "sample": JsonField().prepare_value(dict(sample_fields(self.message_class))),
            "list_url": f"{reverse('admin:messaging_messagetype_changelist')}?game={self.game.pk}",
            "preview_url": reverse("admin:messaging_messagetype_preview", args=[self.game.pk, self.key]),
        }
        return TemplateResponse(self.request, "ops/message_editor.html", context)

    # --- the preview -------------------------------------------------------------------------------------

    def preview(self) -> dict[str, Any]:
        """`faults` by field id, or the rendering. `variants` names what can be chosen."""
        forms = SettingsForms(self.game, self.settings, self.request.POST)
        if not forms.is_valid():
            return {"faults": _faults(forms)}
        try:
            settings = check(self.game, forms.settings())
        except SettingsFault as error:
            return {"faults": error.faults}
        sample, fault = self._sample()
        if fault:
            return {"faults": [fault]}
        message = compile_message(self.key, settings, self.game.pk)
        rendered = preview(message, self._variant(len(settings["variants"])), Scene(sample))
        return {**rendered.as_json(), "variants": [_label(each) for each in settings["variants"]]}

    def _sample(self) -> tuple[dict[str, Any] | None, str]:
        text = self.request.POST.get("sample", "")
        if len(text) > LONGEST_SAMPLE:
            return None, f"Sample data: at most {LONGEST_SAMPLE:,} characters."
        try:
            value = JsonField().clean(text)
        except ValidationError as error:
            return None, f"Sample data: {' '.join(error.messages)}"
        if value is None or isinstance(value, dict):
            return value, ""
        return None, "Sample data: an object is expected."

    def _variant(self, count: int) -> int | None:
        chosen = self.request.POST.get("preview_variant", "")
        return int(chosen) if chosen.isdecimal() and len(chosen) < 4 and int(chosen) < count else None


_FLAGS = (
    *("send_via_socket", "send_as_push", "suppress_push_on_socket_send", "include_in_push_count"),
    *("expire_after_hours", "device_types"),
)
_TEXTS = ("title", "sub_title", "template")


def _disable(forms: SettingsForms) -> None:
    for form in (forms.form, *forms.variants.forms):
        for field in form.fields.values():
            field.disabled = True


def _faults(forms: SettingsForms) -> list[str]:
    found = [
        f"{forms.form[name].label if name in forms.form.fields else 'Form'}: {_line(words)}"
        for name, words in forms.form.errors.items()
    ]
    for number, form in enumerate(forms.variants.forms, 1):
        found += [f"Variant {number}, {name}: {_line(words)}" for name, words in form.errors.items()]
    return found + [str(each) for each in forms.variants.non_form_errors()]


def _line(words: Any) -> str:
    return " ".join(str(each) for each in words)


def _label(variant: dict[str, Any]) -> str:
    query = variant["segmentQuery"]
    return query if isinstance(query, str) else "own query"
