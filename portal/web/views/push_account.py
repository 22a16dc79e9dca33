"""A provider's account at a stage: its credentials set, replaced, copied and removed."""

from typing import Any

from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.debug import sensitive_post_parameters

from games.admin_access import user_of
from games.models import Stage
from portal.web.places import Place
from portal.web.push_cards import Card, card_of, setter_of, stored_accounts
from portal.web.push_devices import newest_devices
from portal.web.push_form import AccountForm
from portal.web.rights import MANAGE, SEND_ONE
from portal.web.shell import show
from push.accounts import AccountFaults, copy_account, delete_account, discard_pending, set_account
from push.models import ProviderAccount
from push.pending import pending_of, sentence
from push.providers import Provider
from push.transports.base import Step

SET = "The credentials are stored. Verify them: nothing was asked of the provider yet."
NOT_COPIED = "Not copied: preview's credentials cannot be read by this server's keys."


@sensitive_post_parameters()
def account(request: HttpRequest, place: Place, provider: str) -> HttpResponse:
    stage = place.found_stage()
    found = stored_accounts(stage).get(provider)
    if request.method != "POST":
        return page(request, place, provider, found)
    if "remove" in request.POST:
        return _remove(request, place, stage, provider, found)
    if "discard" in request.POST:
        if found is not None and discard_pending(found, user_of(request)):
            messages.success(request, "The new credentials are forgotten; the old ones send on.")
        return HttpResponseRedirect(request.path)
    if "copy" in request.POST:
        return _copy(request, place, stage, provider, found)
    form = AccountForm(provider, found, _given(request), request.FILES)
    if not form.is_valid():
        return page(request, place, provider, found, form=form, status=422)
    saved = set_account(stage, provider, form.cleaned_data["document"], user_of(request))
    waiting = pending_of(saved)
    messages.success(request, sentence(waiting) if waiting else SET)
    return HttpResponseRedirect(request.path)


def page(
    request: HttpRequest,
    place: Place,
    provider: str,
    found: ProviderAccount | None,
    form: AccountForm | None = None,
    steps: "list[Step] | None" = None,
    tested: str = "",
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    """`steps` are those of a proof, `tested` what they were about; `fault` why something was not done."""
    stage, may_manage = place.found_stage(), place.may(MANAGE)
    card = card_of(stage, provider, found)
    may_test = place.may(SEND_ONE)
    player = request.GET.get("player", "").strip()[:200].replace("\0", "")
    context: dict[str, Any] = {
        "title": Provider(provider).label,
        "card": card,
        "back": place.url("push", place.stage),
        "setter": setter_of(found) if found and card.stored else None,
        "may_manage": may_manage,
        "may_test": may_test,
        "form": (form or AccountForm(provider, found)) if may_manage else None,
        "faulty": status == 422,
        "steps": steps,
        "works": steps is not None and all(step.ok for step in steps),
        "tested": tested,
        "fault": fault,
        "devices": newest_devices(stage, provider, player) if may_test else [],
        "asked_player": player,
        "copies": may_manage and place.is_live and _can_copy(place, provider, card),
        "verify_url": place.url("push-verify", place.stage, provider=provider),
        "test_url": place.url("push-test", place.stage, provider=provider),
        "generates": provider == Provider.WEB,
    }
    return show(request, "portal/push/account.html", context, place, status)


def _given(request: HttpRequest) -> QueryDict:
    """What was sent, with a key of our own where the user asks for one."""
    if "generate" not in request.POST:
        return request.POST
    made = request.POST.copy()
    made["vapid_key"] = new_vapid_key()
    return made


def new_vapid_key() -> str:
    """PEM text."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _can_copy(place: Place, provider: str, card: Card) -> bool:
    preview = stored_accounts(place.game.stage("preview")).get(provider)
    return preview is not None and card_of(preview.stage, provider, preview).stored and not card.stored


def _remove(
    request: HttpRequest, place: Place, stage: Stage, provider: str, found: ProviderAccount | None
) -> HttpResponse:
    if request.POST.get("typed", "").strip() != place.game.api_key:
        fault = f"Not removed: type {place.game.api_key}, the game's API key, to say that you mean it."
        return page(request, place, provider, found, fault=fault, status=422)
    if delete_account(stage, provider, user_of(request)):
        messages.success(request, f"The {Provider(provider).label} credentials of {stage.name} are removed.")
    return HttpResponseRedirect(request.path)


def _copy(
    request: HttpRequest, place: Place, stage: Stage, provider: str, found: ProviderAccount | None
) -> HttpResponse:
    source = stored_accounts(place.game.stage("preview")).get(provider)
    if source is None or stage.name == "preview":
        fault = "There is nothing to copy."
        return page(request, place, provider, found, fault=fault, status=422)
    try:
        copy_account(source, stage, user_of(request))
    except (InvalidToken, AccountFaults):
        return page(request, place, provider, found, fault=NOT_COPIED, status=422)
    messages.success(request, "Copied from preview, without showing anything. Verify them here too.")
    return HttpResponseRedirect(request.path)
