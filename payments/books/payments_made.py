"""Payouts pay what was issued, once, to the account that was known; balances close; papers are all there."""

from __future__ import annotations

from payments.books.invariant import Invariant

PAYOUTS: tuple[Invariant, ...] = (
    Invariant(
        "payouts_pay_the_net",
        "Lệnh chi bằng đúng thực lĩnh của phiếu đã phát hành.",
        "A payout is the net amount of an issued statement.",
        """SELECT p.id FROM payments_payout p JOIN payments_statement s ON s.id = p.statement_id
            WHERE p.portal_id = %(portal)s AND (p.amount <> s.net OR s.state <> 'issued')""",
    ),
    Invariant(
        "one_live_payout_per_statement",
        "Mỗi phiếu chỉ có một lệnh chi còn hiệu lực.",
        "A statement has one live payout at most.",
        """SELECT p.statement_id FROM payments_payout p WHERE p.portal_id = %(portal)s AND p.live
            GROUP BY p.statement_id HAVING count(*) > 1""",
    ),
    Invariant(
        "nobody_received_money_twice",
        "Không phiếu nào được nhận tiền hai lần.",
        "No statement was received twice.",
        """SELECT p.statement_id FROM payments_payout p JOIN payments_payoutevent e ON e.payout_id = p.id
            WHERE p.portal_id = %(portal)s AND e.outcome = 'confirmed'
            GROUP BY p.statement_id HAVING count(*) > 1""",
    ),
    Invariant(
        "returned_payouts_are_not_live",
        "Lệnh chi bị trả lại không còn hiệu lực, và chỉ lệnh bị trả lại mới hết hiệu lực.",
        "A returned payout is not live, and only a returned one is not.",
        """SELECT p.id FROM payments_payout p WHERE p.portal_id = %(portal)s
              AND p.live = EXISTS (SELECT 1 FROM payments_payoutevent e WHERE e.payout_id = p.id
                                    AND e.outcome = 'returned')""",
    ),
    Invariant(
        "received_money_did_not_come_back",
        "Không lệnh chi nào vừa đã nhận vừa bị trả lại.",
        "No payout is both received and returned.",
        """SELECT e.payout_id FROM payments_payoutevent e WHERE e.portal_id = %(portal)s
              AND e.outcome IN ('confirmed', 'returned') GROUP BY e.payout_id HAVING count(DISTINCT e.outcome) > 1""",
    ),
    Invariant(
        "payouts_go_to_the_persons_account",
        "Lệnh chi ghi đúng ngân hàng và số cuối tài khoản của người nhận lúc ấy.",
        "A payout names bank and last digits of the payee's own account of that day.",
        """SELECT p.id FROM payments_payout p JOIN payments_payeedetails d ON d.id = p.payee_details_id
             JOIN payments_statement s ON s.id = p.statement_id
            WHERE p.portal_id = %(portal)s
              AND (p.bank_bin <> d.bank_bin OR p.bank_account_tail <> d.bank_account_tail
                   OR (d.contributor_id <> s.contributor_id AND NOT EXISTS (
                         SELECT 1 FROM contributors_contributor m WHERE m.id = s.contributor_id
                            AND m.merged_into_id = d.contributor_id)))""",
    ),
    Invariant(
        "transfers_have_an_account",
        "Lệnh chuyển khoản nào cũng có tài khoản nhận.",
        "Every transfer has an account to go to.",
        """SELECT p.id FROM payments_payout p WHERE p.portal_id = %(portal)s AND p.method = 'transfer'
              AND p.bank_account_tail = ''""",
    ),
    Invariant(
        "closed_runs_are_paid",
        "Kỳ đã kết thúc thì mọi phiếu có tiền đều đã nhận.",
        "In a closed run everybody with an amount has received it.",
        """SELECT s.id FROM payments_statement s JOIN payments_run r ON r.id = s.run_id
            WHERE s.portal_id = %(portal)s AND r.state = 'closed' AND s.net > 0
              AND NOT EXISTS (SELECT 1 FROM payments_payout p JOIN payments_payoutevent e ON e.payout_id = p.id
                               WHERE p.statement_id = s.id AND p.live AND e.outcome = 'confirmed')
              AND NOT EXISTS (SELECT 1 FROM payments_unclaimeddecision d WHERE d.statement_id = s.id
                               AND d.state IN ('transferred', 'owed', 'paid_again'))
              AND NOT EXISTS (SELECT 1 FROM payments_correction c JOIN payments_line l ON l.id = c.line_id
                               WHERE l.statement_id = s.id AND c.replaces AND c.state IN ('confirmed', 'taken'))""",
    ),
)

BALANCES: tuple[Invariant, ...] = (
    Invariant(
        "balances_close",
        "Sổ số dư khớp với số chuyển kỳ ghi trên từng phiếu.",
        "The ledger of balances agrees with what each statement carries in and out.",
        """SELECT s.id FROM payments_statement s
            WHERE s.portal_id = %(portal)s{of_run} AND s.carried_out - s.carried_in <> coalesce(
                    (SELECT sum(b.amount) FROM payments_balanceentry b WHERE b.statement_id = s.id), 0)""",
        of_run="s.run_id",
    ),
    Invariant(
        "balances_are_of_the_statements_person",
        "Bút toán số dư thuộc đúng người của phiếu.",
        "An entry of the ledger belongs to the statement's person.",
        """SELECT b.id FROM payments_balanceentry b JOIN payments_statement s ON s.id = b.statement_id
            WHERE b.portal_id = %(portal)s{of_run} AND b.contributor_id <> s.contributor_id""",
        of_run="s.run_id",
    ),
)

PAPERS: tuple[Invariant, ...] = (
    Invariant(
        "finished_runs_have_every_paper",
        "Kỳ đã in xong có phiếu của từng người và bảng kê.",
        "A run whose papers are ready has every statement and the payment list as files.",
        """SELECT s.id FROM payments_statement s JOIN payments_run r ON r.id = s.run_id
            WHERE s.portal_id = %(portal)s AND r.papers_ready_at IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM payments_paper p WHERE p.statement_id = s.id AND p.kind = 'statement')
           UNION ALL
           SELECT r.id FROM payments_run r WHERE r.portal_id = %(portal)s AND r.papers_ready_at IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM payments_paper p WHERE p.run_id = r.id AND p.kind = 'payment_list')""",
    ),
    Invariant(
        "papers_bear_their_number",
        "Tệp phiếu mang đúng số của phiếu, và chỉ phiếu đã phát hành mới có tệp.",
        "A statement's file bears the statement's number, and only issued ones have a file.",
        """SELECT p.id FROM payments_paper p JOIN payments_statement s ON s.id = p.statement_id
            WHERE p.portal_id = %(portal)s AND p.kind = 'statement'
              AND (s.state <> 'issued' OR p.number <> s.number || '/' || s.year)""",
    ),
    Invariant(
        "papers_have_a_place_and_a_hash",
        "Tệp nào cũng có chỗ để, kích thước và mã băm.",
        "Every file has a place, a size and a hash.",
        """SELECT p.id FROM payments_paper p WHERE p.portal_id = %(portal)s
              AND ((p.path = '' AND p.kind <> 'beneficiaries') OR p.size = 0 OR length(p.sha256) <> 64
                   OR translate(p.sha256, '0123456789abcdef', '') <> '')""",
    ),
)
