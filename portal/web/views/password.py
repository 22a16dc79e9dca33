"""Choosing a new password: at any time, and at once where somebody else made the present one."""

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from games.admin_access import user_of
from games.audit import record
from portal.web.shell import show
from portal.web.signed_in import stay_after_new_password


def password(request: HttpRequest) -> HttpResponse:
    """A change ends the user's other sessions."""
    user = user_of(request)
    temporary = user.temporary_password
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            record(user, "user.password", user.get_username())
            stay_after_new_password(request)
        messages.success(request, "Your password is changed; your other sessions have ended.")
        return HttpResponseRedirect(reverse("portal:games" if temporary else "portal:account"))
    status = 422 if request.method == "POST" else 200
    return show(request, "portal/password.html", {"title": "Your password", "form": form}, status=status)
