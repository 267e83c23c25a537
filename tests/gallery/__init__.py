"""Devices of the gallery, against closed forms and the papers that they come from."""
