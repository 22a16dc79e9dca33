"""The forms of a message's settings, with unfold's looks."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
    UnfoldBooleanWidget,
)

from messaging import settings_form

LOOKS: dict[type[forms.Widget], Any] = {
    forms.CheckboxInput: UnfoldBooleanSwitchWidget,
    forms.CheckboxSelectMultiple: UnfoldAdminCheckboxSelectMultipleWidget,
    forms.NumberInput: UnfoldAdminIntegerFieldWidget,
    forms.Select: UnfoldAdminSelectWidget,
    forms.Textarea: UnfoldAdminTextareaWidget,
    forms.TextInput: UnfoldAdminTextInputWidget,
}


class SettingsForm(settings_form.SettingsForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _dress(self)


class VariantForm(settings_form.VariantForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _dress(self)


class Variants(settings_form.BaseVariants):
    deletion_widget = UnfoldBooleanWidget
    ordering_widget = UnfoldAdminIntegerFieldWidget


class SettingsForms(settings_form.SettingsForms):
    form_class = SettingsForm
    variants_class = settings_form.formset_of(VariantForm, Variants)


def _dress(form: forms.Form) -> None:
    for field in form.fields.values():
        plain = field.widget
        field.widget = LOOKS[type(plain)](attrs=dict(plain.attrs))
        field.widget.is_required = field.required
        if isinstance(field, forms.ChoiceField):
            field.widget.choices = field.choices
