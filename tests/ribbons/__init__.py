"""Ribbons of square lattice and graphene."""
