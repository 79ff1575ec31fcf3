"""Numbers without a gap, states that go together, and a log that says the same."""

from __future__ import annotations

from payments.books.invariant import Invariant

NUMBERS: tuple[Invariant, ...] = (
    Invariant(
        "statement_numbers_have_no_gap",
        "Số phiếu của mỗi năm đi từ 1, không thiếu, không trùng.",
        "Statement numbers of a year begin at 1, without a gap and without a double.",
        """SELECT s.year FROM payments_statement s WHERE s.portal_id = %(portal)s AND s.number IS NOT NULL
            GROUP BY s.year HAVING max(s.number) <> count(*) OR min(s.number) <> 1
                OR count(DISTINCT s.number) <> count(*)""",
    ),
    Invariant(
        "list_numbers_have_no_gap",
        "Số bảng kê của mỗi năm đi từ 1, không thiếu, không trùng.",
        "Numbers of payment lists of a year begin at 1, without a gap and without a double.",
        """SELECT extract(year FROM r.issued_at AT TIME ZONE p.time_zone)::int AS year
             FROM payments_run r JOIN contributors_portal p ON p.id = r.portal_id
            WHERE r.portal_id = %(portal)s AND r.state IN ('issued', 'closed')
            GROUP BY 1 HAVING max(r.list_number) IS DISTINCT FROM count(*)::int OR min(r.list_number) <> 1
                OR count(DISTINCT r.list_number) <> count(*)""",
    ),
    Invariant(
        "counters_stand_at_the_last_number",
        "Sổ cấp số dừng đúng ở số cuối đã cấp.",
        "Counters stand at the last number that was given.",
        """SELECT c.id FROM payments_numbercounter c JOIN contributors_portal p ON p.id = c.portal_id
            WHERE c.portal_id = %(portal)s
              AND ((c.kind = 'statement' AND c.last <> (SELECT coalesce(max(s.number), 0) FROM payments_statement s
                     WHERE s.portal_id = c.portal_id AND s.year = c.year))
                OR (c.kind = 'payment_list' AND c.last <> (SELECT coalesce(max(r.list_number), 0) FROM payments_run r
                     WHERE r.portal_id = c.portal_id AND r.issued_at IS NOT NULL
                       AND extract(year FROM r.issued_at AT TIME ZONE p.time_zone) = c.year)))""",
    ),
    Invariant(
        "a_run_takes_numbers_in_a_row",
        "Các phiếu của một kỳ mang số liền nhau.",
        "The statements of a run have numbers in a row.",
        """SELECT s.run_id FROM payments_statement s WHERE s.portal_id = %(portal)s{of_run} AND s.number IS NOT NULL
            GROUP BY s.run_id HAVING max(s.number) - min(s.number) + 1 <> count(*)""",
        of_run="s.run_id",
    ),
    Invariant(
        "number_is_of_the_year_of_issue",
        "Số phiếu thuộc năm phát hành, theo giờ của trang.",
        "A statement's number belongs to the year of its issue, by the portal's clock.",
        """SELECT s.id FROM payments_statement s JOIN contributors_portal p ON p.id = s.portal_id
            WHERE s.portal_id = %(portal)s{of_run} AND s.state = 'issued'
              AND extract(year FROM s.issued_at AT TIME ZONE p.time_zone) <> s.year""",
        of_run="s.run_id",
    ),
    Invariant(
        "issued_statements_are_whole",
        "Phiếu đã phát hành có đủ số, năm, mã, bản in; phiếu chưa phát hành thì chưa có.",
        "An issued statement has number, year, code and frozen copy; one not issued has none.",
        """SELECT s.id FROM payments_statement s WHERE s.portal_id = %(portal)s{of_run}
              AND ((s.state = 'issued' AND num_nulls(s.number, s.year, s.code, s.frozen, s.issued_at) > 0)
                   OR (s.state = 'approved' AND num_nonnulls(s.number, s.frozen) > 0))""",
        of_run="s.run_id",
    ),
    Invariant(
        "statements_are_issued_with_their_run",
        "Phiếu phát hành cùng với kỳ, không sớm không muộn hơn.",
        "Statements are issued with their run, not before and not after.",
        """SELECT s.id FROM payments_statement s JOIN payments_run r ON r.id = s.run_id
            WHERE s.portal_id = %(portal)s{of_run}
              AND ((s.state = 'issued') <> (r.state IN ('issued', 'closed')) OR s.issued_at <> r.issued_at
                   OR r.state NOT IN ('approved', 'issued', 'closed'))""",
        of_run="s.run_id",
    ),
    Invariant(
        "the_log_says_what_was_issued",
        "Nhật ký ghi đúng số tiền của mỗi kỳ đã phát hành.",
        "The log states the amount of every issued run.",
        """SELECT r.id FROM payments_run r WHERE r.portal_id = %(portal)s{of_run} AND r.state IN ('issued', 'closed')
              AND NOT EXISTS (SELECT 1 FROM contributors_event e WHERE e.portal_id = r.portal_id
                               AND e.subject_type = 'run' AND e.subject_id = r.id AND e.kind = 'run.issue'
                               AND (e.facts->>'gross')::bigint = r.gross AND (e.facts->>'net')::bigint = r.net)""",
        of_run="r.id",
    ),
    Invariant(
        "the_log_says_who_approved",
        "Nhật ký ghi đúng người duyệt chi và số tiền họ duyệt.",
        "The log names the one who approved each run, and the amount.",
        """SELECT r.id FROM payments_run r WHERE r.portal_id = %(portal)s{of_run}
              AND r.state IN ('approved', 'issued', 'closed')
              AND NOT EXISTS (SELECT 1 FROM contributors_event e WHERE e.portal_id = r.portal_id
                               AND e.subject_type = 'run' AND e.subject_id = r.id AND e.kind = 'run.approve'
                               AND e.actor_account_id = r.approved_by_id
                               AND (e.facts->>'gross')::bigint = r.gross)""",
        of_run="r.id",
    ),
)
