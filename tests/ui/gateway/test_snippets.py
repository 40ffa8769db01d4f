from __future__ import annotations

import ast
import json
import shlex

import pytest

from ui.gateway.snippets import Client, snippet_of

URL = "http://127.0.0.1:8501/v1"
SECRET = "sbx-" + "aB3_-" * 8
IN_PYTHON = (Client.PYTHON, Client.LITELLM, Client.LANGCHAIN)


@pytest.mark.parametrize("client", Client)
def test_a_snippet_holds_the_base_url_and_the_key_once(client: Client) -> None:
    text = snippet_of(client, URL, SECRET).text
    assert (text.count(URL), text.count(SECRET), "SIGNALBOX_KEY" in text) == (1, 1, False)


@pytest.mark.parametrize("client", Client)
def test_without_a_key_it_is_read_from_the_environment(client: Client) -> None:
    text = snippet_of(client, URL, None).text
    assert text.count("SIGNALBOX_KEY") == 1
    assert "sbx-" not in text


@pytest.mark.parametrize("secret", [SECRET, None])
@pytest.mark.parametrize("client", IN_PYTHON)
def test_python_is_python_that_imports_what_it_names(client: Client, secret: str | None) -> None:
    tree = ast.parse(snippet_of(client, URL, secret).text)
    imported = {name.name for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for name in node.names}
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert ("os" in named) is ("os" in imported) is (secret is None)
    assert imported - {"os"} <= named


def test_curl_sends_one_message_to_the_router_as_json() -> None:
    words = shlex.split(snippet_of(Client.CURL, URL, SECRET).text.replace("\\\n", " "))
    body = json.loads(words[words.index("-d") + 1])
    assert (words[1], f"Authorization: Bearer {SECRET}" in words) == (f"{URL}/chat/completions", True)
    assert (body["model"], [each["role"] for each in body["messages"]]) == ("auto", ["user"])
