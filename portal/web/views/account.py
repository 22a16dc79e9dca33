"""The user's own name, how pages are shown to them, and which mails they get."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from games.admin_access import user_of
from games.models import Alert, User
from portal.web.shell import show

SINGLE_KEYS = "Shortcuts of single keys: g m, g p, g h, / and ?"
SHOWN = ("theme", "density", "time_zone", "single_keys")  # fields of the user that say how pages are shown


MAILS = {
    Alert.Kind.EXPIRY: "A push credential expires in 30, 14 or 3 days",
    Alert.Kind.BREAKER: "A push provider is in trouble: it does not answer, or refuses the account",
    Alert.Kind.BROADCAST: "A broadcast finishes, is aborted, or stops after its canary",
}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    theme = forms.ChoiceField(label="Theme", choices=User.Theme.choices)
    density = forms.ChoiceField(
        label="Density", choices=User.Density.choices, help_text="How close together the rows of tables are."
    )
    time_zone = forms.ChoiceField(
        label="Time zone", help_text="Tooltips of times have them in UTC and in this time zone."
    )
    single_keys = forms.BooleanField(label=SINGLE_KEYS, required=False)
    mails = forms.MultipleChoiceField(
        label="Mails about your games",
        choices=MAILS.items(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each is sent to your e-mail address, once for each thing that happens.",
    )

    class Meta:
        model = User
        fields = ("first_name",)
        labels = {"first_name": "Display name"}
        help_texts = {"first_name": "How others who work on your games see you."}
        widgets = {"first_name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones: Any = self.fields["time_zone"]
        zones.choices = [(zone, zone.replace("_", " ")) for zone in time_zones()]
        if not self.instance.email:
            self.fields["mails"].help_text = "You have no e-mail address yet: none can be sent."


@cache
def time_zones() -> list[str]:
    """Those that this machine's data have, UTC first."""
    return [
        "UTC",
        *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
    ]


def account(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    initial: dict[str, Any] = {name: getattr(user, name) for name in SHOWN}
    initial["mails"] = [kind.value for kind in MAILS if getattr(user, f"mail_{kind}")]
    form = ProfileForm(request.POST or None, instance=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        for name in SHOWN:
            setattr(user, name, form.cleaned_data[name])
        chosen = {f"mail_{kind}": kind in form.cleaned_data["mails"] for kind in MAILS}
        for name, is_chosen in chosen.items():
            setattr(user, name, is_chosen)
        user.save(update_fields=["first_name", *SHOWN, *chosen])
        messages.success(request, "Saved.")
        return HttpResponseRedirect(reverse("portal:account"))
    status = 422 if request.method == "POST" else 200
    return show(request, "portal/account/profile.html", {"title": "Profile", "form": form}, status=status)
