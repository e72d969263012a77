"""What people see and touch: pages are listed, drawn and worded here.

Only this package and the pages know Streamlit. It asks services and shows what they answer;
it computes nothing about a trial.
"""
