"""Whatever a public call is given, it answers or refuses in words."""
