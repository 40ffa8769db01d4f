"""A first request in the words of five clients, each runnable as it stands. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

VARIABLE: Final = "SIGNALBOX_KEY"
"""What the snippets read the key from where they do not hold it."""

_PROMPT: Final = "Say hello in one sentence."


class Client(StrEnum):
    """Whose words; the values are what the reader picks from."""

    CURL = "curl"
    PYTHON = "openai Python"
    NODE = "openai Node"
    LITELLM = "LiteLLM"
    LANGCHAIN = "LangChain"


@dataclass(frozen=True, slots=True)
class Snippet:
    """One client's first request; `needs` says what has to be there before, empty where nothing has."""

    text: str
    needs: str


def snippet_of(client: Client, base_url: str, secret: str | None) -> Snippet:
    """The snippet of a client; without a secret it reads the environment's SIGNALBOX_KEY."""
    made = _TEXTS[client]
    key = _KEYS[client] if secret is None else json.dumps(secret)
    if client is Client.CURL:
        key = f"${VARIABLE}" if secret is None else secret
    text = made.format(base_url=base_url, key=key, prompt=_PROMPT, environment=_environment(client, secret))
    return Snippet(text, _NEEDS[client])


def _environment(client: Client, secret: str | None) -> str:
    """The import that reading the environment takes, on a line of its own."""
    return "import os\n\n" if secret is None and client in _IN_PYTHON else ""


_IN_PYTHON: Final = frozenset({Client.PYTHON, Client.LITELLM, Client.LANGCHAIN})
_KEYS: Final[Mapping[Client, str]] = {
    Client.CURL: f"${VARIABLE}",
    Client.NODE: f"process.env.{VARIABLE}",
    **dict.fromkeys(_IN_PYTHON, f'os.environ["{VARIABLE}"]'),
}
_NEEDS: Final[Mapping[Client, str]] = {
    Client.CURL: "",
    Client.PYTHON: "pip install openai",
    Client.NODE: "npm install openai; save it as hello.mjs, then node hello.mjs",
    Client.LITELLM: "pip install litellm",
    Client.LANGCHAIN: "pip install langchain-openai",
}
_TEXTS: Final[Mapping[Client, str]] = {
    Client.CURL: """curl {base_url}/chat/completions \\
  -H "Authorization: Bearer {key}" \\
  -H "Content-Type: application/json" \\
  -d '{{"model": "auto", "messages": [
       {{"role": "user", "content": "{prompt}"}}]}}'
""",
    Client.PYTHON: """{environment}from openai import OpenAI

client = OpenAI(
    base_url="{base_url}",
    api_key={key},
)
answer = client.chat.completions.create(
    model="auto",
    messages=[{{"role": "user", "content": "{prompt}"}}],
)
print(answer.choices[0].message.content)
""",
    Client.NODE: """import OpenAI from "openai";

const client = new OpenAI({{
  baseURL: "{base_url}",
  apiKey: {key},
}});
const answer = await client.chat.completions.create({{
  model: "auto",
  messages: [{{ role: "user", content: "{prompt}" }}],
}});
console.log(answer.choices[0].message.content);
""",
    Client.LITELLM: """{environment}from litellm import completion

answer = completion(
    model="openai/auto",
    api_base="{base_url}",
    api_key={key},
    messages=[{{"role": "user", "content": "{prompt}"}}],
)
print(answer.choices[0].message.content)
""",
    Client.LANGCHAIN: """{environment}from langchain_openai import ChatOpenAI

model = ChatOpenAI(
    model="auto",
    base_url="{base_url}",
    api_key={key},
)
print(model.invoke("{prompt}").content)
""",
}
