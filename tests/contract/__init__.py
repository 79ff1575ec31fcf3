"""The REST API against its own document: generated requests (`make fuzz`), and who gets in where."""
