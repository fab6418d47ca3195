"""One browser for all tests, and the pages that they share."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser_support import HIGH, WIDE, Browser, page_of_rows, start_browser, write_page  # noqa: E402
from cli_support import DATA, read_json, read_table, spectrum, succeed, write_records  # noqa: E402


@pytest.fixture(scope="session")
def driver(tmp_path_factory):
    driver = start_browser(tmp_path_factory.mktemp("browser"))
    yield driver
    driver.quit()


@pytest.fixture
def browser(driver):
    """The browser as it is when it was just installed: wide, light, remembering nothing."""
    browser = Browser(driver)
    browser.size(WIDE, HIGH)
    browser.media()
    browser.command("Network.enable")
    browser.command("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1,
                    uploadThroughput=-1)
    browser.command("Storage.clearDataForStorageKey", storageKey="file:///", storageTypes="local_storage")
    return browser


@pytest.fixture(scope="session")
def demo(calibrated, tmp_path_factory):
    """The demo queries searched: the table, its page, and what explain says of the answers."""
    folder = tmp_path_factory.mktemp("demo")
    hits, page = write_page(calibrated.model, calibrated.library, DATA / "query.mgf", folder)
    succeed("explain", hits, DATA / "query.mgf", "--model", calibrated.model, "-o", folder / "explained", "--top", 10,
            "--drawings", 0)
    return SimpleNamespace(folder=folder, page=page, hits=read_table(hits), table=hits,
                           peaks=read_table(folder / "explained/peaks.tsv"), model=calibrated.model)


@pytest.fixture(scope="session")
def evaluated(calibrated, made, tmp_path_factory):
    """An evaluation: its page and its tables."""
    folder = tmp_path_factory.mktemp("evaluated") / "report"
    succeed("eval", "--model", calibrated.model, "--spectra", made.spectra, "--candidates", made.pools, "-o", folder)
    return SimpleNamespace(page=folder / "report.html", ranks=read_table(folder / "ranks.tsv"),
                           report=read_json(folder / "report.json"))


@pytest.fixture
def opened(browser, demo):
    """The page of the demo queries, just opened."""
    return browser.open(demo.page)


@pytest.fixture
def page_of(fitted, tmp_path):
    """Makes a page of a table that a test writes itself. Each row is a query of its own unless it says otherwise: a
    name, or a dictionary of columns."""

    def make(rows, peaks="43.0178 100\n61.0284 80", top=10, errors="strict", **columns):
        full = []
        for row in rows:
            row = {"query_id": row} if isinstance(row, str) else row
            full.append({"query_id": f"q{len(full)}", "query_index": str(len(full)), "rank": "1", "score": "1",
                         "smiles": "CCOC(C)=O", "adduct": "[M+H]+", "status": "ok", "message": "", **columns, **row})
        records = {row["query_index"]: spectrum(peaks, SPECTRUM_ID=row["query_id"], PEPMASS=89.0597) for row in full}
        spectra = write_records(tmp_path / "query.mgf", list(records.values()))
        return page_of_rows(fitted.model, tmp_path, spectra, full, top, errors)

    return make
