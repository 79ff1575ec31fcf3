"""The REST API under generated requests: `make fuzz`, and a smaller number of them in the usual run."""
