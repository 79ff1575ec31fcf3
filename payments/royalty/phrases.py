"""The plain words of explanations, Vietnamese and English side by side. Numbers come in already written."""

WORDS = {
    "grade": ("loại {0}", "grade {0}"),
    "measured": ("đo được {0} {1}, tính {2} lần {3} {1}", "{0} {1} measured, counted as {2} times {3} {1}"),
    "photos": ("tổng hệ số của {0} ảnh", "coefficients of {0} photos together"),
    "of_author": ("nhuận bút của tác giả", "the author's royalty"),
    "of_role": ("mức của {0}", "the fee of the {0}"),
    "of_royalties": ("tổng nhuận bút của kỳ", "all royalties of the period"),
    "held": ("số lần được tính trong kỳ", "times due in the period"),
    "counted": ("phần được tính", "the part that counts"),
    "cap": ("mức trần của tác phẩm: {0}", "cap of the piece: {0}"),
    "not_above_author": ("không cao hơn nhuận bút của tác giả: {0}", "not above the author's royalty: {0}"),
    "rounded": ("làm tròn đến {0}", "rounded to {0}"),
    "dong": ("đồng", "the đồng"),
    "many_dong": ("{0} đồng", "{0} đồng"),
    "dropped": ("bỏ phần lẻ", "remainder dropped"),
    "dropped_below": ("bỏ phần lẻ dưới {0}", "remainder below {0} dropped"),
    "left_over": ("còn dư khi chia", "left over from the split"),
    "above_piece": ("vượt mức trần của tác phẩm", "above the cap of the piece"),
    "above_person_day": ("vượt mức trần một người trong ngày", "above the cap per person and day"),
    "above_person_period": ("vượt mức trần một người trong kỳ", "above the cap per person and period"),
    "above_remuneration": ("vượt tổng mức thù lao", "above the cap of all remuneration"),
    "above_fund": ("vượt dự toán còn lại", "above what the fund has left"),
    "a4_page": ("trang A4", "A4 pages"),
    "word": ("từ", "words"),
    "minute": ("phút", "minutes"),
    "item": ("đơn vị", "items"),
    "author": ("tác giả", "author"),
    "photographer": ("người chụp ảnh", "photographer"),
    "videographer": ("người quay phim", "videographer"),
    "translator": ("người dịch", "translator"),
    "collector": ("người sưu tầm", "collector"),
    "editor": ("biên tập viên", "editor"),
    "approver": ("người duyệt", "approver"),
    "publisher": ("người đăng", "publisher"),
    "data_provider": ("người cung cấp dữ liệu", "data provider"),
}

# Which rule a step follows.
RULES = {
    "genre": ("mức của thể loại “{0}”", "rate of “{0}”"),
    "photos_inside": ("ảnh trong “{0}”", "photos inside “{0}”"),
    "role": ("mức của {0}", "rate of the {0}"),
    "allowance": ("khoán “{0}”", "allowance “{0}”"),
    "pool": ("quỹ chung “{0}”", "pool “{0}”"),
    "unit": ("một hệ số bằng {0} đ", "one coefficient is {0} đ"),
    "unit_percent": (
        "một hệ số bằng {0} % lương cơ sở {1} đ",
        "one coefficient is {0} % of the base salary, {1} đ",
    ),
    "level": ("trang hưởng {0} % của biểu", "this page pays {0} % of the table"),
    "factor": ("hệ số điều chỉnh “{0}”", "factor “{0}”"),
    "counted": ("định mức được giao", "assigned quota"),
    "cap_piece": ("mức trần của tác phẩm", "cap of the piece"),
    "cap_person_day": ("mức trần một người trong ngày", "cap per person and day"),
    "cap_person_period": ("mức trần một người trong kỳ", "cap per person and period"),
    "cap_remuneration": ("tổng mức thù lao", "cap of all remuneration"),
    "cap_fund": ("dự toán còn lại", "what the fund has left"),
    "not_above_author": ("thù lao không cao hơn nhuận bút của tác giả", "a helper is not above the author"),
    "rounding": ("làm tròn đến {0} đ", "rounded to {0} đ"),
    "split": ("chia theo tỷ lệ đã thống nhất", "split by the shares agreed"),
}

