"""Drives everywhere on big devices: each ladder is solved alone, by nested dissection or slice by slice."""
