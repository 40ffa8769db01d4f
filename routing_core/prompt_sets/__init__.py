"""Sets of prompts across tiers: what a run will send, and the runs of this process."""
