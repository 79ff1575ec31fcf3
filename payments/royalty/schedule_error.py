"""The one error of rate data: what is wrong, and in which entry."""

MESSAGES = {
    "missing": ("thiếu mục này", "is missing"),
    "unknown_key": ("không có mục tên “{found}”", "no entry is called “{found}”"),
    "not_mapping": ("phải là một nhóm các mục", "must be a group of entries"),
    "not_list": ("phải là một danh sách", "must be a list"),
    "not_text": ("phải là chữ", "must be text"),
    "not_yes_no": ("phải là true hoặc false", "must be true or false"),
    "not_number": (
        '“{found}” không phải là số; số thập phân viết trong dấu nháy, ví dụ "1.5"',
        '“{found}” is not a number; write decimals in quotes, such as "1.5"',
    ),
    "not_dong": ("“{found}” không phải là số đồng nguyên", "“{found}” is not a whole number of đồng"),
    "not_date": ('“{found}” không phải là ngày dạng "2026-07-01"', '“{found}” is not a day like "2026-07-01"'),
    "not_one_of": ("“{found}” không thuộc: {allowed}", "“{found}” is none of: {allowed}"),
    "not_one_or_other": ("chọn đúng một trong: {allowed}", "choose exactly one of: {allowed}"),
    "out_of_bounds": ("{found} nằm ngoài khoảng {low} đến {high}", "{found} is not between {low} and {high}"),
    "upside_down": ("mức thấp {low} lớn hơn mức cao {high}", "the low {low} is above the high {high}"),
    "dates_upside_down": ("ngày kết thúc không sau ngày bắt đầu", "the end is not after the beginning"),
    "overlap": ("trùng thời gian với {other}", "overlaps {other} in time"),
    "twice": ("“{found}” xuất hiện hai lần", "“{found}” stands twice"),
    "empty": ("không được để trống", "must not be empty"),
    "no_photo_rate": (
        "ảnh trả riêng nhưng chưa có mức cho thể loại ảnh",
        "photos are paid each, but the photo genre has no rate",
    ),
    "share_of_paid_photos": (
        "ảnh trả riêng thì không chia nhuận bút của bài cho ảnh",
        "photos paid each take no share of the piece",
    ),
    "cycle": ("tính phần trăm vòng tròn: {found}", "percents go in a circle: {found}"),
    "percent_of_nothing": (
        "tính theo “{found}” nhưng vai trò này không có mức",
        "is a percent of “{found}”, which has no rate",
    ),
    "parent_not_here": (
        "biểu của cấp trên không nằm trong tệp này; hãy dùng tệp của cấp trên và đặt level",
        "the parent's table is not in this file; take the parent's file and set its level",
    ),
    "helper_above_author": (
        "thù lao {helper} cao hơn mức cao nhất của tác giả {author} (Nghị định 18/2014/NĐ-CP, Điều 4 khoản 1)",
        "the helper's {helper} is above the author's highest {author} (Decree 18/2014, article 4.1)",
    ),
}


class ScheduleError(ValueError):
    """Rate data that cannot be used. `path` names the entry ("genres[2].rates[0].high")."""

    def __init__(self, path: str, code: str, **values: object) -> None:
        self.path = path
        self.code = code
        self.values = values
        super().__init__(f"{path}: {self.message('en')}")

    def message(self, language: str = "vi") -> str:
        vietnamese, english = MESSAGES[self.code]
        return (english if language == "en" else vietnamese).format(**self.values)
