"""The request log: the list and one request in full."""
