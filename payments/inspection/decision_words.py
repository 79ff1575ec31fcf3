"""What each kind of decision is called in a pack, which is Vietnamese whatever language its maker reads."""

from __future__ import annotations

from collections.abc import Mapping

DECISION_WORDS: Mapping[str, str] = {
    "piece.approve": "duyệt bài",
    "piece.score_proposed": "chấm lần một",
    "piece.return": "trả lại để sửa",
    "piece.decline": "không dùng",
    "piece.drop_approval": "sửa sau khi duyệt, phải duyệt lại",
    "piece.schedule": "hẹn giờ đăng",
    "piece.publish": "đăng bài",
    "piece.publish_document": "đăng văn bản",
    "piece.retract": "gỡ bài",
    "run.opened": "mở kỳ chi trả",
    "run.freeze": "chốt số liệu kỳ chi trả",
    "run.compute": "tính kỳ chi trả",
    "run.start_review": "mở cho cộng tác viên kiểm tra",
    "run.end_review": "kết thúc kiểm tra",
    "run.confirm": "xác nhận danh sách tác phẩm",
    "run.approve": "duyệt chi",
    "run.issue": "phát hành phiếu, bảng kê",
    "run.close": "đóng kỳ chi trả",
    "run.reopen": "mở lại kỳ chi trả",
    "run.cancel": "huỷ kỳ chi trả",
    "schedule.in_force": "áp dụng quy định mức chi",
    "schedule.closed": "cho hết hiệu lực quy định mức chi",
    "fund.entered": "nhập dự toán",
    "fund.changed": "bổ sung, cắt giảm dự toán",
    "payout.returned": "ghi tiền bị trả lại",
    "payout.revoked": "rút xác nhận đã nhận tiền",
    "correction.proposed": "đề nghị điều chỉnh",
    "correction.confirmed": "xác nhận điều chỉnh",
    "correction.cancelled": "bỏ điều chỉnh",
    "waiver.confirmed": "xác nhận việc từ chối nhận",
    "waiver.withdrawn": "thôi từ chối nhận",
    "credit.settled": "trả lời đề nghị xem lại vai trò",
    "check.replied": "trả lời đề nghị xem lại nhuận bút",
    "balance.policy_set": "đặt mức chi tối thiểu",
    "unclaimed.kept": "giữ tiếp khoản chưa ai nhận",
    "unclaimed.transferred": "chuyển khoản chưa ai nhận",
}
