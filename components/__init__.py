"""All of the app except its page scripts. Imports point down only; docs/architecture.md has the layers.

Only `ui` knows Streamlit; only `models/engines` and `training/program` know torch.
"""
