"""Who comes in: sign-in, sessions, and what is refused before any of the console is reached."""
