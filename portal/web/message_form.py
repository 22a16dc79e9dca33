"""The message editor's form: messaging's own, with what the page's scripts find its fields by.

`data-field` is title, subTitle or template, `data-variant` the variant's number in the form, empty for the
message's own text; `data-json` is the provider of a payload.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from games.models import Game
from messaging import settings_form
from messaging.settings_form import TEXTS
from messaging.settings_shape import MOST_VARIANTS, PROVIDERS
from portal.web.message_variants import notes_of
from portal.web.numbers import number_in

ADD, UP, DOWN = "add", "up", "down"
REDRAW = "redraw"  # a draft that the browser kept: shown again, not saved
WITHOUT_SAVING = (ADD, UP, DOWN, REDRAW)
SWITCHES = (
    *("send_via_socket", "send_as_push", "suppress_push_on_socket_send"),
    "include_in_push_count",
)


class MessageForm(settings_form.SettingsForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, key in TEXTS.items():
            self.fields[name].widget.attrs |= {"data-field": key, "data-variant": ""}
        for provider in PROVIDERS:
            self.fields[f"json_{provider}"].widget.attrs["data-json"] = provider
        for name in SWITCHES:
            self.fields[name].widget.attrs |= {"role": "switch"}


class VariantForm(settings_form.VariantForm):
    note = ""  # why it is never reached

    def __init__(self, *args: Any, behind: Mapping[str, str] | None = None, **options: Any) -> None:
        """`behind` are the message's own texts: what an empty one of the variant falls back to."""
        super().__init__(*args, **options)
        for name, key in TEXTS.items():
            widget = self.fields[name].widget
            widget.attrs |= {"data-field": key, "data-variant": self.number}
            widget.attrs["placeholder"] = (behind or {}).get(key, "")

    @property
    def number(self) -> str:
        """In the form, not in the order."""
        return (self.prefix or "").rpartition("-")[2]


class Variants(settings_form.BaseVariants):
    def in_order(self) -> list[Any]:
        """As they stand or were sent, without a look at whether they are valid."""
        return sorted(self.forms, key=_place)


class MessageForms(settings_form.SettingsForms):
    form_class = MessageForm
    variants_class = settings_form.formset_of(VariantForm, Variants)

    def __init__(self, game: Game, settings: Mapping[str, Any], data: Any = None) -> None:
        super().__init__(game, settings, data)
        self.variants.form_kwargs["behind"] = {key: settings[key] for key in TEXTS.values()}
        for index, note in ({} if data else notes_of(settings["variants"])).items():
            self.variants.forms[index].note = note

    def disable(self) -> None:
        for form in (self.form, *self.variants.forms):
            for field in form.fields.values():
                field.disabled = True


def rearranged(data: QueryDict) -> QueryDict:
    """What was sent, after its button that adds a variant or moves one: for who has no script to do it."""
    made = data.copy()
    count = min(number_in(data.get("variants-TOTAL_FORMS"), 0), MOST_VARIANTS + 1)
    if ADD in data:
        made["variants-TOTAL_FORMS"] = str(count + 1)
        made[f"variants-{count}-ORDER"] = str(count + 1)
    order = sorted(range(count), key=lambda index: number_in(data.get(f"variants-{index}-ORDER"), count + 1))
    for name, step in ((UP, -1), (DOWN, 1)):
        index = number_in(data.get(name), -1)
        if index in order:
            at = order.index(index)
            to = max(0, min(count - 1, at + step))
            order.insert(to, order.pop(at))
            for place, each in enumerate(order, 1):
                made[f"variants-{each}-ORDER"] = str(place)
    return made


def _place(form: forms.Form) -> int:
    return number_in(form["ORDER"].value(), 10**6)
