"""Where the user is signed in, and how to end it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from games.accounts import sessions as signed_in
from games.admin_access import user_of
from portal.web.numbers import number_in
from portal.web.shell import show


def sessions(request: HttpRequest) -> HttpResponse:
    """`end` is the number of one, or "others". One that is not the user's is not there."""
    user, here = user_of(request), request.session.session_key or ""
    if request.method == "POST":
        messages.success(request, _end(request, here))
        return HttpResponseRedirect(reverse("portal:sessions"))
    rows = sorted(signed_in.sessions_of(user), key=lambda row: row.session_key != here)
    context = {"title": "Sessions", "rows": rows, "here": here}
    return show(request, "portal/account/sessions.html", context)


def _end(request: HttpRequest, here: str) -> str:
    user, which = user_of(request), request.POST.get("end", "")
    if which == "others":
        count = signed_in.end_others(user, here)
        return (
            f"{count} {'session has' if count == 1 else 'sessions have'} ended."
            if count
            else "There was no other."
        )
    ended = signed_in.end(user, number_in(which, 0))
    if ended is None:
        raise Http404
    return f"The session of {ended.browser} has ended."
