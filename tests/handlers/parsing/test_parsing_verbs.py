import pytest

from handlers.parsing import verb_of


@pytest.mark.parametrize(
    "text",
    [
        *("khách mới tháng này", "khách tháng 10", "lead this month", "khách mới hôm nay"),
        *("khách có quay lại không", "khách nào mua nhiều nhất", "lead nào nên gọi trước", "khách mới được bao nhiêu"),
        *("khách Lan mua chưa", "khách chờ bao lâu?"),
    ],
)
def test_a_period_or_a_question_after_the_word_for_customers_names_nobody(text: str) -> None:
    assert verb_of(text) is None


@pytest.mark.parametrize("name", ["Lê Văn Không", "Trần Thị Sao", "nguyễn đức lâu", "Nào Thị Mai"])
def test_a_name_is_no_question(name: str) -> None:
    found = verb_of(f"khách {name}")
    assert found is not None and (found.verb, found.rest) == ("lead", name)


@pytest.mark.parametrize("text", ["khách mới Lan", "khách Lan", "new lead Lan"])
def test_a_new_customer_is_named_without_the_word_new(text: str) -> None:
    found = verb_of(text)
    assert found is not None
    assert (found.verb, found.rest) == ("lead", "Lan")
