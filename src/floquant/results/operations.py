"""What each operation of xarray does to an error and to labels: the tables that `array` and `dataset` go by.

An operation that stands in none of them may do anything to the numbers: the error is gone after it, and so are units and long names.
"""

from __future__ import annotations

# Values are chosen, moved or repeated, and not changed: the same is done to the errors, and all labels still fit.
KEPT = frozenset({
    "as_numpy", "assign_attrs", "assign_coords", "broadcast_like", "chunk", "compute", "copy", "drop", "drop_attrs", "drop_dims",
    "drop_duplicates", "drop_encoding", "drop_indexes", "drop_isel", "drop_sel", "drop_vars", "expand_dims", "head", "isel",
    "persist", "reindex", "reindex_like", "rename", "rename_dims", "reorder_levels", "reset_coords", "reset_encoding", "reset_index",
    "roll", "sel", "set_coords", "set_index", "set_xindex", "shift", "sortby", "squeeze", "stack", "swap_dims", "tail", "thin",
    "transpose", "unify_chunks", "unstack",
})  # fmt: skip

# Arguments of these that bring in other values, or are computed from the values: given one of them, the error is gone.
FOREIGN = {
    "copy": ("data",), "reindex": ("fill_value",), "reindex_like": ("fill_value",), "shift": ("fill_value",),
    "unstack": ("fill_value",),
}  # fmt: skip

# Values are put between or instead of others: they are what they were called before, and the error is gone.
FILLED = frozenset({
    "astype", "bfill", "combine_first", "dropna", "ffill", "fillna", "interp", "interp_calendar", "interp_like", "interpolate_na",
    "pad", "query", "round",
})  # fmt: skip
# Other numbers in the same unit: the error is gone, and long names are.
SAME_UNIT = frozenset({"clip", "median", "quantile", "std"})

# What these return computes later, from values that it holds: they get values without errors and labels.
LATER = frozenset({
    "coarsen", "cumulative", "groupby", "groupby_bins", "map_blocks", "resample", "rolling", "rolling_exp", "weighted",
})  # fmt: skip

# These read the object as it is, error included, or change it in place without changing values.
AS_IT_IS = frozenset({
    "broadcast_equals", "close", "dump_to_store", "equals", "get", "get_axis_num", "get_index", "identical", "info", "item", "items",
    "keys", "load", "load_async", "pipe", "searchsorted", "set_close", "values",
})  # fmt: skip

# Each number is no further off than before; long names described what it was.
COMPONENTS = ("conj", "conjugate")
# Of these a result has its own methods, with an error.
REDUCTIONS = ("max", "mean", "min", "sum")

# Operators by the rule for the error of what they give.
SUMS, PRODUCTS, QUOTIENTS = ("add", "sub"), ("mul",), ("truediv",)
UNARY = ("abs", "neg", "pos")
OTHER_OPERATORS = ("floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift", "matmul")
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
