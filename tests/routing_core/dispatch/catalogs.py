"""Catalogs that tests are about, written as an operator would write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from routing_core.dispatch.catalog import Catalog, build_catalog
from routing_core.dispatch.deployment import SimulatedModel
from routing_core.dispatch.document import parse_document, read_document

SHIPPED = Path(__file__).resolve().parents[3] / "signalbox.yaml"
TODAY = date(2026, 11, 23)
ALL_KEYS = {"OPENAI_API_KEY": "sk-openai", "ANTHROPIC_API_KEY": "sk-anthropic", "GEMINI_API_KEY": "sk-gemini"}


def shipped(
    environment: Mapping[str, str] = ALL_KEYS, simulator: Mapping[str, SimulatedModel] | None = None
) -> Catalog:
    """The catalog that comes with Signalbox."""
    return build_catalog(read_document(SHIPPED), environment, TODAY, simulator)


def written(text: str, environment: Mapping[str, str] = ALL_KEYS, today: date = TODAY) -> Catalog:
    """The catalog of a text."""
    return build_catalog(parse_document(text, name="signalbox.yaml"), environment, today)


def entry(tier: str, model: str, **info: object) -> str:
    """One entry in flow style; `info` is its model_info."""
    return f"  - {{model_name: {tier}, litellm_params: {{model: {model}}}, model_info: {_flow(info)}}}\n"


def of(*entries: str) -> str:
    """A file of these entries."""
    return "model_list:\n" + "".join(entries)


def _flow(fields: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in fields.items()) + "}"
