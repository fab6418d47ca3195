"""For all tests in Python: what belongs to scripts/test.sh --thorough is marked so."""


def pytest_configure(config):
    config.addinivalue_line("markers", "thorough: takes long; scripts/test.sh runs it with --thorough only")
