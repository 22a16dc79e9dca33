"""Virtual goods and store receipts."""

from protocol.schemas.fields import Number, Schema, Strings, Whole


class Purchase(Schema):
    """What every store receipt takes."""

    currency_code: str | None = None
    sub_unit_price: Number | None = None
    unique_transaction_by_player: bool | None = None


class AmazonBuyGoodsRequest(Purchase, kw_only=True):
    amazon_user_id: str
    receipt_id: str


class BuyVirtualGoodsRequest(Schema):
    currency_type: Whole
    quantity: Whole
    short_code: str


class ConsumeVirtualGoodRequest(Schema):
    quantity: Whole
    short_code: str


class GooglePlayBuyGoodsRequest(Purchase, kw_only=True):
    signature: str
    signed_data: str


class IOSBuyGoodsRequest(Purchase, kw_only=True):
    receipt: str
    sandbox: bool | None = None


class ListVirtualGoodsRequest(Schema):
    include_disabled: bool | None = None
    tags: Strings | None = None


class PsnBuyGoodsRequest(Purchase, kw_only=True):
    entitlement_label: str
    authorization_code: str | None = None
    redirect_uri: str | None = None
    use_count: Whole | None = None


class SteamBuyGoodsRequest(Purchase, kw_only=True):
    order_id: str


class WindowsBuyGoodsRequest(Purchase, kw_only=True):
    receipt: str
    platform: str | None = None
