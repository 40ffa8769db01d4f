"""The keys that callers of the gateway show: made and revoked here, known in memory, with limits over all processes."""
