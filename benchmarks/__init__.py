"""Where the README's figures come from: every module's `measure()` returns records."""
