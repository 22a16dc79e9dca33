"""The wizard that makes a game: its name and template, its platforms, its push credentials."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from games.admin_access import user_of
from games.documents import DocumentFaults
from games.models import User
from games.platforms import PLATFORMS
from portal.web import new_game
from portal.web.new_game import TEMPLATES, Plan
from portal.web.shell import show

STEPS = (("new-game", "Name"), ("new-game-platforms", "Platforms"), ("new-game-push", "Push"))
PUSH = {
    "later": "Later: until then pushes are recorded and go to nobody",
    "now": "Right after this, on the game's push page",
}


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True})
    )
    description = forms.CharField(
        max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="For your team."
    )
    template = forms.ChoiceField(
        label="Start with", choices=list(TEMPLATES.items()), widget=forms.RadioSelect, initial="empty"
    )
    file = forms.FileField(
        required=False,
        label="File",
        help_text="Only for “From a file”; 2 MB at most.",
        widget=forms.FileInput(attrs={"accept": ".json,.zip"}),
    )

    def __init__(self, owner: User, kept: Plan, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.owner, self.kept = owner, kept
        if kept.file_name:
            self.fields["file"].help_text = f"{kept.file_name} is here; choose another to replace it."

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if new_game.has_name(self.owner, name):
            raise ValidationError("You own a game of this name.")
        return name

    def clean(self) -> None:
        """Puts into `plan` what these fields and an earlier file come to, once it could be made."""
        given = self.cleaned_data
        if self.errors:
            return
        self.plan = Plan(**{name: given[name] for name in ("name", "description", "template")})
        self.plan.document, self.plan.file_name = self.kept.document, self.kept.file_name
        self.plan.platforms, self.plan.push = self.kept.platforms, self.kept.push
        try:
            if given["file"]:
                self.plan.document = new_game.read_upload(given["file"])
                self.plan.file_name = given["file"].name
            if self.plan.template == "file" and not self.plan.document:
                raise DocumentFaults(["Choose the file."])
            new_game.check(self.plan, self.owner)
        except DocumentFaults as refused:
            raise ValidationError({"file": refused.faults}) from None


class PlatformsForm(forms.Form):
    platforms = forms.MultipleChoiceField(
        label="Your players are on",
        choices=list(PLATFORMS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only decides which advice and which push services come first.",
    )


class PushForm(forms.Form):
    push = forms.ChoiceField(
        label="Push credentials", choices=list(PUSH.items()), widget=forms.RadioSelect, initial="later"
    )


def name(request: HttpRequest) -> HttpResponse:
    plan = new_game.plan_of(request)
    initial = {"name": plan.name, "description": plan.description, "template": plan.template}
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NameForm(user_of(request), plan, *posted, initial=initial)
    return _step(request, 0, form, lambda: form.plan)


def platforms(request: HttpRequest) -> HttpResponse:
    plan = new_game.plan_of(request)
    form = PlatformsForm(request.POST or None, initial={"platforms": plan.platforms})
    if request.method == "POST" and not request.POST:
        form = PlatformsForm({})

    def told() -> Plan:
        plan.platforms = form.cleaned_data["platforms"]
        return plan

    return _step(request, 1, form, told)


def push(request: HttpRequest) -> HttpResponse:
    """The last step: makes the game, and leads to how clients connect to it, or to its push credentials."""
    plan = new_game.plan_of(request)
    form = PushForm(request.POST or None, initial={"push": plan.push})
    if request.method == "POST" and plan.name and form.is_valid():
        plan.push = form.cleaned_data["push"]
        try:
            game = new_game.make(plan, user_of(request))
        except (DocumentFaults, ValidationError) as refused:
            faults = refused.faults if isinstance(refused, DocumentFaults) else refused.messages
            form.add_error(None, faults)
        else:
            new_game.finish(request, game)
            address = {"api_key": game.api_key}
            if plan.push == "now":
                return HttpResponseRedirect(reverse("portal:push", kwargs={**address, "stage": "preview"}))
            return HttpResponseRedirect(reverse("portal:connect", kwargs=address))
    return _step(request, 2, form, lambda: plan)


def _step(request: HttpRequest, number: int, form: forms.Form, plan: Callable[[], Plan]) -> HttpResponse:
    """The step's form; once it is filled in, the plan is kept and the next step follows."""
    if number and not new_game.plan_of(request).name:
        return HttpResponseRedirect(reverse("portal:new-game"))
    if request.method == "POST" and number + 1 < len(STEPS) and form.is_valid():
        new_game.keep(request, plan())
        return HttpResponseRedirect(reverse(f"portal:{STEPS[number + 1][0]}"))
    context: dict[str, Any] = {
        "title": "New game",
        "form": form,
        "steps": [(label, at, at == number + 1) for at, (_, label) in enumerate(STEPS, 1)],
        "number": number + 1,
        "last": number + 1 == len(STEPS),
        "back": reverse(f"portal:{STEPS[number - 1][0]}") if number else reverse("portal:games"),
    }
    return show(request, "portal/new/step.html", context, status=422 if request.method == "POST" else 200)
