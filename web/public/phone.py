"""What makes the pages an app on a phone: manifest, icons, the worker, and the page for when there is no network."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET
from PIL import Image, ImageDraw

from web.language import KNOWN
from web.page import show

GREEN, WHITE = "#0b5d3b", "#ffffff"
SHELL = ("web/base.css", "web/components.css", "web/forms.css", "web/figures.css", "web/page.js", "web/phone.js")
# Name of an icon → edge in pixels, and how much of the edge the mark takes: launchers cut maskable ones to a circle.
ICONS = {"192": (192, 1.0), "512": (512, 1.0), "maskable": (512, 0.7), "touch": (180, 0.85)}
GRID = 32  # the mark is drawn on so many units
FINER = 4  # drawn larger, then made smaller: smooth edges
STEPS = 24  # of a curve
CUBIC = (1, 3, 3, 1)
# The mark of mark.svg: cubic curves and lines of the feather, from point to point.
FEATHER = (
    ((9, 23), (10, 17), (14, 11), (23, 8)),
    ((23, 8), (21, 16), (16, 20), (10, 21)),
    ((10, 21), (9, 23)),
)
SHAFT = ((10, 22), (17, 14))


@require_GET
@cache_control(private=True, max_age=3600)
def manifest(_request: HttpRequest) -> JsonResponse:
    """The same for everybody: nothing of a portal or a person."""
    shown = [("192", "any"), ("512", "any"), ("maskable", "maskable")]
    icons = [
        {
            "src": reverse("web:icon", args=[name]),
            "sizes": f"{ICONS[name][0]}x{ICONS[name][0]}",
            "type": "image/png",
            "purpose": purpose,
        }
        for name, purpose in shown
    ]
    answer = JsonResponse(
        {
            "name": "Bút Làng",
            "short_name": "Bút Làng",
            "description": _("Gửi tin, bài, ảnh cho trang của xã."),
            "lang": translation.get_language(),
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": WHITE,
            "theme_color": GREEN,
            "icons": icons,
            "shortcuts": [{"name": _("Gửi tin, bài"), "url": reverse("web:send")}],
            "share_target": {
                "action": reverse("web:share"),
                "method": "POST",
                "enctype": "multipart/form-data",
                "params": {
                    "title": "title",
                    "text": "text",
                    "url": "url",
                    "files": [{"name": "photos", "accept": ["image/*"]}],
                },
            },
        },
        json_dumps_params={"ensure_ascii": False},
    )
    answer["Content-Type"] = "application/manifest+json"
    return answer


@require_GET
@cache_control(public=True, max_age=7 * 24 * 3600)
def icon(_request: HttpRequest, name: str) -> HttpResponse:
    if name not in ICONS:
        raise Http404
    return HttpResponse(icon_png(*ICONS[name]), content_type="image/png")


@require_GET
@cache_control(no_cache=True)
def worker(_request: HttpRequest) -> HttpResponse:
    """The worker's file with what it may keep; its version changes with any of these files, or with itself."""
    pages = {code: f"{reverse('web:offline')}?in={code}" for code in KNOWN}
    files = [static(name) for name in (*SHELL, "web/outbox.js", "web/mark.svg")]
    own = Path(str(finders.find("web/worker.js"))).read_text(encoding="utf-8")
    contents = b"".join(Path(str(finders.find(name))).read_bytes() for name in (*SHELL, "web/outbox.js"))
    version = hashlib.sha256(own.encode() + json.dumps(files).encode() + contents).hexdigest()[:16]
    shell = {"version": version, "phone": static("web/phone.js"), "pages": pages, "files": [*files, *pages.values()]}
    answer = HttpResponse(f"self.shell = {json.dumps(shell)};\n{own}", content_type="text/javascript")
    answer["Service-Worker-Allowed"] = "/"
    return answer


@require_GET
@never_cache
def offline_page(request: HttpRequest) -> HttpResponse:
    """Kept on the phone and shown without a network: nothing in it may belong to anybody."""
    wanted = request.GET.get("in", "")
    translation.activate(wanted if wanted in KNOWN else KNOWN[0])
    nobody: dict[str, object] = {
        "actor": None,
        "portal": None,
        "navigation": None,
        "other_languages": [],
        "several_portals": False,
    }
    return show(request, "public/offline.html", {**nobody, "assumed": False, "alone": True, "keeps_on_phone": True})


@lru_cache
def icon_png(edge: int, share: float) -> bytes:
    """The mark in white on green. `share`: of the edge, for the mark's own square; the green goes to the rim."""
    size = edge * FINER
    whole = Image.new("RGBA", (size, size), GREEN if share < 1 else (0, 0, 0, 0))
    draw = ImageDraw.Draw(whole)
    if share == 1:
        draw.rounded_rectangle((0, 0, size - 1, size - 1), radius=size // 4, fill=GREEN)
    unit = size * share / GRID
    rim = size * (1 - share) / 2

    def placed(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(rim + x * unit, rim + y * unit) for x, y in points]

    thick = int(2 * unit)
    outline = [point for part in FEATHER for point in _flat(part)]
    for line in (outline, list(SHAFT)):
        draw.line(placed([(float(x), float(y)) for x, y in line]), fill=WHITE, width=thick, joint="curve")
    out = BytesIO()
    whole.resize((edge, edge), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _flat(part: tuple[tuple[int, int], ...]) -> list[tuple[float, float]]:
    """Points along a line or a cubic curve."""
    if len(part) != 4:  # noqa: PLR2004 - a line has its two ends
        return [(float(x), float(y)) for x, y in part]
    points = []
    for step in range(STEPS + 1):
        along = step / STEPS
        weights = [factor * (1 - along) ** (3 - n) * along**n for n, factor in enumerate(CUBIC)]
        x, y = (sum(weight * point[axis] for weight, point in zip(weights, part, strict=True)) for axis in (0, 1))
        points.append((x, y))
    return points
