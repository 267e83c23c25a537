"""The Green function of a periodic lead at its first cell, from the waves that leave."""
