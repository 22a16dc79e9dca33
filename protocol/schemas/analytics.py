"""Analytics and the end of a session."""

from protocol.schemas.fields import Json, Schema


class AnalyticsRequest(Schema):
    data: Json | None = None
    end: bool | None = None
    key: str | None = None
    start: bool | None = None


class EndSessionRequest(Schema):
    pass
