"""The form of a credential: what signs in with it, and which requests it may send."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from games.credentials import GRACES, SYSTEM
from games.models import Credential, Game
from games.models.credentials import SHORT_CODE_PATTERN
from protocol.catalogue import CATALOGUE

ALL_BUT, ONLY = "all", "only"
MODES = [
    (ALL_BUT, "All requests, those that come with later releases too, but for the ticked ones"),
    (ONLY, "The ticked requests alone"),
]
KINDS = ("player", "listener", "callback")
RIGHTS = ("listen_all", "rest_policy", "admin")
LABELS = {
    "player": "Players log in over it",
    "listener": "Messages travel over its sockets",
    "callback": "May be used by callback addresses",
    "listen_all": "As a server's listener it gets every message of the stage",
    "admin": "May send administration requests",
}


class CredentialForm(forms.Form):
    """`fields_to_save` are those of the model. Without a `row` a new one, with its short code."""

    short_code = forms.CharField(
        label="Short code",
        max_length=50,
        help_text="Part of the socket's address. It stays for good.",
        validators=[RegexValidator(SHORT_CODE_PATTERN.replace("$", r"\Z"), "Letters, digits, _ and -.")],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(label="Name", max_length=100)
    player = forms.BooleanField(label=LABELS["player"], required=False)
    listener = forms.BooleanField(label=LABELS["listener"], required=False)
    callback = forms.BooleanField(label=LABELS["callback"], required=False)
    listen_all = forms.BooleanField(label=LABELS["listen_all"], required=False)
    rest_policy = forms.ChoiceField(label="REST calls", choices=Credential.RestPolicy.choices)
    admin = forms.BooleanField(label=LABELS["admin"], required=False)
    mode = forms.ChoiceField(label="Allowed are", choices=MODES, widget=forms.RadioSelect)
    requests = forms.MultipleChoiceField(label="Requests", required=False)

    def __init__(self, game: Game, row: Credential | None, data: Any = None) -> None:
        self.game, self.row = game, row
        super().__init__(data, initial=_initial(row))
        if row is not None:
            del self.fields["short_code"]
        if row is not None and row.short_code in SYSTEM:
            for name in KINDS:
                self.fields[name].disabled = True
        ticked: Any = self.fields["requests"]
        ticked.choices = [(name, name) for name in (*CATALOGUE, *_unknown(self.initial["requests"]))]

    def groups(self) -> list[tuple[str, list[tuple[str, bool]], int]]:
        """The requests by their groups, each with whether it is ticked, and how many are."""
        ticked = set(self["requests"].value() or ())
        groups: dict[str, list[tuple[str, bool]]] = {}
        for name, entry in CATALOGUE.items():
            groups.setdefault(entry.group, []).append((name, name in ticked))
        for name in _unknown(self.initial["requests"]):
            groups.setdefault("Others", []).append((name, name in ticked))
        return [(group, sorted(rows), sum(on for _, on in rows)) for group, rows in sorted(groups.items())]

    def clean_short_code(self) -> str:
        code: str = self.cleaned_data["short_code"]
        if Credential.objects.filter(game=self.game, short_code=code).exists():
            raise forms.ValidationError("The game has a credential of this short code.")
        return code

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("player") and data.get("callback"):
            self.add_error("callback", "What players log in over is in their apps, and for no callbacks.")
        if data.get("player"):
            data["listener"] = True  # a player's socket without messages would be of no use
        return data

    def fields_to_save(self) -> dict[str, Any]:
        data = self.cleaned_data
        ticked, all_but = sorted(data["requests"]), data["mode"] == ALL_BUT
        named = {name: data[name] for name in ("name", *KINDS, *RIGHTS)}
        return named | {"allow": ["*"] if all_but else ticked, "deny": ticked if all_but else []}


class GraceForm(forms.Form):
    """For how many hours the present secret stays good."""

    hours = forms.TypedChoiceField(
        choices=[(str(hours), f"{hours} h") for hours in GRACES], coerce=int, error_messages={"required": ""}
    )


def _initial(row: Credential | None) -> dict[str, Any]:
    if row is None:
        return {"rest_policy": Credential.RestPolicy.FORBIDDEN, "mode": ALL_BUT, "requests": []}
    all_but = "*" in row.allow and "*" not in row.deny
    ticked = row.deny if all_but else [] if "*" in row.deny else set(row.allow) - set(row.deny)
    named = {name: getattr(row, name) for name in ("name", *KINDS, *RIGHTS)}
    return named | {"mode": ALL_BUT if all_but else ONLY, "requests": sorted(set(ticked) - {"*"})}


def _unknown(names: list[str]) -> list[str]:
    """Those that the catalogue has not, or no more."""
    return [name for name in names if name not in CATALOGUE]
