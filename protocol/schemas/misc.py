"""Push registration, social status, properties, files."""

from msgspec import field

from protocol.schemas.fields import Objects, Schema


class GetDownloadableRequest(Schema):
    short_code: str


class GetPropertyRequest(Schema):
    property_short_code: str


class GetPropertySetRequest(Schema):
    property_set_short_code: str


class GetUploadUrlRequest(Schema):
    upload_data: Objects | None = None


class GetUploadedRequest(Schema):
    upload_id: str | None = None


class PushRegistrationRequest(Schema):
    device_os: str = field(name="deviceOS")
    push_id: str


class SocialStatusRequest(Schema):
    pass
