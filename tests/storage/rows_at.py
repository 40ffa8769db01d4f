"""Rows as each revision of the schema had them, in SQL that is never edited: what a migration has to carry over."""

from __future__ import annotations

import re

from sqlalchemy import Connection


def insert_rows_of(connection: Connection, revision: str) -> None:
    """Insert the rows that stand for this revision."""
    for statement in ROWS_AT[revision]:
        connection.exec_driver_sql(statement if connection.dialect.name == "sqlite" else _for_postgres(statement))


def _for_postgres(statement: str) -> str:
    return re.sub(r"X'([0-9a-f]+)'", r"'\\x\1'::bytea", statement)


ROWS_AT: dict[str, tuple[str, ...]] = {
    "0001": (
        """
        INSERT INTO requests (
            key, request_id, started_us, state, simulated, app, escalate, version, classified_tier, decided_tier, cause,
            score, confidence, no_evidence, numbers, hits, situation, decision, served_tier, deployment, model,
            latency_ms, first_token_ms, overhead_us, input_tokens, output_tokens, usage, cost_nano, cost_source, cost
        ) VALUES (
            1, '01OLD', 1774743300000000, 'served', FALSE, 'web', TRUE, 'v1', 'cheap', 'cheap', 'words',
            0.5, 0.75, FALSE,
            '{"chars":9,"words":3,"lines":1,"questions":1,"digits_share":0.0,"list_items":0,"options":0,
              "math_marks":0,"cjk_share":0.0,"user_turns":1,"images":0,"tools":0,"system_chars":0,"system_words":0,
              "system_lines":0}',
            '{"keywords":[],"patterns":[],"tasks":[]}',
            '{"query_tokens":3,"conversation_tokens":3,"prompt_tokens":[3,3,3]}',
            '{"tier":"cheap","score":0.5,"margin":null,"confidence":0.75,"cause":"words","no_evidence":false,
              "signals":[],"overrides":[],"version":"v1","classified_tier":"cheap"}',
            'cheap', 'cheap-a', 'provider/cheap-1', 40.0, 12.0, 300, 3, 2, '{"input_tokens":3,"output_tokens":2}',
            1200, 'reported_usage_price_map', '{"nano":1200,"source":"reported_usage_price_map"}'
        )
        """,
        """
        INSERT INTO attempts (
            key, position, tier, deployment, model, status, started_us, latency_ms, cost_nano, cost_source, cost,
            simulated
        ) VALUES (
            1, 0, 'cheap', 'cheap-a', 'provider/cheap-1', 'ok', 1774743300000000, 40.0, 1200,
            'reported_usage_price_map', '{"nano":1200,"source":"reported_usage_price_map"}', FALSE
        )
        """,
        """
        INSERT INTO texts (key, prompt, system_prompt, messages, params, answer)
        VALUES (1, 'Two and two?', '', '[{"role":"user","content":"Two and two?"}]', '{}', 'Four.')
        """,
        """
        INSERT INTO rollup_series (series, tier, result, cause, app, model, deployment, version, simulated)
        VALUES (1, 'cheap', 'answered', 'words', 'web', 'provider/cheap-1', 'cheap-a', 'v1', FALSE)
        """,
        """
        INSERT INTO rollups (
            bucket_us, series, requests, fallback, escalated, broken, stopped, failed, refused, no_evidence,
            input_tokens, output_tokens, cached_tokens, cost_nano, priced, estimated, free, unpriced, frontier_nano,
            compared, compared_cost_nano, latency, first_token
        ) VALUES (
            1774743300000000, 1, 1, 0, 0, 0, 0, 0, 0, 0, 3, 2, 0, 1200, 1, 0, 0, 0, 0, 0, 0,
            X'0113010001', X'01f4000001'
        )
        """,
    ),
}

ROWS_AT["0002"] = (
    *ROWS_AT["0001"],
    "INSERT INTO in_flight (request_id, started_us, seen_us) VALUES ('01LONG', 1774743300000000, 1774743315000000)",
)
ROWS_AT["0003"] = (
    *ROWS_AT["0002"],
    (
        "INSERT INTO heuristics_drafts (draft_id, author, base_version, document, revision, updated_us)"
        " VALUES ('01DRAFT', 'ada', 'v1', 'name: draft', 3, 1774743300000000)"
    ),
)
ROWS_AT["0004"] = (
    *ROWS_AT["0001"][:3],
    *ROWS_AT["0003"][len(ROWS_AT["0001"]) :],
    """
    INSERT INTO rollup_series (series, tier, app, model, version, simulated)
    VALUES (1, 'cheap', 'web', 'provider/cheap-1', 'v1', FALSE)
    """,
    "INSERT INTO rollup_causes (number, cause) VALUES (1, 'words')",
    """
    INSERT INTO rollups (
        minutes, start_us, series, requests, fallback, escalated, broken, stopped, failed, refused, no_evidence,
        input_tokens, output_tokens, cached_tokens, cost_nano, priced, estimated, free, unpriced, frontier_nano,
        compared, compared_cost_nano, latency, first_token, causes
    ) VALUES (
        15, 1774743300000000, 1, 1, 0, 0, 0, 0, 0, 0, 0, 3, 2, 0, 1200, 1, 0, 0, 0, 0, 0, 0,
        X'0113010001', X'01f4000001', X'0101000001'
    ), (
        360, 1774742400000000, 1, 1, 0, 0, 0, 0, 0, 0, 0, 3, 2, 0, 1200, 1, 0, 0, 0, 0, 0, 0,
        X'0113010001', X'01f4000001', X'0101000001'
    ), (
        60, 1774742400000000, 1, 1, 0, 0, 0, 0, 0, 0, 0, 3, 2, 0, 1200, 1, 0, 0, 0, 0, 0, 0,
        X'0113010001', X'01f4000001', X'0101000001'
    )
    """,
)
ROWS_AT["0005"] = (*ROWS_AT["0004"], "UPDATE request_keys SET last = 1")
ROWS_AT["0006"] = ROWS_AT["0005"]
ROWS_AT["0007"] = ROWS_AT["0006"]
ROWS_AT["0008"] = (
    *ROWS_AT["0007"],
    """
    INSERT INTO api_keys (key_id, app, prefix, digest, pepper, created_us, created_by, change)
    VALUES ('key-01', 'web', 'sbx-abcd', '00ff', '00ff', 1774743300000000, 'ada', 1)
    """,
    "INSERT INTO key_minutes (key_id, minute, taken) VALUES ('key-01', 29579055, 3)",
    "UPDATE requests SET api_key_id = 'key-01'",
)
ROWS_AT["0009"] = (
    *ROWS_AT["0008"],
    (
        "INSERT INTO keeping_rules (app, level, prompt_days, author, changed_us)"
        " VALUES ('web', 'redacted', 30, 'ada', 1774743300000000)"
    ),
    "INSERT INTO removed_rows (app, before_us) VALUES ('web', 1774743300000000)",
    "INSERT INTO retention_runs (counter, seen_us) VALUES (1, 1774743300000000)",
)
