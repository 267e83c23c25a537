"""What the tests of the paper share, computed once: the judged claims, the quick datasets, and the figures made from them.

Where several processes share the tests, those that need the same costly fixture run in one of them.
"""

import pytest

from floquant.paper.datasets import DATASETS, FIGURE_DATASETS
from floquant.paper.figures import FIGURES
from floquant.paper.making import judge

COSTLY = ("data", "quick", "judged")


def pytest_collection_modifyitems(config, items):
    """Tests with the same costly fixture are one group of `pytest --dist loadgroup`."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        needed = next((fixture for fixture in COSTLY if fixture in getattr(item, "fixturenames", ())), None)
        if needed and item.path.parent.name == "paper":
            item.add_marker(pytest.mark.xdist_group(needed))


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
