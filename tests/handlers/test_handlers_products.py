"""/products: a line sets category, price and unit cost, says before and after, and doubts what it must."""

import pytest

from handlers.parsing.goods import Goods, read_goods
from tests.handlers.office import Office
from tests.handlers.test_handlers_logging import rows

KNOWN = ("Lõi RO", "Bộ giá đỡ", "Tủ")


@pytest.mark.parametrize(
    ("line", "name", "values"),
    [
        (
            "Lõi RO category lọc price 350k cost 210k",
            "Lõi RO",
            {"category": "lọc", "price_minor": 350_000, "unit_cost_minor": 210_000},
        ),
        (
            "lõi ro nhóm lọc nước, giá bán 350.000 giá vốn 210.000đ",
            "lõi ro",
            {"category": "lọc nước", "price_minor": 350_000, "unit_cost_minor": 210_000},
        ),
        ("Loi RO gia 1tr2 von 800k", "Loi RO", {"price_minor": 1_200_000, "unit_cost_minor": 800_000}),
        ("Bộ giá đỡ giá 90k", "Bộ giá đỡ", {"price_minor": 90_000}),
        ("Bộ giá đỡ", "Bộ giá đỡ", {}),
        ("Tủ lạnh mini nhóm: điện lạnh", "Tủ lạnh mini", {"category": "điện lạnh"}),
        ("Tủ lạnh", "Tủ lạnh", {}),
        ("Tủ giá vốn không", "Tủ", {"unit_cost_minor": None}),
        ("Máy bơm price 2m", "Máy bơm", {"price_minor": 2_000_000}),
    ],
)
def test_a_line_is_read(line: str, name: str, values: dict[str, object]) -> None:
    assert read_goods(line, KNOWN, "VND") == Goods(name, values)


@pytest.mark.parametrize(
    ("line", "doubtful"),
    [
        ("Tủ giá 350", "giá 350"),
        ("Tủ giá", "giá"),
        ("Tủ giá nhiều", "giá nhiều"),
        ("Tủ giá 5tr giá 6tr", "giá 6tr"),
        ("Tủ giá 100 usd", "giá 100 usd"),
        ("Tủ giá -5tr", "giá -5tr"),
        ("Tủ giá 2x350k", "giá 2x350k"),
    ],
)
def test_a_doubtful_amount_sets_nothing(line: str, doubtful: str) -> None:
    assert read_goods(line, KNOWN, "VND").doubtful == doubtful


async def test_a_product_is_added_changed_and_listed(office: Office) -> None:
    assert "No products yet. To add one: /products" in (await office.manager.say("/products")).text
    made = await office.manager.say("/products Lõi RO category lọc price 350k cost 210k")
    assert made.text == "New product: <b>Lõi RO</b> · lọc · price ₫350,000 · unit cost ₫210,000"
    changed = await office.manager.say("/sanpham loi ro gia 400k")
    assert changed.text == (
        "<b>Lõi RO</b> · lọc · price ₫400,000 · unit cost ₫210,000\n"
        "It was: <b>Lõi RO</b> · lọc · price ₫350,000 · unit cost ₫210,000"
    )
    await office.manager.say("/products Lõi nano price 90k")
    listed = (await office.manager.say("/products")).text.splitlines()
    assert listed[0] == "<b>2 products</b>"
    assert listed[2] == "<b>Lõi nano</b> · no category · price ₫90,000 · no unit cost"
    assert (await office.manager.say("/products lọc")).text.startswith("<b>Lõi RO</b>")


async def test_a_name_like_a_known_one_is_pointed_at(office: Office) -> None:
    await office.manager.say("/products Lõi RO price 350k")
    assert "There is already: Lõi RO" in (await office.manager.say("/products Lõi R0 price 350k")).text


async def test_what_is_wrong_is_said_and_nothing_is_set(office: Office) -> None:
    await office.manager.say("/products Lõi RO price 350k")
    doubted = await office.manager.say("/products Lõi RO price 35")
    assert doubted.text.startswith("I am not sure of “price 35”. For example: /products RO filter")
    assert "No product is called “xyz”" in (await office.manager.say("/products xyz")).text
    assert "Which product?" in (await office.manager.say("/products price 350k")).text
    assert await rows(office, "SELECT price_minor FROM products") == [(350_000,)]
    assert "is for managers, owners" in (await office.rep.say("/products")).text


async def test_roi_on_gross_profit_works_from_the_chat(office: Office) -> None:
    await office.manager.say("/products Lõi RO price 350k cost 200k")
    await office.manager.say("/settings basis profit")
    await office.manager.say("/cost 100k marketing")
    await office.rep.say("/lead Lan")
    await office.rep.say("/sale Lan 600k 2x Lõi RO")
    # (600k − 2 × 200k − 100k) / 100k
    assert "100 %" in (await office.manager.say("/roi")).text
