"""Maker and checker are different people; money goes to the one who earned it."""

from __future__ import annotations

from payments.books.invariant import LINES_OF_RUN, Invariant

PEOPLE: tuple[Invariant, ...] = (
    Invariant(
        "maker_and_checker_are_two",
        "Người tính kỳ không xác nhận và không duyệt chi kỳ ấy.",
        "Whoever computed a run neither confirmed nor approved it.",
        """SELECT r.id FROM payments_run r WHERE r.portal_id = %(portal)s{of_run}
              AND (r.computed_by_id = r.approved_by_id OR r.computed_by_id = r.confirmed_by_id)""",
        of_run="r.id",
    ),
    Invariant(
        "approved_runs_went_through_every_hand",
        "Kỳ đã duyệt chi có đủ người tính, người xác nhận và người duyệt.",
        "An approved run was computed, confirmed and approved by someone.",
        """SELECT r.id FROM payments_run r WHERE r.portal_id = %(portal)s{of_run}
              AND r.state IN ('approved', 'issued', 'closed')
              AND num_nulls(r.computed_by_id, r.confirmed_by_id, r.approved_by_id, r.snapshot_id) > 0""",
        of_run="r.id",
    ),
    Invariant(
        "nobody_approved_a_piece_of_their_own",
        "Không ai duyệt tin, bài mà chính mình là tác giả hoặc người chụp.",
        "Nobody approved a piece in which they are author or photographer.",
        """SELECT a.id FROM contributors_credit a JOIN contributors_credit m ON m.piece_id = a.piece_id
              AND m.contributor_id = a.contributor_id
            WHERE a.portal_id = %(portal)s AND a.role = 'approver' AND a.source = 'log' AND m.source = 'declared'
              AND m.role IN ('author', 'photographer', 'translator', 'collector', 'videographer')""",
    ),
    Invariant(
        "nobody_approved_money_for_their_own_piece",
        "Người duyệt chi không có khoản tác giả của mình trong kỳ họ duyệt.",
        "Who approved a run has no author's or photographer's line in it.",
        """SELECT l.id FROM payments_line l JOIN payments_run r ON r.id = l.run_id
             JOIN contributors_contributor c ON c.id = l.contributor_id AND c.account_id = r.approved_by_id
            WHERE l.portal_id = %(portal)s{of_run}
              AND l.role IN ('author', 'photographer', 'translator', 'collector', 'videographer')""",
        of_run=LINES_OF_RUN,
    ),
    Invariant(
        "statement_pays_to_its_persons_details",
        "Phiếu chi theo thông tin nhận tiền của chính người ấy.",
        "A statement is paid by payee details of that very person.",
        """SELECT s.id FROM payments_statement s JOIN payments_payeedetails d ON d.id = s.payee_details_id
            WHERE s.portal_id = %(portal)s{of_run} AND d.contributor_id <> s.contributor_id
              AND NOT EXISTS (SELECT 1 FROM contributors_contributor m WHERE m.id = s.contributor_id
                               AND m.merged_into_id = d.contributor_id)""",
        of_run="s.run_id",
    ),
    Invariant(
        "one_current_version_of_payee_details",
        "Mỗi người chỉ có một bản thông tin nhận tiền đang dùng.",
        "A person has one current version of payee details.",
        """SELECT d.contributor_id FROM payments_payeedetails d WHERE d.portal_id = %(portal)s AND d.current
            GROUP BY d.contributor_id HAVING count(*) > 1""",
    ),
    Invariant(
        "payee_details_were_confirmed_by_another",
        "Thông tin nhận tiền không do chính người nhập xác nhận, trừ người nhận.",
        "Payee details were not confirmed by who entered them, but for the payee.",
        """SELECT d.id FROM payments_payeedetails d WHERE d.portal_id = %(portal)s
              AND d.confirmed_by_id = d.changed_by_id AND NOT d.confirmed_by_payee""",
    ),
)
