"""`signalbox.yaml` as it is written: LiteLLM's own `model_list` form, so that a configuration made for it fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from routing_core.dispatch.document_mistakes import Part, mistakes_in, part
from routing_core.domain import TIERS, Json, Tier
from routing_core.errors import InvalidCatalog

# Price, window and ability of a model may stand in litellm_params or in model_info: LiteLLM reads both.
Strategy = Literal[
    "simple-shuffle",
    "least-busy",
    "usage-based-routing",
    "usage-based-routing-v2",
    "latency-based-routing",
    "cost-based-routing",
]


class _Open(BaseModel):
    """A part of the file in which LiteLLM knows more fields than Signalbox reads; they are kept."""

    model_config = ConfigDict(extra="allow", frozen=True)

    input_cost_per_token: Decimal | None = Field(default=None, ge=0)
    output_cost_per_token: Decimal | None = Field(default=None, ge=0)
    cache_read_input_token_cost: Decimal | None = Field(default=None, ge=0)


class LiteLLMParams(_Open):
    """What LiteLLM is called with; everything unknown here is passed on untouched."""

    model: str = Field(min_length=1)
    api_key: str | None = Field(default=None, repr=False)
    api_base: str | None = None
    base_url: str | None = None
    custom_llm_provider: str | None = None


class ModelFacts(_Open):
    """What is known of the model beyond LiteLLM's price map; what stands here wins over the map."""

    id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    base_model: str | None = None
    max_input_tokens: int | None = Field(default=None, ge=1)
    max_output_tokens: int | None = Field(default=None, ge=1)
    supports_vision: bool | None = None
    supports_function_calling: bool | None = None
    deprecation_date: date | None = None


class Entry(BaseModel):
    """One deployment; `model_name` is the group it belongs to, for Signalbox its tier."""

    model_config = ConfigDict(extra="allow", frozen=True, protected_namespaces=())

    model_name: str
    litellm_params: LiteLLMParams
    model_info: ModelFacts = ModelFacts()

    @property
    def tier(self) -> Tier | None:
        """The tier this entry belongs to; None for a group of another name."""
        return Tier(self.model_name) if self.model_name in TIERS else None


class RouterSettings(BaseModel):
    """How LiteLLM's Router treats one tier's deployments; times are seconds, as LiteLLM has them."""

    model_config = ConfigDict(extra="allow", frozen=True)

    routing_strategy: Strategy = "least-busy"
    num_retries: int = Field(default=2, ge=0, le=10)
    allowed_fails: int = Field(default=3, ge=0)
    cooldown_time: float = Field(default=30, ge=0)
    retry_after: int = Field(default=0, ge=0)
    timeout: float = Field(default=120, gt=0)
    stream_timeout: float = Field(default=60, gt=0)

    def unread(self) -> tuple[str, ...]:
        """The names of settings that are LiteLLM's and are not handed to the Router."""
        return tuple(sorted(self.model_extra or ()))


class LiteLLMSettings(BaseModel):
    """The one global setting of LiteLLM that changes a call; the others are tolerated.

    `drop_params` leaves out parameters that a model does not take. Unlike in LiteLLM it is on unless the file says
    otherwise: who calls a tier does not know which of its deployments will answer.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    drop_params: bool = True


class SignalboxSettings(BaseModel):
    """What LiteLLM has no field for; `request_timeout` is seconds for one request over all its tiers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request_timeout: float = Field(default=300, gt=0)


class CatalogDocument(BaseModel):
    """The whole file; `general_settings` and the other parts of a LiteLLM configuration are left out before.

    `document_name` is the file's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    model_list: tuple[Entry, ...]
    router_settings: RouterSettings = RouterSettings()
    litellm_settings: LiteLLMSettings = LiteLLMSettings()
    signalbox_settings: SignalboxSettings = SignalboxSettings()
    document_name: str = Field(default="signalbox.yaml", exclude=True)  # no key of the file


def read_document(path: Path) -> CatalogDocument:
    """Read and validate the file; raises InvalidCatalog, which names the file and each mistake with its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise InvalidCatalog(
            f"{path.name} cannot be read ({type(unreadable).__name__}). Put the deployments of each tier there, "
            "or name another file in SIGNALBOX_CATALOG."
        ) from unreadable
    return parse_document(text, name=path.name)


def parse_document(text: str, *, name: str) -> CatalogDocument:
    """Validate the text of a catalog; `name` is what errors call it. Raises InvalidCatalog."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        parsed: Json = yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as broken:  # a date that is none is a ValueError
        raise InvalidCatalog(
            f"{name} is not valid YAML{_position(broken)}. Mend it there; nothing was loaded."
        ) from broken
    if not isinstance(parsed, Mapping) or root is None:
        raise InvalidCatalog(f"{name} has no model_list. Begin with 'model_list:' and one entry per deployment.")
    ours = {key: value for key, value in parsed.items() if value is not None and not _is_litellms(key)}
    document, invalid = None, None
    try:
        document = CatalogDocument.model_validate({**ours, "document_name": name})
    except ValidationError as error:  # its text would show values
        invalid = error
    mistakes = mistakes_in(root, tuple(_parts(ours)), invalid)
    if document is None or mistakes:
        told = "; ".join(mistakes)
        raise InvalidCatalog(f"{name} cannot be used: {told}. Mend these and reload; what was loaded before stays.")
    if not any(entry.tier for entry in document.model_list):
        raise InvalidCatalog(f"No entry of {name} belongs to a tier. Name its groups (model_name) {_tier_names()}.")
    return document


# What else may stand in a configuration of LiteLLM's proxy, which is not read. A key with x- before it holds anchors.
_LITELLMS = frozenset(
    {
        *("general_settings", "environment_variables", "callback_settings", "credential_list", "guardrails", "include"),
        *("policies", "policy_attachments", "prompts", "agents", "agent_list", "mcp_servers", "mcp_tools"),
        *("mcp_aliases", "search_tools", "sandbox_tools", "vector_store_registry", "files_settings"),
        *("finetune_settings", "assistant_settings", "default_vertex_config", "worker_registry"),
    }
)
_HOLDS_ANCHORS = "x-"


def _is_litellms(key: object) -> bool:
    return key in _LITELLMS or str(key).startswith(_HOLDS_ANCHORS)


def _parts(ours: Mapping[str, Json]) -> Iterator[Part]:
    """Every mapping of the file in which keys of ours stand."""
    yield from part((), dict.fromkeys(ours), CatalogDocument)
    for name, model in (
        ("router_settings", RouterSettings),
        ("litellm_settings", LiteLLMSettings),
        ("signalbox_settings", SignalboxSettings),
    ):
        yield from part((name,), ours.get(name), model)
    entries = ours.get("model_list")
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        yield from part(("model_list", place), entry, Entry)
        inside = entry if isinstance(entry, Mapping) else {}
        yield from part(("model_list", place, "litellm_params"), inside.get("litellm_params"), LiteLLMParams)
        yield from part(("model_list", place, "model_info"), inside.get("model_info"), ModelFacts)


def _tier_names() -> str:
    return ", ".join(TIERS[:-1]) + f" or {TIERS[-1]}"


def _position(broken: Exception) -> str:
    mark = broken.problem_mark if isinstance(broken, yaml.MarkedYAMLError) else None
    return f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
