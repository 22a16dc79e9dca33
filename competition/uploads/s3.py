"""The storage for buckets, loaded only where FLINT_FILES names one."""

from typing import TYPE_CHECKING, Any

from django.utils.http import content_disposition_header

if TYPE_CHECKING:
    S3Base = Any
else:
    from storages.backends.s3 import S3Storage as S3Base


class S3Storage(S3Base):  # type: ignore[misc]
    """S3, or what speaks like it. Clients fetch from there, by signed URLs: as bytes, to be saved."""

    def own_url(self, name: str, as_name: str, seconds: int) -> str:
        said = {
            "ResponseContentType": "application/octet-stream",
            "ResponseContentDisposition": content_disposition_header(True, as_name),
        }
        return str(self.url(name, parameters=said, expire=seconds))
