"""The server around Streamlit: its own routes, and what every request passes through first."""
