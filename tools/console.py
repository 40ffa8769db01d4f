"""Start the console: `streamlit run app.py` on the port named, else on `SIGNALBOX_PORT`. For `make run`.

The address and every other setting of the server stand in .streamlit/config.toml.
"""

import argparse
import os
import sys

from pydantic import ValidationError

from settings import CHECKOUT, Settings


def main() -> int:
    """Run the server until it is stopped; 2 when the environment holds a value that cannot be used."""
    parser = argparse.ArgumentParser(prog="make run")
    parser.add_argument("--port", help="port on 127.0.0.1")
    port = parser.parse_args().port
    if port:
        os.environ["SIGNALBOX_PORT"] = port
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors(include_input=False):
            name = "_".join(str(part) for part in problem["loc"]).upper()
            print(f"SIGNALBOX_{name}: {problem['msg']}. Mend it in the environment, .env or PORT=.", file=sys.stderr)
        return 2
    os.chdir(CHECKOUT)
    serve(settings.port)
    return 0


def serve(port: int) -> None:
    """Hand over to Streamlit's own command."""
    from streamlit.web import cli

    cli.main(["run", str(CHECKOUT / "app.py"), "--server.port", str(port)])


if __name__ == "__main__":
    raise SystemExit(main())
