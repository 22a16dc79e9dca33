"""Every HTTP address but those of realtime.operations."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("ops/", admin.site.urls),
    path("", include("games.urls")),
]
