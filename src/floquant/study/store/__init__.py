"""The folder of a run: finished blocks as files, a lock, and what makes two studies the same."""
