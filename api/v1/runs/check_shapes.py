"""What a client gets and sends about the contributors' check and the exceptions of a run. Amounts are whole đồng."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.bodies import ByPublicId, StrictBody, VersionBody, Words
from api.v1.pieces.shapes import Named
from api.v1.runs.shapes import LineGround
from contributors.models import Contributor, Unit
from payments.models import Answer, CheckOutcome, Held
from payments.run_rules import RuleEffect


class StartReview(VersionBody):
    days = serializers.IntegerField(help_text="Whole days that each person has from the day they are told.")


class EndReview(VersionBody):
    reason = Words(
        max_length=1000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed while somebody still has days to answer or was not told.",
    )


class DeliveryBody(StrictBody):
    """Who was told: these people, or everybody of a unit, or (neither named) everybody whom you may tell."""

    people = serializers.ListField(child=ByPublicId(Contributor), required=False, max_length=1000)
    unit = ByPublicId(Unit, required=False)
    way = serializers.CharField(max_length=20, help_text="`person` or `message`.")


class OneAnswer(StrictBody):
    """`subject_key` left empty: something is not on the list at all (`missing`), or nothing is (`right`)."""

    subject_key = serializers.CharField(max_length=60, allow_blank=True)
    answer = serializers.ChoiceField(Answer.choices)
    reason = Words(max_length=1000, required=False, allow_blank=True, default="", help_text="Needed unless `right`.")


class AnswersBody(StrictBody):
    """`person`: somebody of your units without a login; left out, you answer for yourself."""

    person = ByPublicId(Contributor, required=False)
    answers = OneAnswer(many=True, required=False)
    rest_right = serializers.BooleanField(default=False, help_text="Every line without an answer is right.")


class ReplyBody(VersionBody):
    outcome = serializers.ChoiceField(
        CheckOutcome.choices, help_text="`kept`: paid as it is. `corrected`: waits until another amount is computed."
    )
    reply = Words(max_length=1000, help_text="The person reads it.")


class DeliveriesMade(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="For how many it is new.")


class LineCheckRow(serializers.Serializer[Any]):
    """What somebody said of a line. No row means that they said nothing: never that they agree."""

    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField()
    subject_key = serializers.CharField(help_text="Empty: about the list as a whole.")
    answer = serializers.ChoiceField(Answer.choices)
    reason = serializers.CharField()
    amount = serializers.IntegerField(allow_null=True, help_text="As it stood when answered.")
    answered_at = serializers.DateTimeField()
    outcome = serializers.CharField(help_text="Empty until the accountant replies: `kept` or `corrected`.")
    reply = serializers.CharField()
    replied_at = serializers.DateTimeField(allow_null=True)


class CheckedLineRow(serializers.Serializer[Any]):
    subject_key = serializers.CharField()
    title = serializers.CharField()
    published_on = serializers.DateField(allow_null=True)
    genre = serializers.CharField()
    role = serializers.CharField(help_text="In the language of the request.")
    amount = serializers.IntegerField()
    explanation = serializers.CharField()
    grounds = LineGround(many=True)
    held = serializers.CharField(help_text="Why it waits, in the language of the request; empty: it is paid.")
    check = LineCheckRow(allow_null=True)
    changed = serializers.BooleanField(help_text="The amount is another one than when it was answered.")


class PersonCheck(serializers.Serializer[Any]):
    """Everything that one person checks in one run."""

    run = Named()
    person = Named()
    deadline = serializers.DateTimeField(allow_null=True, help_text="The first moment that is too late; null: untold.")
    open = serializers.BooleanField(help_text="Whether an answer is taken now.")
    lines = CheckedLineRow(many=True)
    list_check = LineCheckRow(allow_null=True)


class CheckAskedRow(serializers.Serializer[Any]):
    run = Named()
    lines = serializers.IntegerField()
    silent = serializers.IntegerField(help_text="Lines without an answer.")
    deadline = serializers.DateTimeField(allow_null=True)
    open = serializers.BooleanField()


class ChecksAsked(serializers.Serializer[Any]):
    checks = CheckAskedRow(many=True)


class DeliveryRow(serializers.Serializer[Any]):
    way = serializers.CharField(help_text="`opened` by themselves, told in `person`, or by a `message`.")
    delivered_at = serializers.DateTimeField()
    deadline = serializers.DateTimeField()


class PersonCheckedRow(serializers.Serializer[Any]):
    """Counts are of lines. `amount` is null for those who may tell people and not see their money."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    unit = serializers.CharField()
    has_login = serializers.BooleanField()
    state = serializers.ChoiceField(["disputed", "agreed", "partly", "silent", "running", "untold"])
    lines = serializers.IntegerField()
    amount = serializers.IntegerField(allow_null=True)
    agreed = serializers.IntegerField()
    disputed = serializers.IntegerField()
    unanswered = serializers.IntegerField(help_text="Disputes without a reply.")
    silent = serializers.IntegerField()
    changed = serializers.IntegerField()
    missing = serializers.BooleanField()
    delivery = DeliveryRow(allow_null=True)


