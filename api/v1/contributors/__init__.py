"""The directory over HTTP: people, duplicates and merges, imports."""
