"""What was changed after issue: by two people, never beyond what was paid, and no statement paid beside its heir."""

from __future__ import annotations

from payments.books.invariant import Invariant

CORRECTIONS: tuple[Invariant, ...] = (
    Invariant(
        "no_line_is_taken_back_beyond_what_it_paid",
        "Không khoản nào bị điều chỉnh giảm quá số đã chi cho nó.",
        "No line is corrected down beyond what it paid.",
        """SELECT l.id FROM payments_line l JOIN payments_line c ON c.corrects_id = l.id AND c.portal_id = l.portal_id
            WHERE l.portal_id = %(portal)s GROUP BY l.id, l.amount HAVING l.amount + sum(c.amount) < 0""",
    ),
    Invariant(
        "corrections_were_confirmed_by_another",
        "Khoản điều chỉnh nào cũng do một người đề nghị và người khác xác nhận, đúng số tiền.",
        "Every correction was proposed by one person and confirmed by another, in that amount.",
        """SELECT l.id FROM payments_line l LEFT JOIN payments_correction c ON c.taken_as_id = l.id
            WHERE l.portal_id = %(portal)s{of_run} AND l.kind = 'correction'
              AND (c.id IS NULL OR c.amount <> l.amount OR c.confirmed_by_id IS NULL
                   OR c.confirmed_by_id = c.proposed_by_id)""",
        of_run="l.run_id",
    ),
    Invariant(
        "a_statement_paid_anew_is_not_paid_itself",
        "Phiếu đã chuyển sang kỳ sau để chi lại thì bản thân nó không còn lệnh chi.",
        "A statement that a later run pays anew has no live payout of its own.",
        """SELECT l.id FROM payments_line l
             JOIN payments_statement s ON s.portal_id = l.portal_id AND l.subject_key = 'statement:' || s.id
             JOIN payments_payout p ON p.statement_id = s.id AND p.live
            WHERE l.portal_id = %(portal)s{of_run} AND l.kind = 'carry_over'""",
        of_run="l.run_id",
    ),
)
