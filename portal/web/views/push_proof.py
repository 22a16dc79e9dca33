"""Verifying a provider's account step by step, and a test push to a device."""

from django.http import HttpRequest, HttpResponse

from games.admin_access import user_of
from portal.web.places import Place
from portal.web.push_cards import stored_accounts
from portal.web.views.push_account import page
from push.models import Device
from push.proving import prove

MEANT = "Not sent: a test push on LIVE reaches a real player's device. Tick that you mean it."


def verify(request: HttpRequest, place: Place, provider: str) -> HttpResponse:
    """Asks the provider; nothing reaches a device."""
    stage = place.found_stage()
    steps = list(prove(stage, provider, user_of(request)))
    return page(request, place, provider, stored_accounts(stage).get(provider), steps=steps, tested="verify")


def test_push(request: HttpRequest, place: Place, provider: str) -> HttpResponse:
    stage = place.found_stage()
    devices = Device.objects.filter(stage=stage, provider=provider)
    device = devices.filter(pk=request.POST.get("device", "")[:24].replace("\0", "")).first()
    fault = "" if device else "Not sent: choose a device."
    if device and place.is_live and not request.POST.get("confirmed"):
        fault = MEANT
    if fault:
        found = stored_accounts(stage).get(provider)
        return page(request, place, provider, found, fault=fault, status=422)
    steps = list(prove(stage, provider, user_of(request), device))
    return page(request, place, provider, stored_accounts(stage).get(provider), steps=steps, tested="test")
