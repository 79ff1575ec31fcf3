"""The sentences of named errors, a module per room; `contributors.errors` joins them."""
