"""Requests for credentials with admin rights."""

from protocol.schemas.fields import Date, Json, Schema, Strings


class BatchAdminRequest(Schema):
    player_ids: Strings
    request: Json


class CancelBulkJobAdminRequest(Schema):
    bulk_job_ids: Strings


class ListBulkJobsAdminRequest(Schema):
    bulk_job_ids: Strings | None = None


class RevokePurchaseGoodsRequest(Schema):
    player_id: str
    store_type: str
    transaction_ids: Strings


class ScheduleBulkJobAdminRequest(Schema):
    player_query: Json
    data: Json | None = None
    module_short_code: str | None = None
    scheduled_time: Date | None = None
    script: str | None = None
