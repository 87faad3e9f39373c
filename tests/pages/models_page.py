"""What tests do on the Models page."""

import pandas as pd
from streamlit.testing.v1 import AppTest


def press(test: AppTest, key: str) -> AppTest:
    return next(one for one in test.button if one.key == key).click().run()


def opened(test: AppTest, model_id: str) -> AppTest:
    """Chooses a model in the table."""
    test.session_state["model_open"] = model_id
    return test.run()


def table(test: AppTest) -> pd.DataFrame:
    """The catalogue, by the names of the models."""
    frames = (one.value for one in test.dataframe)
    return next(one for one in frames if "Licence" in one).set_index("Model")
