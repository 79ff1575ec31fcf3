"""Lines = statements = run = payment list; gross − tax = net. All in đồng."""

from __future__ import annotations

from payments.books.invariant import Invariant

SUMS: tuple[Invariant, ...] = (
    Invariant(
        "statement_is_its_lines",
        "Mỗi phiếu thanh toán bằng đúng tổng các khoản của nó, và đủ số khoản.",
        "Each statement is the sum of its lines, and counts all of them.",
        """SELECT s.id FROM payments_statement s LEFT JOIN payments_line l ON l.statement_id = s.id
            WHERE s.portal_id = %(portal)s{of_run} GROUP BY s.id
           HAVING coalesce(sum(l.amount), 0) <> s.line_total OR count(l.id) <> s.line_count""",
        of_run="s.run_id",
    ),
    Invariant(
        "gross_is_lines_and_carried",
        "Tổng nhuận bút của phiếu bằng các khoản cộng số chuyển từ kỳ trước, trừ số chuyển kỳ sau.",
        "A statement's gross is its lines plus what was carried in, less what is carried out.",
        """SELECT s.id FROM payments_statement s WHERE s.portal_id = %(portal)s{of_run}
              AND s.gross <> s.line_total + s.carried_in - s.carried_out""",
        of_run="s.run_id",
    ),
    Invariant(
        "net_is_gross_less_tax",
        "Thực lĩnh bằng nhuận bút trừ thuế, và không âm.",
        "Net is gross less tax, and is not negative.",
        """SELECT s.id FROM payments_statement s WHERE s.portal_id = %(portal)s{of_run}
              AND (s.gross - s.tax <> s.net OR s.net < 0)""",
        of_run="s.run_id",
    ),
    Invariant(
        "tax_within_gross",
        "Thuế không âm và không lớn hơn nhuận bút.",
        "Tax is not negative and not more than the gross amount.",
        """SELECT s.id FROM payments_statement s WHERE s.portal_id = %(portal)s{of_run}
              AND (s.tax < 0 OR s.tax > greatest(s.gross, 0))""",
        of_run="s.run_id",
    ),
    Invariant(
        "run_is_its_statements",
        "Mỗi kỳ đã duyệt bằng đúng tổng các phiếu: nhuận bút, thuế, thực lĩnh.",
        "Each approved run is the sum of its statements: gross, tax and net.",
        """SELECT r.id FROM payments_run r LEFT JOIN payments_statement s ON s.run_id = r.id
            WHERE r.portal_id = %(portal)s{of_run} AND r.state IN ('approved', 'issued', 'closed') GROUP BY r.id
           HAVING coalesce(sum(s.gross), 0) <> coalesce(r.gross, -1) OR coalesce(sum(s.tax), 0) <> coalesce(r.tax, -1)
               OR coalesce(sum(s.net), 0) <> coalesce(r.net, -1)""",
        of_run="r.id",
    ),
    Invariant(
        "list_prints_the_run",
        "Bảng kê in đúng số tiền, thuế và thực lĩnh của kỳ.",
        "The payment list prints the run's amount, tax and net.",
        """SELECT r.id FROM payments_run r WHERE r.portal_id = %(portal)s{of_run} AND r.state IN ('issued', 'closed')
              AND ((r.list_frozen->>'amount')::bigint IS DISTINCT FROM r.gross
                   OR (r.list_frozen->>'net')::bigint IS DISTINCT FROM r.net
                   OR (r.list_frozen->>'tax')::bigint IS DISTINCT FROM r.tax)""",
        of_run="r.id",
    ),
    Invariant(
        "list_counts_people_and_works",
        "Bảng kê ghi đúng số người nhận và số khoản.",
        "The payment list states how many people and works there are.",
        """SELECT r.id FROM payments_run r
            CROSS JOIN LATERAL (SELECT count(*) AS people, sum(line_count) AS works FROM payments_statement s
                                 WHERE s.run_id = r.id) s
            WHERE r.portal_id = %(portal)s{of_run} AND r.state IN ('issued', 'closed')
              AND ((r.list_frozen->>'payees')::bigint IS DISTINCT FROM s.people
                   OR (r.list_frozen->>'works')::bigint IS DISTINCT FROM coalesce(s.works, 0))""",
        of_run="r.id",
    ),
    Invariant(
        "statement_prints_its_row",
        "Bản đã đóng băng của phiếu in đúng số tiền, thuế, thực lĩnh, mã kiểm tra và đủ khoản.",
        "A statement's frozen copy prints its amount, tax, net, verification code and all its lines.",
        """SELECT s.id FROM payments_statement s WHERE s.portal_id = %(portal)s{of_run} AND s.state = 'issued'
              AND ((s.frozen->>'net')::bigint IS DISTINCT FROM s.net
                   OR (s.frozen->>'tax')::bigint IS DISTINCT FROM s.tax
                   OR (s.frozen->>'gross')::bigint IS DISTINCT FROM s.line_total
                   OR s.frozen->>'verification_code' IS DISTINCT FROM s.code
                   OR jsonb_array_length(s.frozen->'lines') IS DISTINCT FROM s.line_count)""",
        of_run="s.run_id",
    ),
    Invariant(
        "printed_lines_sum_up",
        "Các dòng in trên phiếu cộng lại đúng bằng tổng in ở cuối.",
        "The lines that a statement prints add up to the sum that it prints.",
        """SELECT s.id FROM payments_statement s WHERE s.portal_id = %(portal)s{of_run} AND s.state = 'issued'
              AND (SELECT coalesce(sum((l->>'amount')::bigint), 0) FROM jsonb_array_elements(s.frozen->'lines') l)
                  IS DISTINCT FROM s.line_total""",
        of_run="s.run_id",
    ),
    Invariant(
        "fund_covers_what_was_issued",
        "Đã phát hành từ một dự toán không quá số dự toán.",
        "No more was issued from a fund than is in it.",
        """SELECT f.id FROM payments_fund f JOIN payments_run r ON r.fund_id = f.id
            WHERE f.portal_id = %(portal)s AND r.state IN ('issued', 'closed')
            GROUP BY f.id HAVING butlang_fund_spent(f.id) > f.amount""",
    ),
    Invariant(
        "a_changed_fund_is_what_its_changes_say",
        "Dự toán đã bổ sung, cắt giảm thì đúng bằng số ghi ở lần thay đổi cuối, và các lần nối tiếp nhau.",
        "A fund that was added to or cut is what its last change says, and each change follows on the one before.",
        """SELECT f.id FROM payments_fund f JOIN (
                  SELECT fund_id, amount, amount_after,
                         lag(amount_after) OVER (PARTITION BY fund_id ORDER BY id) AS before,
                         lead(id) OVER (PARTITION BY fund_id ORDER BY id) AS later
                    FROM payments_fundchange WHERE portal_id = %(portal)s) c ON c.fund_id = f.id
            WHERE f.portal_id = %(portal)s
              AND ((c.before IS NOT NULL AND c.before + c.amount <> c.amount_after)
                   OR (c.later IS NULL AND c.amount_after <> f.amount))""",
    ),
    Invariant(
        "approved_runs_have_a_fund",
        "Kỳ đã duyệt chi nào cũng có dự toán.",
        "Every approved run has a fund.",
        """SELECT r.id FROM payments_run r WHERE r.portal_id = %(portal)s{of_run} AND r.fund_id IS NULL
              AND r.state IN ('approved', 'issued', 'closed')""",
        of_run="r.id",
    ),
    Invariant(
        "issued_before_the_cut_off",
        "Không kỳ nào phát hành sau ngày khoá sổ của dự toán.",
        "No run was issued after its fund's cut-off day.",
        """SELECT r.id FROM payments_run r JOIN payments_fund f ON f.id = r.fund_id
             JOIN contributors_portal p ON p.id = r.portal_id
            WHERE r.portal_id = %(portal)s{of_run} AND r.state IN ('issued', 'closed')
              AND (r.issued_at AT TIME ZONE p.time_zone)::date > f.cut_off""",
        of_run="r.id",
    ),
)
