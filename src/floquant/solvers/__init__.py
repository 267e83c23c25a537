"""How a driven problem is solved: plain arrays in and out, no labels, no spin, no files.

`dense` is the reference that every other way is tested against; `ports` and `sidebands` are the production path; `quadrature` integrates
over the Floquet zone, `occupation` turns integrals into numbers for given reservoirs, `bound_states` looks outside the bands.
"""
