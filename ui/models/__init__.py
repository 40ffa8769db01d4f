"""What the models page is made of: rows of deployments, test calls, the reload, the simulator's fault switches."""
