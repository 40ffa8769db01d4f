"""The smallest console, which the harness itself is tested with; `?fetch=1` makes it reach for the network."""

import streamlit as st

st.set_page_config(page_title="Tiny")
st.title("Tiny")
st.button("Press")
if "fetch" in st.query_params:
    st.image("https://example.com/picture.png")
