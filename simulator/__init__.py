"""An OpenAI-compatible provider that runs offline on loopback, with faults to switch on: `python -m simulator`."""
