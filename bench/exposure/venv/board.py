import pandas as pd
import streamlit as st

st.title("board")
st.line_chart(pd.DataFrame({"a": [1, 2, 3]}))
