"""The forms of a message's settings, and their way to and from the shape that the game document has."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from games.json_field import JsonField
from games.models import Game
from messaging.settings_shape import DEVICE_TYPES, LONGEST_EXPIRY, MOST_VARIANTS, PROVIDERS
from players.models import SegmentQuery

FLAGS = {
    "send_via_socket": "sendViaSocket",
    "send_as_push": "sendAsPush",
    "suppress_push_on_socket_send": "suppressPushOnSocketSend",
    "include_in_push_count": "includeInPushCount",
}
TEXTS = {"title": "title", "sub_title": "subTitle", "template": "template"}
PROVIDER_NAMES = {
    "ios": "iOS",
    "android": "Android",
    "fcm": "FCM",
    "kindle": "Kindle",
    "windows": "Windows",
    "web": "Web",
}
_FAULT = re.compile(r"(?:variants\[(\d+)\]\.?)?([A-Za-z]+)?(?:\.([a-z]+))?")


class TextField(forms.CharField):
    """A template, kept to the letter but for a form's line ends."""

    def __init__(self, widget: forms.Widget | None = None, **options: Any) -> None:
        widget = widget or forms.TextInput(attrs={"spellcheck": "true", "autocomplete": "off"})
        super().__init__(required=False, strip=False, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def _switch(label: str, help_text: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def _lines(rows: int) -> forms.Widget:
    return forms.Textarea(attrs={"rows": rows})


class SettingsForm(forms.Form):
    send_via_socket = _switch("Send via socket", "Deliver over the player's open sockets.")
    send_as_push = _switch("Send as push", "Deliver as a push notification to the player's devices.")
    suppress_push_on_socket_send = _switch(
        "Suppress push on socket send", "No push when a socket got it. Off: always push."
    )
    include_in_push_count = _switch("Include in push count", "Counts towards the number on the app's icon.")
    expire_after_hours = forms.IntegerField(
        label="Expires after (hours)",
        min_value=0,
        max_value=LONGEST_EXPIRY,
        help_text="Until then it is delivered when the player returns. 0: only to who is online now.",
    )
    device_types = forms.MultipleChoiceField(
        label="Device types",
        required=False,
        choices=[(name, name) for name in DEVICE_TYPES],
        widget=forms.CheckboxSelectMultiple,
        help_text="Push to these alone. None chosen: to all. wp8 and viber are registered, not delivered.",
    )
    title = TextField(label="Title", help_text="At most 200 characters when rendered.")
    sub_title = TextField(label="Subtitle", help_text="At most 200 characters; shown on iOS and Kindle.")
    template = TextField(
        label="Message",
        widget=_lines(3),
        help_text="Becomes the summary; at most 1,000 characters. Empty: the class's name.",
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=200,
        help_text="Why you change it: kept with the version.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for provider in PROVIDERS:
            label = PROVIDER_NAMES[provider]
            self.fields[f"json_{provider}"] = JsonField(
                label=label, rows=5, help_text="Empty: made from the texts. Texts in it may hold ${…}."
            )

    def settings(self) -> dict[str, Any]:
        """But for the variants; also of a form with faults, without what is faulty."""
        data = self.cleaned_data
        settings: dict[str, Any] = {key: data.get(name, False) for name, key in FLAGS.items()}
        if data.get("expire_after_hours") is not None:
            settings["expireAfterHours"] = data["expire_after_hours"]
        settings["deviceTypes"] = data.get("device_types") or []
        settings |= {key: data.get(name) or "" for name, key in TEXTS.items()}
        settings["json"] = {name: data.get(f"json_{name}") for name in PROVIDERS}
        return settings


class VariantForm(forms.Form):
    query = forms.ChoiceField(
        label="For players of",
        required=False,
        help_text="A segment query. The first variant whose query matches wins.",
    )
    own_query = JsonField(
        label="Or a query of its own", rows=3, help_text="As of a segment query; used when none is chosen."
    )
    title = TextField(label="Title", help_text="Empty: as the message's own.")
    sub_title = TextField(label="Subtitle")
    template = TextField(label="Message", widget=_lines(2))
    json = JsonField(label="Payloads", rows=3, help_text='By provider: {"ios": {"aps": {…}}}')

    def __init__(self, *args: Any, codes: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        query: Any = self.fields["query"]
        query.choices = [("", "–"), *((code, code) for code in codes)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.has_changed() or self.errors or data.get("DELETE"):
            return data
        if not data.get("query") and data.get("own_query") is None:
            self.add_error("query", "Choose a segment query, or write one.")
        return data

    def settings(self) -> dict[str, Any]:
        data = self.cleaned_data
        settings: dict[str, Any] = {"segmentQuery": data.get("query") or data.get("own_query") or ""}
        settings |= {key: data.get(name) or "" for name, key in TEXTS.items()}
        return settings | {"json": data.get("json") or {}}


class BaseVariants(forms.BaseFormSet):  # type: ignore[type-arg]
    def chosen(self) -> list[VariantForm]:
        """The variants as they are to be, in order; neither blank ones nor those taken away. When valid."""
        return list(self.ordered_forms)

    def settings(self) -> list[dict[str, Any]]:
        return [form.settings() for form in self.chosen()]


def formset_of(form: type[VariantForm], base: type[BaseVariants]) -> type[BaseVariants]:
    made: type[BaseVariants] = forms.formset_factory(  # type: ignore[assignment]
        form, formset=base, extra=0, can_delete=True, can_order=True, max_num=MOST_VARIANTS
    )
    return made


class SettingsForms:
    """The form of a message and the forms of its variants, as one. Subclasses may look otherwise."""

    form_class: type[SettingsForm] = SettingsForm
    variants_class: type[BaseVariants] = formset_of(VariantForm, BaseVariants)

    def __init__(self, game: Game, settings: Mapping[str, Any], data: Any = None) -> None:
        codes = SegmentQuery.objects.filter(game=game).order_by("short_code")
        self.form = self.form_class(data, initial=_initial(settings))
        self.variants = self.variants_class(
            data,
            prefix="variants",
            initial=[_initial_variant(each) for each in settings["variants"]],
            form_kwargs={"codes": list(codes.values_list("short_code", flat=True))},
        )

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.variants.is_valid()])

    def settings(self) -> dict[str, Any]:
        """In the game document's shape. After `is_valid` was true."""
        return {**self.form.settings(), "variants": self.variants.settings()}

    def add_faults(self, faults: Iterable[str]) -> None:
        """Each fault (`variants[0].title: …`) beside the field it is about."""
        chosen = self.variants.chosen()
        for fault in faults:
            path, _, words = fault.partition(": ")
            found = _FAULT.match(path)
            index, key, inner = found.groups() if found else (None, None, None)
            form: forms.Form = chosen[int(index)] if index is not None else self.form
            name = _field_name(form, key or "", inner or "")
            form.add_error(name, words if name and not inner else fault)


def _field_name(form: forms.Form, key: str, inner: str) -> str | None:
    names = {**{key: name for name, key in {**FLAGS, **TEXTS}.items()}, "segmentQuery": "own_query"}
    names |= {"expireAfterHours": "expire_after_hours", "deviceTypes": "device_types"}
    name = names.get(key, f"json_{inner}" if f"json_{inner}" in form.fields else key)
    return name if name in form.fields else None


def _initial(settings: Mapping[str, Any]) -> dict[str, Any]:
    names = {**FLAGS, **TEXTS, "expire_after_hours": "expireAfterHours", "device_types": "deviceTypes"}
    initial = {name: settings[key] for name, key in names.items()}
    return initial | {f"json_{name}": settings["json"].get(name) for name in PROVIDERS}


def _initial_variant(variant: Mapping[str, Any]) -> dict[str, Any]:
    query = variant["segmentQuery"]
    named = isinstance(query, str)
    return {
        "query": query if named else "",
        "own_query": None if named else query,
        **{name: variant[key] for name, key in TEXTS.items()},
        "json": variant["json"] or None,
    }
