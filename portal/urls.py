"""Every HTTP address but those of realtime.operations, games.rest and portal.api."""

from django.contrib import admin
from django.urls import include, path

handler404 = "portal.web.views.errors.not_found"
handler500 = "portal.web.views.errors.failed"

urlpatterns = [
    path("ops/", admin.site.urls),
    path("", include("portal.web.urls")),
]
