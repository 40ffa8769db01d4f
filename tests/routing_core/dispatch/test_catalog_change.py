from __future__ import annotations

from collections.abc import Mapping

from routing_core.dispatch.catalog import build_catalog
from routing_core.dispatch.catalog_change import Difference, Foreseen, Part, differences
from routing_core.dispatch.document import parse_document
from routing_core.dispatch.offer import Reading
from tests.routing_core.dispatch.catalogs import ALL_KEYS, TODAY, entry, of

LUNA = entry("cheap", "openai/gpt-6-luna", id="luna")
SOL = entry("mid", "openai/gpt-6.1-sol", id="sol")
ASTRA = entry("frontier", "openai/gpt-6-astra", id="astra")
SECRET = "sk-top-secret"


def seen(text: str, environment: Mapping[str, str] = ALL_KEYS) -> Foreseen:
    reading = Reading(parse_document(text, name="signalbox.yaml"), environment)
    return Foreseen(reading, build_catalog(reading.document, environment, TODAY))


def changed(
    old: str, new: str, before: Mapping[str, str] = ALL_KEYS, after: Mapping[str, str] = ALL_KEYS
) -> tuple[Difference, ...]:
    return differences(seen(old, before), seen(new, after))


def fields(found: tuple[Difference, ...], part: Part) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    return {(each.subject, each.what): (each.before, each.after) for each in found if each.part is part}


def test_the_same_file_and_keys_differ_in_nothing() -> None:
    assert changed(of(LUNA, SOL, ASTRA), of(LUNA, SOL, ASTRA)) == ()


def test_a_deployment_that_comes_and_one_that_goes_are_named_with_model_and_tier() -> None:
    found = fields(changed(of(LUNA, SOL), of(LUNA, ASTRA)), Part.DEPLOYMENT)
    assert found == {
        ("sol", ""): ("openai/gpt-6.1-sol in mid", None),
        ("astra", ""): (None, "openai/gpt-6-astra in frontier"),
    }


def test_every_field_is_told_from_what_to_what() -> None:
    cheaper = entry(
        "cheap", "openai/gpt-6-luna", id="luna", input_cost_per_token="2e-7", output_cost_per_token="5e-7",
        max_input_tokens=8192, supports_vision="false",
    )  # fmt: skip
    found = fields(changed(of(LUNA), of(cheaper)), Part.DEPLOYMENT)
    assert found["luna", "price of input"] == ("$0.1 per million tokens", "$0.2 per million tokens")
    assert found["luna", "source of prices"] == ("price map", "configured")
    assert found["luna", "window"][1] == "8,192 tokens"
    assert found["luna", "images"] == ("taken", "not taken")
    assert ("luna", "price of output") not in found


def test_a_key_is_told_by_name_alone_whatever_happens_to_it() -> None:
    old, new = {"OPENAI_API_KEY": SECRET}, {"OPENAI_API_KEY": f"{SECRET}-2"}
    assert fields(changed(of(LUNA), of(LUNA), old, new), Part.KEY) == {("OPENAI_API_KEY", ""): ("set", "replaced")}
    assert fields(changed(of(LUNA), of(LUNA), {}, old), Part.KEY) == {("OPENAI_API_KEY", ""): ("not set", "set")}
    assert fields(changed(of(LUNA), of(LUNA), old, {}), Part.KEY) == {("OPENAI_API_KEY", ""): ("set", "not set")}


def test_what_a_key_makes_callable_is_told() -> None:
    found = fields(changed(of(LUNA, SOL), of(LUNA, SOL), {}, ALL_KEYS), Part.DEPLOYMENT)
    assert found["luna", "can be called"] == ("no key: set OPENAI_API_KEY", "yes")


def test_neither_keys_in_the_file_nor_other_parameters_are_shown() -> None:
    one, other = (
        f"model_list:\n  - model_name: cheap\n    litellm_params: {{model: openai/gpt-6-luna, api_key: {SECRET}-{n}, "
        f"aws_secret_access_key: {SECRET}-{n}, api_base: 'https://user:{SECRET}-{n}@example.com:44{n}/v1'}}\n"
        for n in (1, 2)
    )
    found = changed(one, other)
    told = fields(found, Part.DEPLOYMENT)
    identity = "cheap-openai-gpt-6-luna"
    assert told[identity, "key written in the file"] == ("one", "another")
    assert told[identity, "litellm_params.aws_secret_access_key"] == ("one value", "another")
    assert told[identity, "address"] == ("example.com:441/v1", "example.com:442/v1")
    assert SECRET not in repr(found)
    assert SECRET not in repr(seen(one).reading)


def test_settings_of_the_router_and_of_a_request_are_told() -> None:
    more = "router_settings: {num_retries: 5, redis_password: s3cret}\nsignalbox_settings: {request_timeout: 60}\n"
    found = changed(of(LUNA), of(LUNA) + more)
    assert fields(found, Part.SETTING) == {("", "num_retries"): ("2", "5"), ("", "request_timeout"): ("300", "60")}
    assert "s3cret" not in repr(found)


def test_findings_that_come_and_go_are_told() -> None:
    unpriced = entry("mid", "openai/unheard-of", id="sol", max_input_tokens=1000)
    came = [d.after for d in changed(of(LUNA, SOL), of(LUNA, unpriced)) if d.part is Part.FINDING]
    gone = [d.before for d in changed(of(LUNA, unpriced), of(LUNA, SOL)) if d.part is Part.FINDING]
    assert came == gone
    assert any("unpriced" in str(message) for message in came)


def test_another_reference_for_savings_is_told_though_only_the_order_changed() -> None:
    opus = entry("frontier", "anthropic/claude-opus-5-5", id="opus")
    found = changed(of(ASTRA, opus), of(opus, ASTRA))
    assert [(each.part, each.before, each.after) for each in found] == [
        (Part.SERVING, "openai/gpt-6-astra", "anthropic/claude-opus-5-5")
    ]
