"""REST addresses. The last one keeps a mistyped call, which holds a secret, from Django's own 404."""

from django.urls import path, re_path

from games import rest

_CALL = "<str:credential>/<str:secret>/<str:name>"

urlpatterns = [
    path(f"rs/<str:api_key>/{_CALL}", rest.call),
    path(f"preview/rs/<str:api_key>/{_CALL}", rest.call, {"stage": "preview"}),
    path(f"live/rs/<str:api_key>/{_CALL}", rest.call, {"stage": "live"}),
    path(f"rs/{_CALL}", rest.call),
    re_path(r"^(?:preview/|live/)?rs/", rest.unknown),
]
