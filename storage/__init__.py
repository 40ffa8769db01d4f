"""The log of requests, its rollups, labels and heuristics versions, on SQLite or Postgres; see `docs/storage.md`."""
