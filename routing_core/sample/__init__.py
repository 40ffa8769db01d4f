"""Sample traffic: a month of our own prompts through the real engine at the simulator, on a clock that goes faster."""
