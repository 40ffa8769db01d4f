"""What the gateway counts and tells Prometheus, of one process or of several as one."""
