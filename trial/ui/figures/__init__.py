"""Pictures: pure functions from a view to a Plotly figure, one module a picture."""
