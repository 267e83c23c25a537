"""How a study is cut into blocks of bounded memory, whoever computes them."""
