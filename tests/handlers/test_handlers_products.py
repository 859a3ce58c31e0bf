"""/products: a line sets category, price and unit cost, says before and after, and doubts what it must."""

import pytest

from handlers.parsing.goods import Goods, read_goods
from tests.handlers.office import Office
from tests.handlers.test_handlers_logging import data, labels, rows

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


PIECES = "SELECT p.name, sum(s.quantity), sum(s.amount_minor) FROM sales s JOIN products p ON p.id = s.product_id"
TOTALS = (
    "SELECT p.name, sum(t.gross) FROM sale_days t JOIN products p ON CAST(p.id AS TEXT) = t.key"
    " WHERE t.split = 'product' GROUP BY p.name ORDER BY p.name"
)


@pytest.fixture
async def goods(office: Office) -> None:
    """Two products that are one: sold once and twice, the second without a unit cost."""
    await office.manager.say("/products RO filter price 350k cost 210k")
    await office.manager.say("/products Lõi lọc category lọc")
    await office.rep.say("/lead Lan 0912345678")
    await office.rep.say("/sale Lan 350k 1x RO filter")
    await office.rep.say("/sale Lan 700k 2x Lõi lọc hôm qua")


@pytest.mark.usefixtures("goods")
async def test_a_product_is_renamed_and_called_as_before_again(office: Office) -> None:
    renamed = await office.manager.say("/products rename RO filter to Lõi RO")
    assert renamed.text == "Renamed: RO filter is <b>Lõi RO</b> now."
    assert "Lõi RO" in (await office.rep.say("/sale Lan 360k Lõi RO")).text
    undone = await office.manager.press(data(renamed, "Undo"))
    assert undone.text == "Undone: Lõi RO is called RO filter again."
    assert "was undone or changed since" in (await office.manager.press(data(renamed, "Undo"))).toast
    assert ("RO filter", 2, 710_000) in await rows(office, f"{PIECES} GROUP BY p.name")
    assert "for managers" in (await office.rep.say("/products rename RO filter to X")).text
    assert (await office.rep.press(data(renamed, "Undo"))).toast == "Only managers and owners change products."


@pytest.mark.usefixtures("goods")
async def test_two_products_become_one_and_two_again(office: Office) -> None:
    before = await rows(office, TOTALS)
    asked = await office.manager.say("/sanpham gộp RO filter vào Lõi lọc")
    assert labels(asked) == ["Keep Lõi lọc", "Keep RO filter", "Cancel"]
    merged = await office.manager.press(data(asked, "Keep Lõi lọc"))
    assert merged.text == "Merged: RO filter counts under <b>Lõi lọc</b> now, 1 record. It can be undone for 30 days."
    assert "gone or merged" in (await office.manager.press(data(asked, "Keep Lõi lọc"))).toast
    assert "1 product" in (listed := (await office.manager.say("/products")).text)
    assert "<b>Lõi lọc</b> · lọc · price ₫350,000 · unit cost ₫210,000" in listed
    sold = await office.rep.say("/sale Lan 340k RO filter")  # its former name finds the one that stayed
    assert "₫340,000</b>, Lõi lọc ·" in sold.text
    assert await rows(office, f"{PIECES} GROUP BY p.name") == [("Lõi lọc", 4, 1_390_000)]
    assert await rows(office, TOTALS) == [("Lõi lọc", 1_390_000)]
    await office.rep.say("/undo")
    undone = await office.manager.press(data(merged, "Undo"))
    assert undone.text == "Undone: RO filter and Lõi lọc are two products again."
    assert await rows(office, TOTALS) == before
    assert "<b>Lõi lọc</b> · lọc · no unit cost" in (await office.manager.say("/products")).text
    assert "was undone" in (await office.manager.press(data(merged, "Undo"))).toast


@pytest.mark.usefixtures("goods")
async def test_a_name_that_another_product_has_asks_whether_they_are_one(office: Office) -> None:
    asked = await office.manager.say("/products rename RO filter to lõi lọc")
    assert labels(asked) == ["Keep Lõi lọc", "Keep RO filter", "Cancel"]
    for line in ("/products rename Nothing to Something", "/products merge RO filter", "/sanpham gộp A vào B"):
        assert "For example: /products" in (await office.manager.say(line)).text
    assert len(await rows(office, "SELECT id FROM products")) == 2


@pytest.mark.usefixtures("goods")
async def test_a_chain_of_merges_is_undone_from_its_end(office: Office) -> None:
    await office.manager.say("/products Filter price 350k")
    first = await office.manager.press(
        data(await office.manager.say("/products merge RO filter into Lõi lọc"), "Keep Lõi")
    )
    second = await office.manager.press(
        data(await office.manager.say("/products merge Lõi lọc, Filter"), "Keep Filter")
    )
    assert await rows(office, f"{PIECES} GROUP BY p.name") == [("Filter", 3, 1_050_000)]
    assert "was undone or changed since" in (await office.manager.press(data(first, "Undo"))).toast
    await office.manager.press(data(second, "Undo"))
    assert "two products again" in (await office.manager.press(data(first, "Undo"))).text
    assert await rows(office, f"{PIECES} GROUP BY p.name ORDER BY p.name") == [
        ("Lõi lọc", 2, 700_000), ("RO filter", 1, 350_000),
    ]  # fmt: skip
