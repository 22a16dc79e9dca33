"""Choosing a new password: at any time, and at once where somebody else made the present one."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from games.admin_access import user_of
from games.audit import record
from portal.web.shell import show


def password(request: HttpRequest) -> HttpResponse:
    """A change ends the user's other sessions."""
    user = user_of(request)
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(user, "user.password", user.get_username())
        update_session_auth_hash(request, user)
        return HttpResponseRedirect(reverse("portal:games"))
    status = 422 if request.method == "POST" else 200
    return show(request, "portal/password.html", {"title": "Your password", "form": form}, status=status)
