"""What is asked besides the prompt, behind four buttons under the editor."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from routing_core.domain import ChatRequest, Json, Tier
from ui import quiet
from ui.panel import asset
from ui.playground.composed import Options

Number = TypeVar("Number", int, float)

_PREFIX: Final = "playground_option_"
_IMAGE: Final = "playground_image"
_OTHERS: Final = "playground_other_params"
_FIELDS: Final = frozenset({"temperature", "max_tokens", "tools"})
_MOST_IMAGE_BYTES: Final = 2_000_000
_TEMPERATURES: Final = (0.0, 2.0)
_TOKENS: Final = (1, 200_000)
# One white pixel: what the flag sends where no picture is at hand.
_PIXEL: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg=="
)


def draw(tasks: Sequence[str], deployments: Mapping[str, str], tier: Tier | None) -> Options:
    """Draw the options where the caller stands and return what is chosen.

    `tasks` are the heuristics' task types; `deployments` maps the forced tier's deployments to what they are called.
    """
    with st.popover("System prompt", key=f"{_PREFIX}pop_system"):
        system_prompt = _system_prompt()
    with st.popover("Task type", key=f"{_PREFIX}pop_task"):
        task_type = _task_type(tasks)
    with st.popover("Image, tools", key=f"{_PREFIX}pop_with"):
        image, tools = _image(), _tools()
    with st.popover("Limits", key=f"{_PREFIX}pop_limits"):
        temperature, max_tokens, problem = _limits()
        deployment, others = _deployment(deployments, tier), _others()
    return Options(system_prompt, task_type, image, tools, temperature, max_tokens, deployment, others, problem)


def restore(request: ChatRequest) -> None:
    """Set the options as a stored request had them; call it before they are drawn."""
    state, params = st.session_state, request.params
    image = _image_of(request)
    state[f"{_PREFIX}system"] = request.system_prompt
    state[f"{_PREFIX}task"] = request.task_type
    for name in ("temperature", "max_tokens"):
        state[_PREFIX + name] = str(params[name]) if params.get(name) is not None else ""
    state[_IMAGE] = image
    state[f"{_PREFIX}image"] = image is not None
    tools = params.get("tools")
    state[f"{_PREFIX}tools"] = bool(tools)
    if tools:
        state[f"{_PREFIX}tools_json"] = json.dumps(tools, ensure_ascii=False, indent=2)
    if request.force_tier is not None:
        state[f"{_PREFIX}deployment_{request.force_tier}"] = request.deployment
    state[_OTHERS] = {name: value for name, value in params.items() if name not in _FIELDS}


def told(options: Options) -> str:
    """What is chosen, in a line; empty where nothing is."""
    parts = [
        "system prompt" if options.system_prompt.strip() else "",
        f"task type {options.task_type}" if options.task_type else "",
        "image" if options.image else "",
        "tools" if options.tools is not None else "",
        f"temperature {options.temperature:g}" if options.temperature is not None else "",
        f"max {options.max_tokens:,} tokens" if options.max_tokens is not None else "",
        f"only {options.deployment}" if options.deployment else "",
        *(f"{name} as in the opened request" for name in options.others),
    ]
    return ", ".join(part for part in parts if part)


def data_url(file: UploadedFile) -> str:
    """An uploaded picture as it stands in a message."""
    return f"data:{file.type};base64,{base64.b64encode(file.getvalue()).decode()}"


def _system_prompt() -> str:
    return st.text_area("System prompt", key=f"{_PREFIX}system", height=160, persist_state="session")


def _task_type(tasks: Sequence[str]) -> str | None:
    key = f"{_PREFIX}task"
    if st.session_state.get(key) not in {None, *tasks}:
        st.session_state[key] = None  # a task type of other heuristics
    return st.selectbox(
        "Task type",
        tasks,
        index=None,
        key=key,
        placeholder="none: the classifier decides",
        persist_state="session",
    )


def _image() -> str | None:
    if not st.toggle("The request has an image", key=f"{_PREFIX}image", persist_state="session"):
        return None
    file = st.file_uploader(
        "Picture, 2 MB at most", type=["png", "jpg", "jpeg", "webp", "gif"], key=f"{_PREFIX}file", max_upload_size=2
    )
    if file is not None and file.size <= _MOST_IMAGE_BYTES:
        st.session_state[_IMAGE] = data_url(file)
    kept = st.session_state.get(_IMAGE)
    if isinstance(kept, str):
        quiet.draw("A picture is attached.")
        return kept
    quiet.draw("Without a picture, one white pixel is sent.")
    return _PIXEL


def _tools() -> str | None:
    if not st.toggle("The request has tools", key=f"{_PREFIX}tools", persist_state="session"):
        return None
    key = f"{_PREFIX}tools_json"
    st.session_state.setdefault(key, asset("sample_tools.json"))
    return st.text_area("Tools, as OpenAI has them", key=key, height=220, persist_state="session")


def _limits() -> tuple[float | None, int | None, str]:
    """Temperature and most tokens of an answer, each None where nothing is typed, and what is wrong with either.

    Not Streamlit's number field: that drops what it cannot use, and what is sent is not what stands there.
    """
    temperature, hot = _typed("temperature", "Temperature", float, _TEMPERATURES)
    max_tokens, long = _typed("max_tokens", "Max tokens of the answer", int, _TOKENS)
    return temperature, max_tokens, f"{hot} {long}".strip()


def _typed(
    name: str, label: str, parse: Callable[[str], Number], bounds: tuple[Number, Number]
) -> tuple[Number | None, str]:
    text = st.text_input(label, key=_PREFIX + name, placeholder="the model's own", persist_state="session").strip()
    number = _parsed(text, parse) if text else None
    if not text or (number is not None and bounds[0] <= number <= bounds[1]):
        return number, ""
    problem = (
        f"{label}: {text[:40]!r} cannot be used. Write a number from {bounds[0]:,} to {bounds[1]:,}, or leave it empty."
    )
    st.error(problem)
    return None, problem


def _parsed(text: str, parse: Callable[[str], Number]) -> Number | None:
    try:
        return parse(text.replace(",", ""))
    except ValueError:
        return None


def _deployment(deployments: Mapping[str, str], tier: Tier | None) -> str | None:
    if tier is None:
        quiet.draw("To name one deployment, send to one tier.")
        return None
    key = f"{_PREFIX}deployment_{tier}"
    if st.session_state.get(key) not in {None, *deployments}:
        st.session_state[key] = None  # gone from the catalog
    return st.selectbox(
        f"Deployment of {tier}",
        list(deployments),
        index=None,
        format_func=lambda name: deployments.get(name, name),
        key=key,
        placeholder="any",
        persist_state="session",
    )


def _others() -> Mapping[str, Json]:
    """Parameters of an opened request that have no field here; they are sent again unless they are left out."""
    others = st.session_state.get(_OTHERS) or {}
    if others:
        quiet.draw(f"From the opened request, sent again: {', '.join(others)}.")
        st.button("Leave them out", key=f"{_PREFIX}others_out", on_click=_leave_out)
    return others


def _leave_out() -> None:
    st.session_state[_OTHERS] = {}


def _image_of(request: ChatRequest) -> str | None:
    content = request.messages[-1].get("content") if request.messages else None
    for part in content if isinstance(content, Sequence) and not isinstance(content, str) else ():
        picture = part.get("image_url") if isinstance(part, Mapping) else None
        url = picture.get("url") if isinstance(picture, Mapping) else None
        if isinstance(url, str):
            return url
    return None
