import pytest
from pytest_django.fixtures import Settings

from protocol.errors import RequestError
from protocol.request import Next, Request, Response
from protocol.run import Run
from protocol.session import Rights, Session
from protocol.throttle import Bucket, take, throttle


def test_bucket_starts_full_and_refuses_when_empty() -> None:
    bucket = Bucket()
    assert [take(bucket, rate=1, burst=3, now=10.0) for _ in range(5)] == [True, True, True, False, False]


def test_bucket_refills_at_its_rate() -> None:
    bucket = Bucket()
    for _ in range(3):
        take(bucket, rate=2, burst=3, now=10.0)
    assert [take(bucket, rate=2, burst=3, now=10.4), take(bucket, rate=2, burst=3, now=10.5)] == [False, True]


def test_bucket_holds_no_more_than_its_burst() -> None:
    bucket = Bucket()
    take(bucket, rate=100, burst=3, now=10.0)
    assert [take(bucket, rate=100, burst=3, now=1000.0) for _ in range(4)] == [True, True, True, False]


def test_refused_takes_do_not_delay_the_refill() -> None:
    bucket = Bucket()
    take(bucket, rate=1, burst=1, now=10.0)
    refused = [take(bucket, rate=1, burst=1, now=10.0 + step / 10) for step in range(1, 10)]
    assert refused == [False] * 9
    assert take(bucket, rate=1, burst=1, now=11.001)


async def answer(request: Request) -> Response:
    return request.respond()


async def outcomes(session: Session, calls: int) -> list[str]:
    """What `calls` requests over one chain come to: `passed` or the error's code."""
    chain = throttle(answer)
    return [await outcome(chain, session) for _ in range(calls)]


async def outcome(chain: Next, session: Session) -> str:
    try:
        await chain(Request("LogEventRequest", {}, session, Run()))
    except RequestError as error:
        return str(error.fields["request"])
    return "passed"


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.FLINT_LIMIT_REQUESTS_PER_SECOND = 0.001
    settings.FLINT_LIMIT_REQUESTS_BURST = 5
    settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND = 20


async def test_a_connection_may_send_its_burst(session: Session) -> None:
    assert await outcomes(session, 8) == ["passed"] * 5 + ["THROTTLED"] * 3


async def test_a_server_type_credential_may_send_more(server_session: Session) -> None:
    assert await outcomes(server_session, 18) == ["passed"] * 18


async def test_connections_do_not_share_a_bucket(session: Session) -> None:
    other = Session("key", 7, 3, "live", Rights("device"))
    assert await outcomes(session, 5) == await outcomes(other, 5) == ["passed"] * 5


async def test_rest_calls_of_one_credential_share_a_bucket() -> None:
    chain = throttle(answer)

    def call(short_code: str) -> Session:
        return Session("key", 7, 3, "live", Rights(short_code), transport="rest")

    first = [await outcome(chain, call("one")) for _ in range(7)]
    assert first == ["passed"] * 5 + ["THROTTLED"] * 2
    assert await outcome(chain, call("two")) == "passed"
