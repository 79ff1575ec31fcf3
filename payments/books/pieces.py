"""Every published piece is in exactly one bucket: paid, held, no fee with a reason, outside the rules, waiting."""

from __future__ import annotations

from payments.books.invariant import Invariant

PIECES: tuple[Invariant, ...] = (
    Invariant(
        "published_pieces_are_whole",
        "Tin, bài đã đăng có ngày đăng và đã được duyệt; văn bản có số.",
        "Published pieces carry a date and an approval, documents a number.",
        """SELECT p.id FROM contributors_piece p JOIN contributors_genre g ON g.id = p.genre_id
            WHERE p.portal_id = %(portal)s AND p.state = 'published'
              AND (p.published_at IS NULL OR (g.counts_as <> 'document' AND p.approved_revision IS NULL)
                   OR (g.counts_as = 'document' AND p.document_number = ''))""",
    ),
    Invariant(
        "no_published_piece_was_overlooked",
        "Tin, bài đăng trong kỳ và đã ghi trước lúc chốt đều có trong kỳ ấy.",
        "Every piece published in a run's days and recorded before it was frozen is in that run.",
        """SELECT p.id FROM payments_run r JOIN contributors_portal o ON o.id = r.portal_id
             JOIN contributors_piece p ON p.portal_id = r.portal_id AND p.state = 'published'
              AND p.published_at >= (r.period_from::timestamp AT TIME ZONE o.time_zone)
              AND p.published_at < (r.period_until::timestamp AT TIME ZONE o.time_zone)
              AND greatest(p.state_since, p.published_at) < r.frozen_at
             JOIN contributors_paymentmode m ON m.portal_id = r.portal_id AND m.mode = 'paying'
              AND m.effective_from <= (p.published_at AT TIME ZONE o.time_zone)::date
              AND (m.effective_until IS NULL OR m.effective_until > (p.published_at AT TIME ZONE o.time_zone)::date)
            WHERE r.portal_id = %(portal)s{of_run} AND r.state IN ('approved', 'issued', 'closed')
              AND NOT EXISTS (SELECT 1 FROM payments_runitem i WHERE i.run_id = r.id AND i.piece_id = p.id)
              AND NOT EXISTS (SELECT 1 FROM contributors_credit c JOIN payments_line l ON l.portal_id = c.portal_id
                               AND l.subject_key = 'credit:' || c.id WHERE c.piece_id = p.id)""",
        of_run="r.id",
    ),
    Invariant(
        "every_frozen_piece_has_its_place",
        "Tin, bài nào đã chốt vào kỳ cũng được trả, tạm giữ, hoặc có lý do không trả.",
        "Every piece frozen into a run is paid, held, or left out for a stated reason.",
        """SELECT i.piece_id FROM payments_runitem i JOIN payments_run r ON r.id = i.run_id
            WHERE i.portal_id = %(portal)s{of_run} AND r.state IN ('approved', 'issued', 'closed')
              AND NOT EXISTS (SELECT 1 FROM payments_draftline d WHERE d.run_id = r.id
                               AND d.generation = r.generation AND d.piece_id = i.piece_id)
              AND NOT EXISTS (SELECT 1 FROM payments_runexclusion x WHERE x.run_id = r.id
                               AND x.generation = r.generation AND x.piece_id = i.piece_id)
              AND NOT EXISTS (SELECT 1 FROM payments_line l WHERE l.piece_id = i.piece_id
                               AND l.portal_id = i.portal_id)""",
        of_run="i.run_id",
    ),
    Invariant(
        "no_piece_is_in_two_places",
        "Không tin, bài nào vừa được tính vừa bị loại trong cùng một kỳ.",
        "No piece is both computed and left out in the same run.",
        """SELECT x.piece_id FROM payments_runexclusion x JOIN payments_draftline d ON d.run_id = x.run_id
              AND d.generation = x.generation AND d.piece_id = x.piece_id
              AND (x.subject_key = '' OR x.subject_key = d.subject_key)
            WHERE x.portal_id = %(portal)s{of_run}""",
        of_run="x.run_id",
    ),
    Invariant(
        "left_out_pieces_have_a_reason",
        "Tin, bài không trả nào cũng có lý do.",
        "Every piece that is left out has a reason.",
        """SELECT x.piece_id FROM payments_runexclusion x WHERE x.portal_id = %(portal)s{of_run} AND x.reason = ''""",
        of_run="x.run_id",
    ),
    Invariant(
        "shares_of_paid_pieces_sum_to_100",
        "Phần trăm của những người cùng vai trong một tin, bài cộng lại không quá 100.",
        "The shares of one role in a piece that was paid sum to no more than 100 percent.",
        """SELECT c.piece_id FROM (SELECT piece_id FROM contributors_credit WHERE portal_id = %(portal)s
                                     AND share IS NOT NULL GROUP BY piece_id, role HAVING sum(share) > 100) c
            WHERE EXISTS (SELECT 1 FROM payments_runitem i JOIN payments_run r ON r.id = i.run_id
                           WHERE i.piece_id = c.piece_id AND r.state IN ('issued', 'closed'))""",
    ),
    Invariant(
        "runs_of_a_portal_do_not_overlap",
        "Các kỳ chi trả không trùng ngày nhau.",
        "The days of live runs do not overlap.",
        """SELECT r.id FROM payments_run r JOIN payments_run o ON o.portal_id = r.portal_id AND o.id > r.id
              AND o.state <> 'cancelled' AND o.period_from < r.period_until AND r.period_from < o.period_until
            WHERE r.portal_id = %(portal)s AND r.state <> 'cancelled'""",
    ),
)
