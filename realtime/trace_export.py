"""Hands spans to the collector that OpenTelemetry's own environment variables name; off where they do not."""

import asyncio
import threading
from typing import TYPE_CHECKING

from django.conf import settings

from protocol.tracing import use_tracer
from realtime.node import node_id

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

LAST_WORDS = 0.5  # seconds that the spans at hand may take when the process ends

_provider: "TracerProvider | None" = None


async def start() -> None:
    """The library reads the variables of its specification itself: address, headers, sampler, batches."""
    global _provider
    if not settings.TRACES:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    about = {
        SERVICE_NAME: settings.TRACES_SERVICE,
        "service.version": settings.VERSION,
        "service.instance.id": node_id(),
    }
    _provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    use_tracer(_provider.get_tracer("flint", settings.VERSION))


async def stop() -> None:
    """Whatever the collector does, the process ends in time: the exporter would try for longer."""
    global _provider
    use_tracer(None)
    provider, _provider = _provider, None
    if provider is not None:
        sending = threading.Thread(target=provider.shutdown, daemon=True)
        sending.start()
        await asyncio.to_thread(sending.join, LAST_WORDS)
