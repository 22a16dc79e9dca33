"""A player's devices for push: which there are, how their last pushes went; a test push, and removal."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from games.admin_access import user_of
from messaging.models import PlayerMessage
from players.models import Player
from portal.web.confirming import Question, ask_first
from portal.web.often import too_often
from portal.web.places import Place
from portal.web.player_pages import page_url, show_player, subject
from portal.web.rights import SEND_ONE
from portal.web.views import errors
from portal.web.wording import moment
from push.codes import COALESCED, SANDBOX, SENT
from push.devices import remove
from push.explaining import Explanation, explain
from push.models import Device, PushAttempt
from push.proving import prove
from push.transports.base import Step

LOOKED_THROUGH = 100  # of the player's newest messages: attempts are found by these


@dataclass(frozen=True, slots=True)
class Row:
    """`pruned` says why the device is not pushed to any more."""

    device: Device
    registered: datetime
    pruned: Explanation | None
    success: PushAttempt | None
    success_at: datetime | None
    failure: PushAttempt | None
    failure_at: datetime | None


def player_devices(request: HttpRequest, place: Place, player_id: str) -> HttpResponse:
    found = subject(place, player_id)
    if request.method != "POST":
        return _show(request, place, found)
    if "test" in request.POST:
        return _test(request, place, found)
    device = _device(found, request.POST.get("remove", ""))
    sentence = "Nothing is pushed to it until its app registers it again. What is in the inbox stays."
    title = f"Remove the device {device}?"
    if asked := ask_first(request, place, Question(title, sentence, "Remove", _url(place, found))):
        return asked
    remove(device, user_of(request))
    messages.success(request, f"The device {device} was removed.")
    return HttpResponseRedirect(_url(place, found))


def _test(request: HttpRequest, place: Place, found: Player) -> HttpResponse:
    """On live the provider is real, and so is the player."""
    if not place.may(SEND_ONE):
        return errors.page(request, 403, place)
    device = _device(found, request.POST["test"])
    if refused := too_often(request):
        return refused
    if place.is_live:
        sentence = "A push that says “Test: Pushes reach this device.” is shown on it."
        title = f"Push to {device}?"
        if asked := ask_first(request, place, Question(title, sentence, "Send", _url(place, found))):
            return asked
    steps = prove(found.stage, device.provider, user_of(request), device)
    return _show(request, place, found, device, list(steps))


def _device(found: Player, device_id: str) -> Device:
    """Raises Http404 for somebody else's."""
    device = Device.objects.filter(player=found, pk=device_id[:24]).select_related("stage__game").first()
    if device is None:
        raise Http404
    return device


def _show(
    request: HttpRequest,
    place: Place,
    found: Player,
    tested: Device | None = None,
    steps: list[Step] | None = None,
) -> HttpResponse:
    context = {"rows": _rows(found), "tested": tested, "steps": steps}
    return show_player(request, place, found, "player-devices", "portal/player/devices.html", context)


def _rows(found: Player) -> list[Row]:
    devices = list(Device.objects.filter(player=found).order_by("-updated_ms", "-pk"))
    successes: dict[str, PushAttempt] = {}
    failures: dict[str, PushAttempt] = {}
    for each in _attempts(found, devices):
        worked = each.code in (SENT, SANDBOX, COALESCED)
        (successes if worked else failures).setdefault(each.device_id, each)
    return [_row(device, successes.get(device.pk), failures.get(device.pk)) for device in devices]


def _attempts(found: Player, devices: list[Device]) -> list[PushAttempt]:
    """The newest first, of the player's last messages and of tests."""
    newest = PlayerMessage.objects.filter(player=found, dismissed=False).order_by("-created_ms", "-pk")
    ids = [*newest.values_list("pk", flat=True)[:LOOKED_THROUGH], ""]
    attempts = PushAttempt.objects.filter(
        player_message_id__in=ids, device_id__in=[device.pk for device in devices]
    )
    return list(attempts.order_by("-pk"))


def _row(device: Device, success: PushAttempt | None, failure: PushAttempt | None) -> Row:
    return Row(
        device=device,
        registered=moment(device.updated_ms),
        pruned=explain(device.disabled, device.provider) if device.disabled else None,
        success=success,
        success_at=moment(success.at_ms) if success else None,
        failure=failure,
        failure_at=moment(failure.at_ms) if failure else None,
    )


def _url(place: Place, found: Player) -> str:
    return page_url(place, found, "player-devices")
