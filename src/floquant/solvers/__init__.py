"""How a driven problem is solved: plain arrays in and out, no labels, no spin, no files.

`ladder` says what a solver is and holds the dense reference that every other way is tested against. `local` is the production path for
local drives, `extended` for drives everywhere; both take big static parts apart by `elimination`. `zone` integrates over the Floquet
zone and turns integrals into flows for given reservoirs. `poles` finds resonances and bound states. `kernels` are compiled; only solvers
call them.
"""
