"""The commands of `python -m signalbox`, a file each: what it is asked, and what it prints."""
