"""Pictures for the demo: drawn, not taken; the same number draws the same picture."""

from __future__ import annotations

import hashlib
import io
import random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 720, 480
SKIES = (((168, 206, 232), (242, 234, 214)), ((126, 174, 214), (214, 232, 240)), ((240, 196, 140), (250, 232, 206)))
FIELDS = ((94, 140, 66), (136, 166, 74), (64, 116, 82), (176, 158, 84))


def landscape(name: str) -> bytes:
    """A JPEG of fields under a sky, different for every name."""
    dice = random.Random(hashlib.sha256(name.encode()).digest())  # noqa: S311 - a drawing, not a secret
    top, bottom = dice.choice(SKIES)
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    horizon = dice.randrange(150, 240)
    for y in range(horizon + 40):
        mixed = tuple(a + (b - a) * y // (horizon + 40) for a, b in zip(top, bottom, strict=True))
        draw.line([(0, y), (WIDTH, y)], fill=mixed)
    x, y, size = dice.randrange(80, 640), dice.randrange(40, 120), dice.randrange(22, 40)
    draw.ellipse([x - size, y - size, x + size, y + size], fill=(255, 236, 178))
    for layer in range(4):
        base = horizon + layer * (HEIGHT - horizon) // 4
        colour = tuple(max(0, c - layer * 12 + dice.randrange(-8, 8)) for c in dice.choice(FIELDS))
        points = [(0, HEIGHT)] + [(step, base + dice.randrange(-14, 14)) for step in range(0, WIDTH + 60, 60)]
        draw.polygon([*points, (WIDTH, HEIGHT)], fill=colour)
    for _ in range(dice.randrange(2, 6)):
        _house(draw, dice, horizon)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _house(draw: ImageDraw.ImageDraw, dice: random.Random, horizon: int) -> None:
    left, ground, width = dice.randrange(20, 620), horizon + dice.randrange(30, 150), dice.randrange(40, 80)
    height = width * 2 // 3
    draw.rectangle([left, ground - height, left + width, ground], fill=(236, 224, 200))
    roof = [
        (left - 8, ground - height),
        (left + width // 2, ground - height - width // 3),
        (left + width + 8, ground - height),
    ]
    draw.polygon(roof, fill=(170, 74, 52))
    draw.rectangle([left + width // 3, ground - height // 2, left + width // 2, ground], fill=(110, 78, 52))
