"""Symmetries: what every device obeys; and why it is zero, each claim of a report against the numbers themselves."""
