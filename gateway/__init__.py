"""The gateway: OpenAI's chat completions over HTTP, a thin room on the engine."""
