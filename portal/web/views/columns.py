"""Which columns of a table are shown, from the form beside it."""

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from games.admin_access import user_of
from portal.web.columns import TABLES, show_columns


def columns(request: HttpRequest) -> HttpResponse:
    """`table`, `shown` for each column, and the address `back` of the table's page."""
    table, back = request.POST.get("table", ""), request.POST.get("back", "")
    if table not in TABLES:
        raise Http404
    show_columns(user_of(request), table, request.POST.getlist("shown"))
    mine = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and urlsplit(back).path.startswith("/")
    return HttpResponseRedirect(back if mine else "/")
