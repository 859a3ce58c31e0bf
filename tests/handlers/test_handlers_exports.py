"""Export: a sheet for each kind, names that people know, times on the team's clock, texts that stay texts."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from bot.__main__ import main
from tests.handlers.office import Office


async def sheets_of(office: Office) -> dict[str, list[list[Any]]]:
    """What the owner gets, sheet by sheet."""
    reply = await office.owner.say("/export")
    assert reply.document is not None
    assert reply.document.name == "shop-2026-11-20.xlsx"
    book = CalamineWorkbook.from_filelike(io.BytesIO(reply.document.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


async def test_everything_that_stands_is_in_the_workbook(office: Office) -> None:
    await office.rep.say("/lead Lan 0912345678 #zalo")
    await office.rep.say("/sale Lan 12tr hôm qua 9h, =1+1")
    await office.rep.say("/sale Lan 100 usd")
    await office.rep.say("/refund 2 2tr")
    await office.manager.say("/cost 5tr marketing #facebook")
    await office.manager.say("/fx usd 26000.5")
    await office.manager.say("/target revenue 500tr month @Rosa")
    await office.manager.say("/products Lõi RO price 350k")
    await office.rep.say("/call Lan 5m")
    await office.rep.say("/undo")
    found = await sheets_of(office)
    assert list(found) == [
        "Customers", "Contacts", "Leads", "Sales", "Refunds", "Costs", "Deals", "Tickets", "Ratings", "Opt-outs",
        "Products", "Members", "Exchange rates", "Targets",
    ]  # fmt: skip
    sales = [dict(zip(found["Sales"][0], row, strict=True)) for row in found["Sales"][1:]]
    assert [(row["No."], row["Customer"], row["Rep"], row["Amount"]) for row in sales] == [
        (2, "Lan", "Rosa", 12_000_000), (3, "Lan", "Rosa", 100),
    ]  # fmt: skip
    assert sales[0]["When"] == datetime(2026, 11, 19, 9, 0)  # noqa: DTZ001 - a cell has no zone
    assert sales[0]["Note"] == "=1+1"
    assert sales[1]["In the team's currency"] == 2_600_050
    refund = dict(zip(*found["Refunds"], strict=True))
    assert (refund["Sale no."], refund["Amount"], refund["Rep"]) == (2, 2_000_000, "Rosa")
    assert len(found["Contacts"]) <= 1  # the call was undone
    customer = dict(zip(*found["Customers"], strict=True))
    assert (customer["Name"], customer["Phone"], customer["Owner"]) == ("Lan", "+84912345678", "Rosa")
    target = dict(zip(*found["Targets"], strict=True))
    assert (target["Figure"], target["Target"], target["Rep"]) == ("revenue", 500_000_000, "Rosa")
    assert dict(zip(*found["Exchange rates"], strict=True))["Rate"] == pytest.approx(26000.5)


async def test_only_owners_get_the_file_and_only_in_private(office: Office) -> None:
    assert "is for owners" in (await office.manager.say("/export")).text
    refused = await office.owner.say("/export", private=False)
    assert "ask for it in our private chat" in refused.text
    assert refused.document is None


def test_the_command_line_writes_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'chot.db'}")
    run = CliRunner().invoke
    assert run(main, ["team", "create", "Shop"]).exit_code == 0
    (tmp_path / "sales.csv").write_text("customer,amount,at\nLan,500000,2026-10-02\n")
    assert run(main, ["import", str(tmp_path / "sales.csv"), "--team", "Shop", "--as", "sales"]).exit_code == 0
    out = tmp_path / "all.xlsx"
    done = run(main, ["export", "--team", "Shop", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert f"rows of Shop written to {out}" in done.output
    rows = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(3).to_python()
    assert rows[1][1] == "Lan"
    wrong = run(main, ["export", "--team", "Shop", "--out", str(tmp_path / "no" / "all.xlsx")])
    assert wrong.exit_code != 0
    assert "--out" in wrong.output
