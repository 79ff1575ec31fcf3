"""Hồ sơ thanh tra: everything about a period in one archive that proves itself.

`packs` are the verbs and questions, `building` what a worker does, `checking` how an archive is read again.
"""
