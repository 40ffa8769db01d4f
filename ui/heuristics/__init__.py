"""The Heuristics page: the document in parts, what a draft of it would do, and how it becomes live."""
