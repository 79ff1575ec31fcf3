"""Pieces, photos and documents of the demo portal, through the verbs of the newsroom."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from contributors import drafting, newsroom, photos
from contributors.models import AUTHOR_LIKE, Contributor, Genre, Photo, Piece, Topic
from contributors.pledges import current_pledge
from demo import pictures, source
from demo.people import People
from demo.source import Row, moment
from demo.timeline import Timeline
from payments import corrections
from payments.approvals import approve_piece

NAMESPACE = uuid.UUID("6d1f0c52-7f3a-5c0e-9a56-2f1f5f6f7a10")
WRITING_TIME = timedelta(minutes=20)


class Pieces:
    """The newsroom's deeds by the files' references."""

    def __init__(self, people: People, genres: dict[str, Genre], topics: dict[str, Topic]) -> None:
        self.people = people
        self.genres = genres
        self.topics = topics
        self.pieces: dict[str, Piece] = {}
        self._photos: dict[str, list[Row]] = {}
        self._credits: dict[str, list[Row]] = {}

    def schedule(self, timeline: Timeline, half: str) -> None:
        """Put a half year's pieces and documents on the timeline."""
        self._photos |= source.rows_by(half, "photos", "piece")
        self._credits |= source.rows_by(half, "credits", "piece")
        for row in source.rows(half, "pieces"):
            self._schedule_piece(timeline, row)
        for row in source.rows(half, "unfinished"):
            self._schedule_unfinished(timeline, row)
        for row in source.rows(half, "documents"):
            timeline.add(moment(row["published_at"]), partial(self._document, row))

    def _schedule_piece(self, timeline: Timeline, row: Row) -> None:
        ref = row["ref"]
        sent = moment(row["submitted_at"])
        timeline.add(sent - WRITING_TIME, lambda: self._write(row))
        timeline.add(sent, lambda: self._submit(ref, row["submitted_by"]))
        if row["returned_at"]:
            timeline.add(
                moment(row["returned_at"]), lambda: self._return(ref, row["returned_by"], row["return_reason"])
            )
            timeline.add(moment(row["resubmitted_at"]), lambda: self._submit(ref, row["submitted_by"]))
        timeline.add(moment(row["approved_at"]), lambda: self._approve(row))
        timeline.add(moment(row["published_at"]), lambda: self._publish(row))

    def _schedule_unfinished(self, timeline: Timeline, row: Row) -> None:
        ref, state = row["ref"], row["state"]
        timeline.add(moment(row["drafted_at"]), lambda: self._write(row))
        if row["submitted_at"]:
            timeline.add(moment(row["submitted_at"]), lambda: self._submit(ref, row["submitted_by"]))
        if row["approved_at"]:
            timeline.add(moment(row["approved_at"]), lambda: self._approve(row))
        if row["scheduled_for"]:
            timeline.add(moment(row["approved_at"]) + timedelta(minutes=15), lambda: self._hold_for(row))
        if row["published_at"]:
            timeline.add(moment(row["published_at"]), lambda: self._publish(row))
        if row["decided_at"]:
            timeline.add(moment(row["decided_at"]), lambda: self._decide(row, state))

    def _now(self, ref: str) -> Piece:
        piece = self.pieces[ref]
        piece.refresh_from_db(fields=["version", "state"])
        return piece

    def _write(self, row: Row) -> None:
        ref = row["ref"]
        actor = self.people.actor(row["submitted_by"])
        piece = drafting.start_piece(
            actor=actor,
            client_key=uuid.uuid5(NAMESPACE, ref),
            genre=self.genres[row["genre"]],
            topic=self.topics.get(row["topic"]),
            title=row["title"],
            body=row["body"],
            leader_activity=row["leader_activity"] == "true",
            event_on=date.fromisoformat(row["event_date"]) if row["event_date"] else None,
            event_place=row["event_place"],
        )
        self.pieces[ref] = piece
        declared = [
            drafting.DeclaredCredit(self._person(credit["person"]), credit["role"], share=Decimal(credit["share"]))
            for credit in self._credits.get(ref, [])
            if credit["role"] in AUTHOR_LIKE
        ]
        if len(declared) != 1 or declared[0].contributor.pk != actor.contributor_id:
            drafting.declare_credits(actor=actor, piece=piece, seen_version=piece.version, declared=declared)
        sent = [
            photos.NewPhoto(
                pictures.landscape(f"{ref}/{photo['n']}"), photo["caption"], self._person(photo["photographer"])
            )
            for photo in self._photos.get(ref, [])
        ]
        if sent:
            piece = self._now(ref)
            photos.add_photos(actor=actor, piece=piece, seen_version=piece.version, new=sent)

    def _person(self, ref: str) -> Contributor:
        return self.people.persons[ref]

    def _submit(self, ref: str, sender: str) -> None:
        piece = self._now(ref)
        newsroom.submit_piece(
            actor=self.people.actor(sender),
            piece=piece,
            seen_version=piece.version,
            pledge=current_pledge().version,
        )

    def _return(self, ref: str, by: str, reason: str) -> None:
        piece = self._now(ref)
        newsroom.return_piece(actor=self.people.actor(by), piece=piece, seen_version=piece.version, reason=reason)

    def _approve(self, row: Row) -> None:
        ref = row["ref"]
        piece = self._now(ref)
        coefficients = [Decimal(photo["coefficient"] or 0) for photo in self._photos.get(ref, [])]
        kept = Photo.objects.filter(piece=piece).order_by("position").values_list("pk", flat=True)
        approve_piece(
            actor=self.people.actor(row["approved_by"]),
            piece=piece,
            seen_version=piece.version,
            coefficient=Decimal(row["coefficient"]) if row["coefficient"] else None,
            photo_coefficients=dict(zip(kept, coefficients, strict=True)),
            reason=row["score_reason"],
        )

    def _hold_for(self, row: Row) -> None:
        piece = self._now(row["ref"])
        newsroom.schedule_piece(
            actor=self.people.actor("b-publisher"),
            piece=piece,
            seen_version=piece.version,
            at=moment(row["scheduled_for"]),
        )

    def _publish(self, row: Row) -> None:
        piece = self._now(row["ref"])
        newsroom.publish_piece(
            actor=self.people.actor(row["published_by"]), piece=piece, seen_version=piece.version, url=row["url"]
        )

    def _decide(self, row: Row, state: str) -> None:
        piece = self._now(row["ref"])
        given: dict[str, Any] = {
            "actor": self.people.actor(row["decided_by"]),
            "piece": piece,
            "seen_version": piece.version,
        }
        if state == "withdrawn":
            newsroom.withdraw_piece(**given)
        else:
            verbs = {
                "returned": newsroom.return_piece,
                "declined": newsroom.decline_piece,
                "retracted": corrections.retract_piece,
            }
            verbs[state](**given, reason=row["reason"])

    def _document(self, row: Row) -> None:
        actor = self.people.actor(row["published_by"])
        types = self.people.content["document_types"]
        piece = drafting.start_piece(
            actor=actor,
            client_key=uuid.uuid5(NAMESPACE, row["ref"]),
            genre=self.genres["document"],
            topic=self.topics.get(row["topic"]),
            title=row["title"],
            document_number=row["number"],
            document_type=types[row["doc_type"]],
            document_on=date.fromisoformat(row["issued_on"]),
            document_signer=row["signer"],
        )
        newsroom.publish_document(actor=actor, piece=piece, seen_version=piece.version, url=row["url"])
