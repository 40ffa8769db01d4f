"""What leaves the console as a file: Markdown, JSON and CSV."""
