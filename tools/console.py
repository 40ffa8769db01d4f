"""Start the console: `streamlit run app.py` on the port named, else on `SIGNALBOX_PORT`. For `make run`.

The address and every other setting of the server stand in .streamlit/config.toml.
"""

import argparse
import os
import socket
import sys

from pydantic import ValidationError

from settings import CHECKOUT, Settings, problems_in


def main() -> int:
    """Run the server until it is stopped; 2 when a setting cannot be used or the port is taken."""
    parser = argparse.ArgumentParser(prog="make run")
    parser.add_argument("--port", help="port on 127.0.0.1")
    port = parser.parse_args().port
    if port:
        os.environ["SIGNALBOX_PORT"] = port
    try:
        settings = Settings()
    except ValidationError as error:
        print(f"{problems_in(error)} Mend it in the environment, .env or PORT=.", file=sys.stderr)
        return 2
    if _taken(settings.port):
        print(f"Port {settings.port} on 127.0.0.1 is taken. Name another: make run PORT=8502.", file=sys.stderr)
        return 2
    os.chdir(CHECKOUT)
    return serve(settings.port)


def serve(port: int) -> int:
    """Hand over to Streamlit's own command; Ctrl-C is how it is ended, and no failure."""
    import click  # what Streamlit's command is made with
    from streamlit.web import cli

    try:
        cli.main(["run", str(CHECKOUT / "app.py"), "--server.port", str(port)], standalone_mode=False)
    except click.Abort:
        return 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return 0


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    raise SystemExit(main())
