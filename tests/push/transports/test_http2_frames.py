from h2.connection import H2Connection
from hyperframe.frame import DataFrame, GoAwayFrame, PingFrame

from push.transports.http2_frames import GoAway, GoAwayFilter


def frames() -> tuple[bytes, bytes, bytes]:
    goaway = GoAwayFrame(0, last_stream_id=5, error_code=2, additional_data=b'{"reason":"Shutdown"}')
    return PingFrame(0, b"12345678").serialize(), goaway.serialize(), DataFrame(3, b"late").serialize()


def test_goaway_is_taken_out_and_read():
    ping, goaway, data = frames()
    assert GoAwayFilter().feed(ping + goaway + data) == (
        ping + data,
        [GoAway(5, 2, '{"reason":"Shutdown"}')],
    )


def test_goaway_is_found_however_the_bytes_are_cut():
    ping, goaway, data = frames()
    filter = GoAwayFilter()
    kept, found = b"", []
    for byte in ping + goaway + data:
        some, goaways = filter.feed(bytes([byte]))
        kept += some
        found += goaways
    assert kept == ping + data
    assert found == [GoAway(5, 2, '{"reason":"Shutdown"}')]


def test_frames_pass_unchanged():
    server = H2Connection()
    server.initiate_connection()
    data = server.data_to_send()[24:]  # without the client's preface
    assert GoAwayFilter().feed(data) == (data, [])
