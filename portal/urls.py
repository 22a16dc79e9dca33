"""Every HTTP address but those of realtime.operations and games.rest."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("ops/", admin.site.urls),
]
