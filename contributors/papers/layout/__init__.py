"""Pieces that papers are laid out with: the surface, line breaking, page breaking, letterhead, tables."""
