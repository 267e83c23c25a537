"""The same numbers from other programs: Kwant, PythTB, sisl; left out where these are not installed."""
