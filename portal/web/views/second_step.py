"""The second step of signing in: a code of the user's authenticator app, or a recovery code."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal.web import second_step as steps
from portal.web.shell import show
from portal.web.signed_in import let_in
from portal.web.signing_in import TooMany

WAIT = 120  # seconds: one more code
FAILED = "That code did not work. Each is good once; after several wrong ones, wait some minutes."


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=40,
        help_text="The six digits that your app shows now, or one of your recovery codes.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


def second_step(request: HttpRequest) -> HttpResponse:
    found = steps.pending(request)
    if found is None:
        return HttpResponseRedirect(reverse("portal:sign-in"))
    user, pending = found
    form = CodeForm(request.POST or None)
    status, headers = 200, dict[str, str]()
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if steps.check(request, user, form.cleaned_data["code"]):
                    request.session.flush()
                    let_in(request, user, pending.remember)
                    return HttpResponseRedirect(pending.target)
            except TooMany:
                status, headers = 429, {"Retry-After": str(WAIT)}
            form.add_error(None, FAILED)
            form.data = {}  # the next code is another one
    response = show(request, "portal/second_step.html", {"title": "Second step", "form": form}, status=status)
    for name, value in headers.items():
        response[name] = value
    return response
