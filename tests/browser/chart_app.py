"""A console with nothing but a live chart on it: a button adds a day, another puts the same figure again."""

from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from routing_core.domain import TIERS
from ui.charts import live
from ui.charts.script import ROUTE
from ui.charts.theme import PATTERNS, base_layout, colour_of


def figure(days: int) -> go.Figure:
    """Stacked bars of three tiers over so many days, each a link to its day."""
    made = go.Figure(layout=base_layout())
    for height, tier in enumerate(TIERS, start=1):
        made.add_bar(
            x=list(range(days)),
            y=[height + day for day in range(days)],
            name=tier.value,
            customdata=[f"?tier={tier.value}&day={day}" for day in range(days)],
            marker={"color": colour_of(tier).value, "pattern": {"shape": PATTERNS[tier]}},
        )
    return made.update_layout(barmode="stack", showlegend=True)


def page() -> None:
    """Draw the chart, what its link asks for, and the buttons."""
    st.session_state.setdefault("days", 7)
    if st.button("Add a day"):
        st.session_state.days += 1
    st.button("Run again")
    live.draw(str(figure(st.session_state.days).to_json()), "chart", alt="Spend rises.")
    st.write(f"asked for: {st.query_params.get('tier')} {st.query_params.get('day')}")


if __name__ == "__main__":
    page()
else:
    app = st.App(Path(__file__), routes=[ROUTE])
