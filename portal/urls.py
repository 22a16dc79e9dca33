"""Every HTTP address."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from realtime import health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("ops/", admin.site.urls),
    path("", include("games.urls")),
]
