"""A program: the app for a team. As `streamlit run app.py`, but ready before the first visitor comes.

    python -m components.ui.serve [options of streamlit run]

Opens the database and says so if it can't, opens the metrics port, and loads the default model at once.
"""

import sys

from streamlit.web import cli

from components.config import ROOT
from components.errors import AppError
from components.ui import operation, repairs, resources, warmup


def main() -> None:
    try:
        resources.open_all()
    except AppError as error:
        sys.exit(str(error))
    operation.start()
    repairs.prepare()
    warmup.start()
    cli.main(["run", str(ROOT / "app.py"), *sys.argv[1:]])


if __name__ == "__main__":
    main()
