"""Who is in the sample team, what they sell, through which channels, and what it costs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A person of the demo, by their Telegram id; ``role`` is empty for a stranger, ``pace`` how busily they sell."""

    telegram_id: int
    first_name: str
    last_name: str
    username: str
    language: str
    role: str
    pace: float = 1.0

    @property
    def name(self) -> str:
        """The full name as they write it: in Vietnamese the family name comes first."""
        if self.language == "vi":
            return f"{self.last_name} {self.first_name}"
        return f"{self.first_name} {self.last_name}"


PEOPLE = (
    SamplePerson(1001, "Bảo", "Trần Quốc", "bao_tran", "vi", "owner"),
    SamplePerson(1002, "Hà", "Lê Thu", "ha_le", "vi", "manager"),
    SamplePerson(1003, "Hùng", "Nguyễn Văn", "hung_nguyen", "vi", "rep", 1.25),
    SamplePerson(1004, "Mai", "Phạm Ngọc", "mai_pham", "vi", "rep", 1.4),
    SamplePerson(1005, "Tùng", "Võ Thanh", "tung_vo", "vi", "rep", 0.7),
    SamplePerson(1006, "Hoa", "Đặng Thị", "hoa_dang", "vi", "rep", 1.0),
    SamplePerson(1007, "Khôi", "Bùi Minh", "khoi_bui", "vi", "rep", 0.85),
    SamplePerson(1008, "Anna", "Hồ", "anna_ho", "en", "rep", 1.1),
)
STRANGER = SamplePerson(1009, "Sam", "Taylor", "sam_taylor", "en", "")


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """A product: price and unit cost in đồng, and how often it is a first or a later purchase."""

    name: str
    category: str
    price: int
    unit_cost: int
    first: int
    later: int


PRODUCTS = (
    SampleProduct("Máy lọc RO 9 lõi", "máy lọc", 5_900_000, 3_900_000, 45, 4),
    SampleProduct("Máy lọc nóng lạnh", "máy lọc", 9_800_000, 6_700_000, 22, 3),
    SampleProduct("Máy lọc để gầm", "máy lọc", 7_400_000, 5_000_000, 18, 2),
    SampleProduct("Bộ lõi 9 cấp", "lõi lọc", 2_250_000, 1_250_000, 8, 44),
    SampleProduct("Lõi RO", "lõi lọc", 1_150_000, 620_000, 4, 20),
    SampleProduct("Gói bảo trì năm", "dịch vụ", 2_400_000, 900_000, 3, 22),
)

CHANNELS = {"facebook": 34, "zalo": 22, "tiktok": 14, "referral": 14, "web": 10, "store": 6}
"""How often a lead comes through each channel."""

CHANCES = {"facebook": 0.27, "zalo": 0.36, "tiktok": 0.18, "referral": 0.52, "web": 0.3, "store": 0.45}
"""How often a lead of each channel ends as a sale."""

MONTHLY_COSTS = (
    ("marketing", "facebook", 24_000_000),
    ("marketing", "zalo", 9_500_000),
    ("marketing", "tiktok", 12_000_000),
    ("marketing", "web", 4_500_000),
    ("sales", None, 5_000_000),
    ("salary", None, 84_000_000),
    ("tools", None, 1_800_000),
)

LOST_REASONS = ("price", "competitor", "no need", "no reply", "timing", "other")
STAGES = ("new", "contacted", "quoted", "negotiating")
