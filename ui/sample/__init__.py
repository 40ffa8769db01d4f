"""Sample traffic as the console offers it: filled in with a click, watched while it runs, removed again."""
