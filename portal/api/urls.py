"""The addresses of the management API, apart from all others (portal.api.mounting)."""

from django.urls import path

from portal.api.server import api

handler404 = "portal.web.views.errors.not_found"
handler500 = "portal.web.views.errors.failed"

urlpatterns = [path("api/v1/", api.urls)]
