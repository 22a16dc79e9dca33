"""What a test send is asked with."""

import json
from typing import Any

from django import forms

from games.events import OWN_TEXTS
from messaging.settings_shape import MOST_VARIANTS
from portal.web.scenes import LONGEST_DATA

_WORDS = {"player": "Choose a player.", "variant": "There is no such variant."}


class TrialForm(forms.Form):
    """`variant` is "" for what the player's segments say, -1 for none, else an index."""

    player = forms.CharField(max_length=255)
    variant = forms.IntegerField(required=False, min_value=OWN_TEXTS, max_value=MOST_VARIANTS)
    past = forms.CharField(required=False, max_length=24)
    sample = forms.CharField(required=False, max_length=LONGEST_DATA)
    confirmed = forms.BooleanField(required=False)

    def clean_sample(self) -> dict[str, Any] | None:
        text = self.cleaned_data["sample"]
        if not text.strip():
            return None
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(f"The data are not JSON: {error}") from error
        if not isinstance(value, dict):
            raise forms.ValidationError("The data are to be an object.")
        return value

    def sentences(self) -> list[str]:
        """What is wrong, for people."""
        return [_WORDS.get(name, " ".join(map(str, words))) for name, words in self.errors.items()]
