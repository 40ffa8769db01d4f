"""What the pages share: the shell, panels, figures as text, and the playground's parts."""
