"""Cộng tác viên: the directory, a person, imports, duplicates."""
