"""Start the console: `streamlit run app.py` at `SIGNALBOX_ADDRESS` and `SIGNALBOX_PORT`. For `make run`.

Every other setting of the server stands in .streamlit/config.toml.
"""

import argparse
import errno
import os
import socket
import sys

from pydantic import ValidationError

from settings import CHECKOUT, Settings, problems_in


def main() -> int:
    """Run the server until it is stopped; 2 when a setting cannot be used, leaves it open, or the port is taken."""
    parser = argparse.ArgumentParser(prog="make run")
    parser.add_argument("--port", help="port, in place of SIGNALBOX_PORT")
    port = parser.parse_args().port
    if port:
        os.environ["SIGNALBOX_PORT"] = port
    try:
        settings = Settings()
    except ValidationError as error:
        print(f"{problems_in(error)} Mend it in the environment, .env or PORT=.", file=sys.stderr)
        return 2
    trouble = _trouble(settings.address, settings.port)
    if trouble is not None:
        print(trouble, file=sys.stderr)
        return 2
    os.chdir(CHECKOUT)
    return serve(settings.address, settings.port)


def serve(address: str, port: int) -> int:
    """Hand over to Streamlit's own command; Ctrl-C is how it is ended, and no failure."""
    import click  # what Streamlit's command is made with
    from streamlit.web import cli
    from uvicorn.config import HTTP_PROTOCOLS

    # Streamlit leaves uvicorn's choice as it is, which waits for slow clients without end; the gateway's does not.
    HTTP_PROTOCOLS["auto"] = "gateway.serving.connection:Connection"
    try:
        where = ["--server.address", address, "--server.port", str(port)]
        cli.main(["run", str(CHECKOUT / "app.py"), *where], standalone_mode=False)
    except click.Abort:
        return 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return 0


def _trouble(address: str, port: int) -> str | None:
    """What keeps a server from listening there, None where nothing does."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                return f"Port {port} on {address} is not for this user. Name another: make run PORT=8502."
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} on {address} is taken. Name another: make run PORT=8502."
            return f"SIGNALBOX_ADDRESS: {address} is no address of this machine ({error.strerror}). Mend it."
    return None


if __name__ == "__main__":
    raise SystemExit(main())
