"""docs/metrics.md and docs/metrics.vi.md as the code would write them: definition, formula, parts, example, picture.

python -m tests.docs.tables writes the texts, python -m tests.docs.pictures the pictures of the sample team.
"""

import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from metrics import METRICS, REPORTS
from metrics.answers.parts import part_name
from metrics.base import BREAKDOWNS, Metric, Part, TeamScope
from metrics.wording import LANGUAGES, Say, catalogue

DOCS = Path(__file__).resolve().parents[2] / "docs"
PICTURES = DOCS / "metrics"
FILES = {"en": DOCS / "metrics.md", "vi": DOCS / "metrics.vi.md"}
REPORT_PARTS: Mapping[str, tuple[str, ...]] = {
    "channels": ("cost", "leads", "new_customers", "net_revenue", "cohort_conversion", "cac", "roi", "channels"),
    "leaders": ("metric", "leaders"),
    "funnel": ("velocity", "open", "win_rate", "average_won", "cycle_days", "stages"),
    "segments": ("customers", "segments"),
    "scores": ("basis", "closed", "win_rate", "points", "leads"),
    "quality": ("duplicates", "stale", "incomplete", "impossible", "missing_rates", "clean_customers", "clean_deals",
                "clean_sales"),
    "why": ("change", "customers", "orders_per_customer", "average_order", "refund_timing",
            "by_rep", "by_product", "by_channel"),
    "forecast": ("deals", "run_rate", "error", "win_rate", "method", "months", "stages"),
}  # fmt: skip
"""The parts of reports, which only asking would tell; a test asks."""

WORDS = {
    "en": {
        "title": "The metrics",
        "intro": "What each figure is, written from the code by `python -m tests.docs.tables`; the pictures are of the "
        "sample team of `make demo`. Every figure shows the period before it, explains itself (*How?*) and gives its "
        "records (*Rows*); one that cannot be known is `—`, with the reason. "
        "[Tiếng Việt](metrics.vi.md)",
        "benchmark": "Benchmark", "quoted": "as guides on CRM quote it; figures are never judged by it",
        "formula": "Formula", "by": "By", "only": "Only", "unit": "Unit", "part": "part", "called": "what it is",
        "one": "value", "nothing": "the whole team only",
        "ratio": "ratio", "number": "number", "money": "money", "days": "days", "minutes": "minutes",
        "count": "count", "score": "score", "list": "list", "metrics": "Figures", "reports": "Reports",
    },
    "vi": {
        "title": "Các chỉ số",
        "intro": "Mỗi con số nghĩa là gì, viết từ mã nguồn bằng `python -m tests.docs.tables`; hình là của đội mẫu "
        "trong `make demo`. Con số nào cũng kèm kỳ trước, tự giải thích (*Cách tính*) và đưa ra từng bản ghi "
        "(*Chi tiết*); số chưa biết được thì ghi `—` kèm lý do. [English](metrics.md)",
        "benchmark": "Mốc tham khảo", "quoted": "theo tài liệu về CRM; không dùng để chấm con số",
        "formula": "Công thức", "by": "Theo", "only": "Lọc", "unit": "Đơn vị", "part": "thành phần",
        "called": "nghĩa là", "one": "giá trị", "nothing": "chỉ có cho cả đội",
        "ratio": "tỷ lệ", "number": "số", "money": "tiền", "days": "ngày", "minutes": "phút",
        "count": "số lượng", "score": "điểm", "list": "danh sách", "metrics": "Chỉ số", "reports": "Báo cáo",
    },
}  # fmt: skip


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each on one line."""
    return [" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n")]


def definition(metric: Metric) -> list[str]:
    """The published definition of a metric: its module's docstring."""
    return paragraphs(import_module(f"metrics.{metric.key}").__doc__ or "")


def said(paragraph: str, language: str) -> str:
    """A paragraph in a language; the catalogue has the Vietnamese."""
    words = catalogue(language).gettext(paragraph)
    return words.replace("``", "`")


def document(language: str) -> str:
    """The whole document in a language."""
    words, say = WORDS[language], Say(language, markup=False)
    lines = [f"# {words['title']}", "", words["intro"], ""]
    for title, group in (("metrics", METRICS), ("reports", REPORTS)):
        lines += [f"**{words[title]}**: " + " · ".join(_link(one, say) for one in group), ""]
    for metric in (*METRICS, *REPORTS):
        lines += _chapter(metric, say)
    return "\n".join(lines)


def _link(metric: Metric, say: Say) -> str:
    return f"[{say(metric.label)}](#{metric.key})"


def _chapter(metric: Metric, say: Say) -> Iterator[str]:
    words, language = WORDS[say.language], say.language
    names = " · ".join(f"`/{name}`" for name in dict.fromkeys(filter(None, (metric.key, metric.alias))))
    yield from (f'<a id="{metric.key}"></a>', "", f"## {say(metric.label)}", "", names, "")
    for paragraph in definition(metric):
        yield from (said(paragraph, language), "")
    yield f"- **{words['formula']}**: {say(metric.formula)}"
    yield f"- **{words['unit']}**: {words[metric.unit]}"
    for title, held in (("by", metric.breakdowns | metric.views), ("only", metric.filters)):
        shown = ", ".join(say(phrase_) for key, phrase_ in BREAKDOWNS.items() if key in held)
        yield f"- **{words[title]}**: {shown or words['nothing']}"
    if metric.benchmark is not None:
        yield f"- **{words['benchmark']}**: {say(metric.benchmark)} ({words['quoted']})"
    yield ""
    yield from _parts(metric, say)
    if (PICTURES / f"{metric.key}.{language}.png").exists():
        yield f'<img src="metrics/{metric.key}.{language}.png" width="270" alt="{say(metric.label)}">'
        yield ""


def _parts(metric: Metric, say: Say) -> Iterator[str]:
    words = WORDS[say.language]
    parts = parts_of(metric)
    if not parts:
        return
    yield from (f"| {words['part']} | {words['called']} | {words['one']} |", "|---|---|---|")
    for key, unit in parts.items():
        name = part_name(metric.key, key)
        yield f"| `{key}` | {say(name) if name is not None else ''} | {words[unit] if unit else ''} |"
    yield ""


def parts_of(metric: Metric) -> Mapping[str, str]:
    """The parts of a metric's answer and their units; lists and texts are a list."""
    if metric.asked is not None:
        return dict.fromkeys(REPORT_PARTS.get(metric.key, ()), "")
    found = metric.compute(metric.empty, TeamScope(1, ZoneInfo("Asia/Ho_Chi_Minh"), "VND")).parts
    return {key: part.unit if isinstance(part, Part) else "list" for key, part in found.items()}


def write() -> None:
    """Write both documents."""
    for language in LANGUAGES:
        FILES[language].write_text(document(language), encoding="utf-8")