REASONS = {
    "no_rate": ("Quy định mức chi không có mức cho phần việc này", "The schedule has no rate for this"),
    "included_in_piece": (
        "Ảnh đã tính trong nhuận bút của tin, bài",
        "Photos are included in the royalty of the piece",
    ),
    "waived": ("Người được hưởng đã từ chối nhận nhuận bút", "The person waived the fee"),
    "no_fee": ("Tác phẩm đăng không tính nhuận bút", "Published without a fee"),
    "within_duty": ("Nằm trong định mức được giao", "Within the assigned quota"),
    "zero_share": ("Tỷ lệ được chia là 0 %", "The share is 0 %"),
    "zero_rate": ("Mức hoặc hệ số bằng 0", "The rate or coefficient is 0"),
    "rounded_to_zero": ("Số tiền nhỏ hơn mức làm tròn", "The amount is smaller than the rounding"),
    "cap_reached": ("Đã hết mức trần", "The cap is used up"),
    "not_above_author": ("Nhuận bút của tác giả bằng 0", "The author's royalty is 0"),
    "paid_before": ("Đã chi ở kỳ khác", "Paid in another run"),
    "waiting_for_credit": ("Chưa ghi ai là tác giả", "Nobody is credited yet"),
    "no_schedule": ("Chưa có quy định mức chi cho ngày này", "No rate schedule is in force on that day"),
    "no_base_salary": ("Chưa có mức lương cơ sở cho ngày này", "No base salary is known for that day"),
    "no_rates_day": ("Chưa có ngày để xác định mức chi", "The day whose rates count is not known"),
    "variant_without_rate": (
        "Quy định mức chi không có mức cho dạng này của thể loại",
        "The schedule has no rate for this variant of the genre",
    ),
    "no_score": ("Chưa chấm hệ số", "Not scored yet"),
    "score_outside_range": ("Hệ số nằm ngoài khung", "The score is outside its range"),
    "no_grade": ("Chưa xếp loại", "Not graded yet"),
    "unknown_grade": ("Loại đã xếp không có trong quy định", "The grade is not in the schedule"),
    "no_measure": ("Chưa có số đo (trang, từ, phút)", "Not measured yet (pages, words, minutes)"),
    "no_quantity": ("Chưa ghi số lượng", "The quantity is missing"),
    "photo_scores_incomplete": ("Còn ảnh chưa chấm hệ số", "Some photos are not scored yet"),
    "shares_incomplete": ("Còn người chưa ghi tỷ lệ", "Some shares are missing"),
    "shares_not_100": ("Tổng tỷ lệ chia không bằng 100 %", "The shares do not add up to 100 %"),
    "unknown_factor": ("Hệ số điều chỉnh không có trong quy định", "The factor is not in the schedule"),
    "factor_not_applicable": (
        "Hệ số điều chỉnh không áp dụng cho tác phẩm này",
        "The factor does not apply to this piece",
    ),
    "no_factor_percent": ("Chưa chọn mức điều chỉnh", "The percent of the factor is not chosen yet"),
    "factor_outside_range": ("Mức điều chỉnh nằm ngoài khung", "The percent of the factor is outside its range"),
}

NOTICES = {
    "above_piece_cap": ("Nhuận bút {0} đ vượt mức trần {1} đ", "The royalty {0} đ is above the cap {1} đ"),
    "helper_above_author": (
        "Thù lao {0} {1} đ cao hơn nhuận bút của tác giả {2} đ",
        "The fee of the {0}, {1} đ, is above the author's {2} đ",
    ),
    "above_person_day_cap": (
        "Ngày {0}: tổng {2} đ, mức trần còn {1} đ",
        "Day {0}: {2} đ in all, {1} đ left under the cap",
    ),
    "above_person_period_cap": (
        "Cả kỳ: tổng {2} đ, mức trần còn {1} đ",
        "Period: {2} đ in all, {1} đ left under the cap",
    ),
    "above_remuneration_cap": (
        "Tổng thù lao {1} đ vượt mức {0} đ",
        "All remuneration, {1} đ, is above {0} đ",
    ),
    "above_fund_cap": ("Tổng {1} đ vượt dự toán còn {0} đ", "The sum {1} đ is above the {0} đ left in the fund"),
}

TAX = {
    "tax_percent": (
        "{0} đ, từ mức {1} đ trở lên nên khấu trừ {2} % trên toàn bộ: {2} % × {0} đ = {3} đ",
        "{0} đ reaches {1} đ, so {2} % of the whole is withheld: {2} % × {0} đ = {3} đ",
    ),
    "tax_flat": ("{1} % × {0} đ = {2} đ", "{1} % × {0} đ = {2} đ"),
    "tax_below": ("{0} đ, dưới mức {1} đ nên không khấu trừ", "{0} đ is below {1} đ: nothing is withheld"),
    "tax_asked": (
        "{0} đ, dưới mức {1} đ nhưng khấu trừ theo đề nghị: {2} % × {0} đ = {3} đ",
        "{0} đ is below {1} đ, withheld as asked: {2} % × {0} đ = {3} đ",
    ),
    "tax_committed": (
        "Đã có cam kết thu nhập nên không khấu trừ; vẫn kê khai cuối năm",
        "A commitment was given: nothing is withheld, but it is listed at year end",
    ),
    "tax_payroll": (
        "Không khấu trừ ở đây; chuyển bộ phận lương tính theo biểu luỹ tiến",
        "Nothing is withheld here: reported to payroll, progressive scale",
    ),
    "tax_held": (
        "Chưa chi lần này nên chưa tính thuế",
        "Nothing is paid this time, so there is no tax yet",
    ),
    "tax_transfer": (
        "Chuyển quyền tác giả {0} đ, phần vượt mức {1} đ của hợp đồng chịu thuế {2} %: {3} đ",
        "Copyright transfer {0} đ; the part of the contract above {1} đ is taxed at {2} %: {3} đ",
    ),
    "tax_both": (
        "Chuyển quyền tác giả {0} đ: thuế {1} đ; khoản khác {2} đ: thuế {3} đ",
        "Copyright transfer {0} đ: tax {1} đ; the rest {2} đ: tax {3} đ",
    ),
    "tax_transfer_below": (
        "Chuyển quyền tác giả {0} đ, hợp đồng chưa vượt mức {1} đ nên không có thuế",
        "Copyright transfer {0} đ; the contract does not go beyond {1} đ: no tax",
    ),
}

# Lines that no rate made: what changed after issue, and what a person gave up. Sums and texts come in as written.
AFTER = {
    "corrected": (
        "Điều chỉnh khoản {0} đ của phiếu {1}: {2}",
        "Correction of the amount of {0} đ on statement {1}: {2}",
    ),
    "carried": (
        "Phiếu {0} chưa chi cho ai, nay chi lại cả phiếu: {1} đ",
        "Statement {0} was never paid out; it is paid here as a whole: {1} đ",
    ),
    "waived": (
        "Từ chối nhận {0} đ, theo bản người nhận đồng ý ngày {1}",
        "{0} đ not accepted, as the person agreed on {1}",
    ),
}
