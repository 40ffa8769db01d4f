"""Prompt sets: many prompts across tiers, the cost before, the answers compared."""
