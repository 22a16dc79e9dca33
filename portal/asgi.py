"""The ASGI application: Django over HTTP, the player consumer over WebSocket."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
http = get_asgi_application()  # loads the apps, so it comes before every import below

from channels.routing import ProtocolTypeRouter  # noqa: E402

from cloudcode.callbacks import Callbacks  # noqa: E402
from competition.uploads.http import Files  # noqa: E402
from games.rest import RestCalls  # noqa: E402
from messaging.consumers import player_socket  # noqa: E402
from portal.pages import Pages  # noqa: E402
from push.opened_http import Openings  # noqa: E402
from realtime.http_calls import HttpCalls  # noqa: E402
from realtime.operations import Operations  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": Operations(HttpCalls(RestCalls(Callbacks(Openings(Files(Pages(http))))))),
        "websocket": player_socket,
    }
)
