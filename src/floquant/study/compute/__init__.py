"""How a block is computed, in this process or in others."""
