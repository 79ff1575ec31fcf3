"""The proof of the money invariants: named questions to the database, each answered by what contradicts it.

To add one, write an `Invariant` into the list of the file of its subject (or a file of its own, named in
`payments.books.registry`), and show in `tests/payments/books/` that it bites.
"""

from payments.books.checking import check_books
from payments.books.invariant import BookFinding, Invariant
from payments.books.registry import INVARIANTS

__all__ = ["INVARIANTS", "BookFinding", "Invariant", "check_books"]
