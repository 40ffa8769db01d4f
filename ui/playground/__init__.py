"""The playground: one prompt, three tiers, the decision before and the answers after."""
