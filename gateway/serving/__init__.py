"""The gateway as processes that listen: connections with an end to every wait, workers, and an orderly end."""