class ReviewCounts(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    agreed = serializers.IntegerField()
    disputed = serializers.IntegerField()
    silent = serializers.IntegerField()
    running = serializers.IntegerField()
    untold = serializers.IntegerField()
    lines = serializers.IntegerField()
    lines_agreed = serializers.IntegerField()
    lines_disputed = serializers.IntegerField()
    lines_silent = serializers.IntegerField()
    waiting_for_reply = serializers.IntegerField()
    over = serializers.BooleanField(help_text="Everybody was told, and answered or had their days.")


class RunChecks(serializers.Serializer[Any]):
    standing = ReviewCounts()
    message = serializers.CharField(help_text="To paste into Zalo; without an amount.")
    people = PersonCheckedRow(many=True)


class BucketRow(serializers.Serializer[Any]):
    bucket = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    parts = serializers.IntegerField()
    pieces = serializers.IntegerField()
    amount = serializers.IntegerField()


class BalanceShape(serializers.Serializer[Any]):
    """published = of_period + of_earlier + elsewhere; accounted = Σ parts; difference = published − accounted."""

    of_period = serializers.IntegerField()
    of_earlier = serializers.IntegerField()
    elsewhere = serializers.IntegerField()
    published = serializers.IntegerField()
    accounted = serializers.IntegerField()
    difference = serializers.IntegerField()
    closes = serializers.BooleanField()
    buckets = BucketRow(many=True)


class HeldPersonRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="person_id")
    name = serializers.CharField()
    unit = serializers.CharField()
    held = serializers.ChoiceField(Held.choices)
    lines = serializers.IntegerField()
    amount = serializers.IntegerField()


class DisputeRow(serializers.Serializer[Any]):
    person = serializers.UUIDField(source="person_id")
    name = serializers.CharField()
    title = serializers.CharField()
    amount = serializers.IntegerField(allow_null=True)
    check = LineCheckRow()


class BoundRow(serializers.Serializer[Any]):
    piece = serializers.UUIDField(source="piece_id", allow_null=True)
    title = serializers.CharField()
    sentence = serializers.CharField()


class FundRunRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    label = serializers.CharField()  # type: ignore[assignment]
    amount = serializers.IntegerField()
    left = serializers.IntegerField()
    above = serializers.IntegerField(help_text="By how much the fund does not suffice from this run on.")
    here = serializers.BooleanField()


class FundOfRunRow(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]
    year = serializers.IntegerField()
    amount = serializers.IntegerField()
    cut_off = serializers.DateField()
    closed = serializers.BooleanField()
    above = serializers.IntegerField()
    runs = FundRunRow(many=True)


class LatePieceRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="piece_id")
    title = serializers.CharField()
    published_on = serializers.DateField()
    days = serializers.IntegerField()


class LateRuleRow(serializers.Serializer[Any]):
    payment_days = serializers.IntegerField(source="rule.payment_days")
    effect = serializers.ChoiceField([each.value for each in RuleEffect], source="rule.effect")
    legal_basis = serializers.CharField(source="rule.legal_basis")
    doubt = serializers.BooleanField(source="rule.doubt")
    count = serializers.IntegerField()
    pieces = LatePieceRow(many=True)


class ChangedRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="piece_id")
    title = serializers.CharField()
    what = serializers.ChoiceField(["new", "gone"])
    amount = serializers.IntegerField()


class RunExceptions(serializers.Serializer[Any]):
    """The proof that nothing is forgotten, and what somebody should look at. Lists are cut at 200 rows."""

    balance = BalanceShape()
    held_people = HeldPersonRow(many=True)
    disputes = DisputeRow(many=True)
    bounds = BoundRow(many=True)
    fund = FundOfRunRow(allow_null=True)
    late = LateRuleRow(many=True)
    changed = ChangedRow(many=True)
