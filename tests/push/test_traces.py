"""A push's span: whose message it is and how it went, no token and no words of it."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from games.models import Stage
from protocol.tracing import use_tracer
from push.sender import Sender
from tests.push.recorder import IOS_TOKEN, Recorder, push_to
from tests.push.sending import account_of, device_of, queue, send_all
from tests.push.simulated import ApnsServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    use_tracer(provider.get_tracer("tests"))
    yield exporter
    use_tracer(None)


def pushes(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.name == "push"]


async def test_push_that_was_taken(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, spans: InMemorySpanExporter
):
    await account_of(live, "apns", apns.document())
    push = push_to(await device_of(live))
    await queue(live, [push])
    await send_all(sender)
    (span,) = pushes(spans)
    assert dict(span.attributes or {}) == {"flint.provider": "apns", "flint.message": push.player_message_id}
    assert (span.kind, span.status.is_ok) == (SpanKind.CLIENT, True)
    assert IOS_TOKEN not in span.to_json()


async def test_push_that_was_refused_bears_its_code(
    sender: Sender, live: Stage, recorder: Recorder, apns: ApnsServer, spans: InMemorySpanExporter
):
    apns.refuses(IOS_TOKEN, "Unregistered")
    await account_of(live, "apns", apns.document())
    await queue(live, [push_to(await device_of(live))])
    await send_all(sender)
    (span,) = pushes(spans)
    assert (span.status.is_ok, span.status.description) == (False, "Unregistered")
