"""Why did this player, or did not, get this message?"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from games.models import Stage
from messaging.models import Message
from portal.web.asking import MOST_COPIES, Answer, Question, answer
from portal.web.places import Place
from portal.web.reason_looks import look_of
from portal.web.rights import SEE_PAYLOADS, SEND_ONE
from portal.web.shell import show
from portal.web.traces import steps_of, trace_of
from portal.web.wording import moment
from push.codes import COALESCED, SANDBOX, SENT
from push.models import PushAttempt

SHOWN = 10  # messages, and failures, to pick from
SEARCHED = 500  # of the newest attempts


class QuestionForm(forms.Form):
    id = forms.CharField(label="Message id", required=False, max_length=64)
    player = forms.CharField(label="Player", required=False, max_length=200)
    type_code = forms.CharField(label="Message class", required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("id") and not (given.get("player") and given.get("type_code")):
            raise forms.ValidationError("Give a message id, or a player and a message class.")
        return given


def trace(request: HttpRequest, place: Place) -> HttpResponse:
    stage = place.found_stage()
    asked = any(request.GET.get(name) for name in QuestionForm.base_fields)
    form = QuestionForm(request.GET if asked else None)
    context: dict[str, Any] = {"title": "Message trace", "form": form}
    status = 200
    if not asked:
        context |= {"recent": _recent(stage), "failed": _failed(stage)}
    elif form.is_valid():
        context |= _answered(place, answer(stage, Question(**form.cleaned_data)))
        status = (
            404
            if context.get("nothing") and not context.get("other_url") and not context.get("message")
            else 200
        )
    else:
        status = 422
    return show(request, "portal/trace.html", context, place, status)


def _answered(place: Place, found: Answer) -> dict[str, Any]:
    payload = place.may(SEE_PAYLOADS)
    context: dict[str, Any] = {"nothing": found.nothing, "message": found.message, "proof": found.proof}
    context |= {
        "asked_player": found.player,
        "others": [(each, moment(each.created_ms)) for each in found.others],
    }
    context["may_send"] = place.may(SEND_ONE)
    if found.copy:
        copy = trace_of(found.copy, payload)
        context |= {"copy": copy, "markdown": copy.as_markdown()}
        context["resend_url"] = place.url("resend", place.stage, copy_id=copy.row.pk)
        context["earlier"] = [(each, look_of(each.reason), moment(each.created_ms)) for each in found.earlier]
    if found.copies:
        context["copies"] = [(each, look_of(each.reason)) for each in found.copies[:MOST_COPIES]]
        context["more"] = len(found.copies) > MOST_COPIES
    if found.under_way:
        context["again"] = place.url("message-follow", place.stage, message_id=found.under_way)
    if found.post:
        context |= {"post": found.post if payload else None, "masked_post": not payload}
        context["steps"] = steps_of(found.post)
    if found.other_stage:
        context["other_stage"] = found.other_stage
        context["other_url"] = place.url("trace", found.other_stage)
    return context


def _recent(stage: Stage) -> list[tuple[Message, Any]]:
    rows = Message.objects.filter(stage=stage).select_related("broadcast").order_by("-created_ms")[:SHOWN]
    return [(row, moment(row.created_ms)) for row in rows]


def _failed(stage: Stage) -> list[tuple[PushAttempt, Any]]:
    """The newest of the last attempts, each copy once."""
    newest: dict[str, PushAttempt] = {}
    for each in PushAttempt.objects.filter(stage=stage).order_by("-id")[:SEARCHED]:
        if each.code not in (SENT, SANDBOX, COALESCED):
            newest.setdefault(each.player_message_id, each)
    return [(each, moment(each.at_ms)) for each in list(newest.values())[:SHOWN]]
