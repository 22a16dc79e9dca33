"""The game document's sections `currencies` and `virtualGoods`."""

import re
from collections.abc import Mapping
from typing import Any

from competition.goods.catalogue import VirtualGood, read_good
from competition.goods.currencies import Currency
from games import kept_shapes, references
from games.kept_sections import KeptSection
from games.sections import CompileContext, Faults, register

TAKEN_CODE = re.compile(r"(c|reservedC)urrency[1-6]")  # what transactions call the currencies


class CurrenciesSection(KeptSection):
    """Compiles to `{number: Currency}`."""

    def compile(self, data: Any, context: CompileContext) -> dict[int, Currency]:
        return {
            item["number"]: Currency(item["number"], item["shortCode"], item["name"], item["signupBonus"])
            for item in kept_shapes.currencies(data, Faults())
        }


class VirtualGoodsSection(KeptSection):
    """Compiles to `{short code: VirtualGood}`."""

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        super().validate(data, faults, document)
        for index, item in enumerate(data if isinstance(data, list) else []):
            code = item.get("shortCode") if isinstance(item, dict) else None
            if isinstance(code, str) and TAKEN_CODE.fullmatch(code):
                faults.at(self.name).at(index).at("shortCode").add(f'"{code}" is the name of a balance')

    def compile(self, data: Any, context: CompileContext) -> dict[str, VirtualGood]:
        return {item["shortCode"]: read_good(item) for item in kept_shapes.virtual_goods(data, Faults())}


register(CurrenciesSection("currencies", kept_shapes.currencies))
register(VirtualGoodsSection("virtualGoods", kept_shapes.virtual_goods, references.virtual_goods))
