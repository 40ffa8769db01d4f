"""Calling: which deployments there are, what they cost, and how a request climbs from tier to tier."""
