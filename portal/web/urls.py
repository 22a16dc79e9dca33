"""Every address of the portal, with its view and the rights it takes."""

from django.urls import register_converter
from django.urls.converters import StringConverter

from portal.web.navigation import Entry, offer
from portal.web.page import Page
from portal.web.rights import READ
from portal.web.views import games, password, sign_in, trace


class KeyConverter(StringConverter):
    regex = "[A-Za-z0-9]{4,50}"  # of a game's API key


class StageConverter(StringConverter):
    regex = "preview|live"


register_converter(KeyConverter, "key")
register_converter(StageConverter, "stage")

app_name = "portal"
GAME = "g/<key:api_key>/"
STAGE = f"{GAME}<stage:stage>/"

PAGES = (
    Page("login/", "sign-in", sign_in.sign_in, change=READ, anonymous=True),
    Page("logout/", "sign-out", sign_in.sign_out, read=None, change=READ),
    Page("account/password/", "password", password.password, change=READ),
    Page("", "games", games.games),
    Page(f"{STAGE}trace/", "trace", trace.trace, entry=("Messaging", "Message trace")),
)

offer(Entry(*page.entry, page.name, page.of_stage) for page in PAGES if page.entry)
urlpatterns = [page.pattern() for page in PAGES]
