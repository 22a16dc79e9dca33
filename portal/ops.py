"""The frame of the operators' admin: its sidebar and its first page."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from games.admin.games import links_of
from games.admin_access import games_with

GROUPS = (
    (
        "Configuration",
        (
            ("games.Game", "Games", "stadia_controller"),
            ("messaging.MessageType", "Messages", "chat"),
            ("players.Segment", "Segments", "group_work"),
            ("players.SegmentQuery", "Segment queries", "filter_alt"),
            ("games.Credential", "Credentials", "key"),
            ("push.ProviderAccount", "Push accounts", "cloud"),
            ("games.Stage", "Stages", "layers"),
            ("games.Snapshot", "Snapshots", "photo_camera"),
            ("games.StoredSection", "Configuration", "tune"),
            ("cloudcode.Script", "Scripts", "code"),
        ),
    ),
    (
        "Players",
        (
            ("players.Player", "Players", "person"),
            ("players.Friendship", "Friendships", "handshake"),
            ("push.Device", "Devices", "smartphone"),
            ("competition.Holdings", "Balances and goods", "account_balance_wallet"),
            ("competition.Transaction", "Transactions", "receipt_long"),
            ("competition.Team", "Teams", "diversity_3"),
            ("competition.ChatMessage", "Team chat", "forum"),
            ("competition.BoardInstance", "Leaderboards", "leaderboard"),
            ("competition.BoardEntry", "Leaderboard entries", "format_list_numbered"),
            ("competition.PostRecord", "Posts", "sports_score"),
            ("competition.TotalRecord", "Running totals", "functions"),
            ("competition.Challenge", "Challenges", "swords"),
            ("competition.ChallengeChat", "Challenge chat", "chat_bubble"),
            ("competition.PendingMatch", "Pending matches", "hourglass_top"),
            ("competition.Match", "Matches", "stadia_controller"),
            ("competition.Upload", "Uploads", "upload_file"),
            ("players.AnalyticsEvent", "Analytics", "monitoring"),
        ),
    ),
    (
        "Delivery",
        (
            ("messaging.PlayerMessage", "Inbox rows", "inbox"),
            ("messaging.Message", "Sent messages", "outgoing_mail"),
            ("messaging.Broadcast", "Broadcasts", "campaign"),
            ("push.OutboxPush", "Push outbox", "outbox"),
            ("push.PushAttempt", "Push attempts", "notifications"),
            ("push.PushCount", "Push rates", "percent"),
            ("messaging.MessageVersion", "Message versions", "history"),
            ("cloudcode.ScriptLog", "Script log", "terminal"),
            ("cloudcode.ScriptRun", "Script runs", "timer"),
        ),
    ),
    (
        "People",
        (
            ("games.Collaborator", "Collaborators", "groups"),
            ("games.AuditEntry", "Audit", "policy"),
            ("games.User", "Users", "badge"),
        ),
    ),
)
MOST_GAMES = 50


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages that the user may see, in unfold's shape."""
    groups = []
    for title, pages in GROUPS:
        items = [
            {"title": label, "icon": icon, "link": _address(model)}
            for model, label, icon in pages
            if admin.site.get_model_admin(apps.get_model(model)).has_view_permission(request)
        ]
        if items:
            groups.append({"title": title, "items": items})
    return groups


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The user's games with their most used pages."""
    games = games_with(request).order_by("name", "id")[:MOST_GAMES]
    return context | {"games": [(game, links_of(game)) for game in games], "groups": navigation(request)}


def _address(model: str) -> str:
    return reverse(f"admin:{model.lower().replace('.', '_')}_changelist")
