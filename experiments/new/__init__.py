"""Starting a study: the smallest one, one around stimuli of one's own, or a copy of another study."""
