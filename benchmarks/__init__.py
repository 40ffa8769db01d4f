"""Where the README's figures come from: each module's `measure()` returns records, `python -m benchmarks` writes them."""
