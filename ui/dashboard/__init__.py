"""The dashboard: what the rollups say about a period, as tiles, charts and one sentence."""
