"""The card for the family: looked at, sent on, kept as a picture or as a page to print."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from contributors.family_cards import family_card
from contributors.papers.family_card import WIDTH, card_pdf, card_png, height_of
from web.downloads import pdf_answer, plain_name
from web.page import PageRequest, for_contributors, show


@for_contributors
def card_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    card = family_card(request.actor, public_id)
    context = {"card": card, "file_name": plain_name(card.title), "width": WIDTH, "height": height_of(card)}
    return show(request, "contributor/card.html", context)


@for_contributors
def card_picture(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    card = family_card(request.actor, public_id)
    answer = HttpResponse(card_png(card), content_type="image/png")
    answer["Content-Disposition"] = f'inline; filename="{plain_name(card.title)}.png"'
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@for_contributors
def card_paper(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    card = family_card(request.actor, public_id)
    return pdf_answer(card_pdf(card), name=card.title)
