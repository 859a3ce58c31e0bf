"""What people call the figures besides their own names, in both languages: how questions in plain words are read.

These are only listened to, never shown; each names one metric or report whole.
"""

from collections.abc import Mapping

SPOKEN: Mapping[str, tuple[str, ...]] = {
    "revenue": (
        *("sales", "net sales", "our sales", "income", "money made", "did we sell", "we sold"),
        *("doanh thu", "bán được", "bán bao nhiêu", "bán được bao nhiêu", "tiền bán", "tổng doanh số", "tổng bán"),
    ),
    "roi": ("lợi tức đầu tư", "hiệu quả đầu tư", "hoàn vốn", "return on spend"),
    "calls": (
        *("calls did we make", "calls made", "how many calls did we make"),
        *(
            "gọi bao nhiêu cuộc",
            "gọi được bao nhiêu cuộc",
            "bao nhiêu cuộc gọi",
            "tổng cuộc gọi",
            "gọi mấy cuộc",
            "gọi được mấy cuộc",
        ),
    ),
    "aov": (
        *("aov", "average sale", "average sale value", "order size", "average basket", "average ticket"),
        *("trung bình mỗi đơn", "trung bình một đơn", "giá trị mỗi đơn", "bình quân mỗi đơn", "bình quân đơn"),
    ),
    "value": ("sales to new customers", "doanh số khách mới", "doanh thu khách mới", "khách mới mua"),
    "retention": (
        *("retention rate", "customers did we keep", "churn", "returning customers", "lost customers"),
        *("customers lost", "customers did we lose", "customers left", "inactive customers", "lapsed customers"),
        *("churned customers", "customers who left", "customers who stopped buying", "who stopped buying"),
        *(
            "tỷ lệ giữ chân",
            "khách quay lại",
            "khách có quay lại",
            "khách ở lại",
            "giữ được bao nhiêu khách",
            "mất bao nhiêu khách",
            *("khách không quay lại", "khách chưa quay lại", "khách không trở lại", "khách không mua nữa"),
            *("khách bỏ đi", "khách rời bỏ", "khách ngừng mua", "khách nghỉ mua", "khách lâu không mua"),
            *(
                "khách im lặng",
                "khách lâu chưa mua",
                "khách mua lại",
                "khách mua hàng lại",
                "khách quay lại mua",
                "khách quay lại mua hàng",
            ),
        ),
    ),
    "cycle": (
        *("long does it take to close", "how long does it take to close", "how long until a sale", "time to sell"),
        *("bao lâu để chốt", "mất bao lâu để chốt", "bao lâu thì chốt", "bao lâu thì chốt được đơn", "bao lâu chốt"),
        *("bao lâu chốt được đơn", "chu kỳ chốt đơn"),
    ),
    "callspersale": (
        *("calls to make a sale", "calls does it take", "calls needed"),
        *("cuộc gọi thì được một đơn", "mấy cuộc gọi thì được một đơn", "gọi bao nhiêu cuộc mới được một đơn"),
        *("gọi mấy cuộc được một đơn", "gọi mấy cuộc mới được một đơn", "bao nhiêu cuộc gọi một đơn"),
    ),
    "conversion": (
        *("leads became customers", "leads converted", "conversions"),
        *("chuyển đổi khách", "tỷ lệ chuyển đổi khách", "tỷ lệ ra đơn", "khách tiềm năng thành khách mua"),
    ),
    "cac": (
        *("customer acquisition cost", "cost of a new customer", "cost per customer"),
        *(
            "chi phí khách mới",
            "chi phí có một khách",
            "chi phí một khách mới",
            "chi phí tìm khách",
            "giá một khách mới",
        ),
    ),
    "winrate": ("close rate", "success rate", "tỷ lệ thắng", "tỷ lệ thành công", "chốt được bao nhiêu phần trăm"),
    "loyalty": (
        "loyal customer rate",
        "repeat buyers",
        "khách ruột",
        "khách mua nhiều lần",
        "khách hàng trung thành",
        "khách thân thiết",
        "khách hàng thân thiết",
    ),
    "response": ("reply rate", "who answers", "khách trả lời", "tỷ lệ khách trả lời", "tỷ lệ nghe máy"),
    "upsell": ("upselling", "cross sell", "cross selling", "cross-selling", "up sell", "bán kèm", "khách mua thêm"),
    "engagement": ("engaged", "interaction", "mức độ tương tác", "khách tương tác"),
    "ror": ("referrals", "khách được giới thiệu", "khách giới thiệu"),
    "csat": (
        "happy customers",
        "khách hài lòng",
        "khách có hài lòng",
        "customers happy",
        "độ hài lòng",
        "mức độ hài lòng",
        "sự hài lòng",
    ),
    "care": ("after-sales care", "hậu mãi", "cskh"),
    "waiting": ("response time", "customers wait", "thời gian chờ", "khách chờ", "khách chờ bao lâu", "chờ bao lâu"),
    "unsubscribe": ("opt outs", "unsubscribed", "khách chặn", "khách không muốn liên hệ"),
    "adoption": ("usage", "who is logging", "who logged", "ai đang ghi", "ai chưa ghi", "ai ghi"),
    "clv": ("ltv", "customer value", "giá trị trọn đời", "giá trị khách hàng"),
    "channels": (
        *("best channel", "which channel works", "which channel is best", "by the channels"),
        *(
            "các kênh",
            "kênh nào hiệu quả",
            "kênh nào tốt",
            "kênh nào tốt nhất",
            "kênh nào hiệu quả nhất",
            "hiệu quả kênh",
            "so sánh kênh",
        ),
    ),
    "leaders": (
        *("top reps", "best rep", "best reps", "who sold the most", "who leads", "ranking", "top sellers"),
        *("ai bán nhiều nhất", "ai bán giỏi nhất", "ai đứng đầu", "top nhân viên", "nhân viên giỏi nhất", "thi đua"),
    ),
    "funnel": ("pipeline", "sales funnel", "phễu bán hàng", "các cơ hội"),
    "why": ("how did it change", "lý do", "nguyên nhân", "do đâu", "sao doanh số", "sao doanh thu"),
    "compare": ("so sánh",),
    "forecast": (
        *("sales forecast", "revenue forecast", "will we sell", "how much will we sell", "next quarter", "outlook"),
        *("dự báo doanh số", "dự báo doanh thu", "dự báo ba tháng tới", "dự đoán", "sắp tới bán được bao nhiêu"),
        *("ba tháng tới", "quý tới", "quý sau", "tháng tới", "tháng sau"),
    ),
    "targets": (
        *("target", "goals", "goal", "quota", "how far from target", "how far are we from target"),
        *(
            "chỉ tiêu",
            "mục tiêu",
            "kế hoạch",
            "đạt bao nhiêu phần trăm",
            "còn thiếu bao nhiêu",
            "bao giờ đạt",
            "đạt chưa",
        ),
    ),
    "kpi": ("overview", "summary", "how are we doing", "tổng quan", "tình hình chung", "tình hình thế nào"),
    "segments": ("rfm", "customer groups", "nhóm khách", "phân khúc khách"),
    "scores": (
        "hot leads",
        "lead scores",
        "who to call",
        "khách nóng",
        "nên gọi ai",
        "gọi ai trước",
        "nào nên gọi trước",
    ),
    "quality": ("data quality", "chất lượng dữ liệu", "dữ liệu sạch"),
}
