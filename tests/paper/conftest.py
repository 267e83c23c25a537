"""What the tests of the paper share, computed once: the judged claims, the quick datasets, and the figures made from them."""

import pytest

from floquant.paper.datasets import DATASETS, FIGURE_DATASETS
from floquant.paper.figures import FIGURES
from floquant.paper.making import judge


@pytest.fixture(scope="session")
def judged():
    return judge()


@pytest.fixture(scope="session")
def claim(judged):
    return {claim.name: claim for claim in judged.claims}


@pytest.fixture(scope="session")
def data():
    return {name: make(True) for name, make in DATASETS.items()}


@pytest.fixture(scope="session")
def figures(data):
    return {name: FIGURES[name](*(data[each] for each in FIGURE_DATASETS[name])) for name in FIGURES}
