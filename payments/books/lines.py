"""Where each line comes from: paid once, for a credit of its piece, as the draft said and the rules rounded."""

from __future__ import annotations

from payments.books.invariant import LINES_OF_RUN, Invariant

LINES: tuple[Invariant, ...] = (
    Invariant(
        "nothing_is_paid_twice",
        "Không phần việc nào được trả hai lần.",
        "No credit is paid twice.",
        """SELECT l.id FROM payments_line l WHERE l.portal_id = %(portal)s{of_run}
              AND l.kind NOT IN ('correction', 'carry_over')
              AND EXISTS (SELECT 1 FROM payments_line o WHERE o.portal_id = l.portal_id
                           AND o.subject_key = l.subject_key AND o.id <> l.id
                           AND o.kind NOT IN ('correction', 'carry_over'))""",
        of_run=LINES_OF_RUN,
    ),
    Invariant(
        "line_pays_a_credit_of_its_piece",
        "Khoản nhuận bút nào cũng trả cho một vai trò có thật trong đúng tin, bài ấy.",
        "Every fee pays a credit that exists, in the piece that the line names.",
        """SELECT l.id FROM payments_line l
             LEFT JOIN contributors_credit c ON c.portal_id = l.portal_id AND l.subject_key = 'credit:' || c.id
            WHERE l.portal_id = %(portal)s{of_run} AND l.kind = 'fee' AND l.subject_key LIKE 'credit:%%'
              AND (c.id IS NULL OR c.piece_id IS DISTINCT FROM l.piece_id)""",
        of_run=LINES_OF_RUN,
    ),
    Invariant(
        "statement_pays_its_own_person",
        "Phiếu chỉ trả các khoản của chính người nhận, trong chính kỳ ấy.",
        "A statement pays the one whose lines it has, in its own run.",
        """SELECT l.id FROM payments_line l JOIN payments_statement s ON s.id = l.statement_id
            WHERE l.portal_id = %(portal)s{of_run}
              AND (l.contributor_id <> s.contributor_id OR l.run_id <> s.run_id)""",
        of_run=LINES_OF_RUN,
    ),
    Invariant(
        "lines_come_from_the_frozen_input",
        "Khoản nào cũng của một tin, bài đã chốt vào kỳ.",
        "Every line is of a piece that was frozen into the run.",
        """SELECT l.id FROM payments_line l WHERE l.portal_id = %(portal)s{of_run} AND l.kind = 'fee'
              AND l.piece_id IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM payments_runitem i WHERE i.run_id = l.run_id
                               AND i.piece_id = l.piece_id)""",
        of_run=LINES_OF_RUN,
    ),
    Invariant(
        "approved_lines_are_the_draft",
        "Các khoản đã duyệt là đúng bản tính, trừ những khoản tạm giữ.",
        "Approved lines are those of the draft, held ones left out.",
        """SELECT r.id FROM payments_run r
            WHERE r.portal_id = %(portal)s{of_run} AND r.state IN ('approved', 'issued', 'closed')
              AND (SELECT count(*) FROM payments_statement s JOIN payments_line l ON l.statement_id = s.id
                    WHERE s.run_id = r.id AND l.kind = 'fee')
               <> (SELECT count(*) FROM payments_draftline d WHERE d.run_id = r.id AND d.generation = r.generation
                    AND d.held = '' AND d.kind = 'fee')""",
        of_run="r.id",
    ),
    Invariant(
        "approved_amounts_are_the_drafts",
        "Số tiền từng khoản đã duyệt đúng bằng số đã tính.",
        "The amount of each approved line is the amount that was computed.",
        """SELECT l.id FROM payments_line l JOIN payments_run r ON r.id = l.run_id
             JOIN payments_draftline d ON d.run_id = l.run_id AND d.generation = r.generation
              AND d.subject_key = l.subject_key
            WHERE l.portal_id = %(portal)s{of_run} AND l.kind = 'fee'
              AND (l.amount <> d.amount OR l.contributor_id <> d.contributor_id OR d.held <> '')""",
        of_run=LINES_OF_RUN,
    ),
    Invariant(
        "rounding_stays_small",
        "Làm tròn không đổi khoản nào quá 1.000 đồng.",
        "Rounding moved no fee by more than 1,000 đồng.",
        """SELECT l.id FROM payments_line l WHERE l.portal_id = %(portal)s{of_run} AND l.kind = 'fee'
              AND abs(l.amount * l.exact_denominator - l.exact_numerator) > 1000 * l.exact_denominator""",
        of_run=LINES_OF_RUN,
    ),
    Invariant(
        "fees_are_not_negative",
        "Khoản nhuận bút không âm; chỉ điều chỉnh, khấu trừ, chuyển kỳ mới được âm.",
        "Fees are not negative; only corrections, deductions and carry-overs may be.",
        """SELECT l.id FROM payments_line l WHERE l.portal_id = %(portal)s{of_run} AND l.amount < 0
              AND l.kind NOT IN ('correction', 'carry_over', 'deduction')""",
        of_run=LINES_OF_RUN,
    ),
    Invariant(
        "corrections_name_an_issued_line",
        "Điều chỉnh nào cũng chỉ rõ khoản đã phát hành mà nó sửa, của cùng một người.",
        "Every correction names an issued line of the same person.",
        """SELECT l.id FROM payments_line l LEFT JOIN payments_line c ON c.id = l.corrects_id
             LEFT JOIN payments_statement s ON s.id = c.statement_id
            WHERE l.portal_id = %(portal)s{of_run} AND l.kind = 'correction'
              AND (c.id IS NULL OR s.state <> 'issued'
                   OR (c.contributor_id <> l.contributor_id AND NOT EXISTS (
                         SELECT 1 FROM contributors_contributor m WHERE m.id = c.contributor_id
                            AND m.merged_into_id = l.contributor_id)))""",
        of_run=LINES_OF_RUN,
    ),
    Invariant(
        "lines_are_numbered_through",
        "Các khoản của phiếu được đánh số liền nhau từ 1.",
        "The lines of a statement are numbered from 1 without a gap.",
        """SELECT l.statement_id FROM payments_line l WHERE l.portal_id = %(portal)s{of_run}
            GROUP BY l.statement_id HAVING min(l.ordinal) <> 1 OR max(l.ordinal) <> count(*)""",
        of_run=LINES_OF_RUN,
    ),
)
