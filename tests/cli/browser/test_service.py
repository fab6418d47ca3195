"""The page of a service as people use it: spectra are dropped, pasted or chosen, answers come, a table is fetched."""

import time

import pytest

from browser_support import NARROW, WIDE
from cli_support import by_query, read_bytes, read_records, read_table, succeed
from serve_support import serving
from test_accessibility import violations

pytestmark = pytest.mark.thorough

DROP = """
  const [selector, name, text] = arguments, data = new DataTransfer();
  data.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true});
    document.querySelector(selector).dispatchEvent(event);
  }"""


@pytest.fixture(scope="module")
def running(calibrated):
    with serving("--library", calibrated.library, "--model", calibrated.model, "--threads", 2) as service:
        yield service


@pytest.fixture
def page(browser, running):
    """The page, just opened."""
    browser.command("Storage.clearDataForStorageKey", storageKey=f"http://127.0.0.1:{running.port}/",
                    storageTypes="local_storage")
    browser.driver.get(f"http://127.0.0.1:{running.port}/")
    browser.until("document.querySelector('#library').textContent !== ''")
    return browser


def answered(page):
    """Waits for the answers; the words of the state line."""
    page.until("/searched$/.test(document.querySelector('#state').textContent) && "
               "!document.querySelector('#chosen[aria-busy]') && document.querySelector('#answers')")
    return page.text("#state")


@pytest.fixture(scope="module")
def expected(calibrated, made, tmp_path_factory):
    out = tmp_path_factory.mktemp("expected") / "hits.tsv"
    succeed("search", made.spectra, "--library", calibrated.library, "--model", calibrated.model, "-o", out)
    return out


def test_it_says_what_is_searched(page):
    assert page.text("#library").startswith("library: 4,882 molecules, ranked by cosine and fragments; at most 1,000 ")


def test_a_file_that_is_dropped_is_searched(page, made, expected):
    page.run(DROP, "#spectra", "mine.mgf", made.spectra.read_text())
    assert page.text("#state") == "mine.mgf is ready"
    page.click("#go")
    assert answered(page) == "60 spectra searched"
    rows = by_query(read_table(expected))
    shown = page.cells("#queries")
    assert [row[0] for row in shown] == [rows[i][0]["query_id"] for i in range(len(shown))]
    first = [row for row in rows[0] if row["rank"]]
    assert len(page.texts("#answers > li")) == len(first)


def test_a_file_that_is_chosen_is_searched(page, made):
    page.find("#file-input").send_keys(str(made.spectra))
    page.click("#go")
    assert answered(page) == "60 spectra searched"


def test_a_spectrum_that_is_pasted_is_searched_by_the_options_of_the_form(page, made):
    record = read_records(made.spectra)[0]
    page.run("document.querySelector('#spectra').value = arguments[0]", record)
    page.write("#k", "2")
    page.write("#tolerance", "200ppm")
    page.click("#go")
    assert answered(page) == "1 spectrum searched"
    assert len(page.texts("#answers > li")) == 2


def test_what_is_wrong_is_said_in_the_words_of_the_program(page):
    page.run("document.querySelector('#spectra').value = 'nothing'")
    page.click("#go")
    page.until("document.querySelector('#state').classList.contains('alarm')")
    assert "is no file of spectra; expected MGF, MSP" in page.text("#state")
    page.run("document.querySelector('#spectra').value = ''")
    page.click("#go")
    assert page.text("#state").startswith("There is no spectrum yet")


def test_the_table_that_is_downloaded_is_that_of_the_command_line(page, made, expected, tmp_path):
    page.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    page.find("#file-input").send_keys(str(made.spectra))
    page.click("#table")
    page.until("document.querySelector('#state').textContent === 'hits.tsv is downloaded'")
    begin = time.monotonic()
    while not (tmp_path / "hits.tsv").is_file() and time.monotonic() - begin < 20:
        time.sleep(0.05)
    assert read_bytes(tmp_path / "hits.tsv") == expected.read_bytes()


def test_a_second_search_takes_the_place_of_the_first(page, made):
    records = read_records(made.spectra)
    for some in (records[:3], records[3:5]):
        page.run(DROP, "#spectra", "some.mgf", "\n".join(some))
        page.click("#go")
        page.until(f"document.querySelector('#state').textContent === '{len(some)} spectra searched'")
        assert len(page.cells("#queries")) == len(some)


def test_the_theme_is_switched_and_kept(page):
    page.click("#theme")
    assert page.run("return document.documentElement.dataset.theme") == "dark"
    page.driver.refresh()
    assert page.run("return document.documentElement.dataset.theme") == "dark"


def test_nothing_is_asked_of_another_host_and_the_policy_is_not_broken(page, running, made):
    page.requests()
    page.messages()
    page.run(DROP, "#spectra", "mine.mgf", "\n".join(read_records(made.spectra)[:2]))
    page.click("#go")
    answered(page)
    assert all(address.startswith(f"http://127.0.0.1:{running.port}/") for address in page.requests())
    assert page.messages() == []


def test_names_in_spectra_are_text(page, made):
    record = read_records(made.spectra)[0].replace("SPECTRUM_ID=", "SPECTRUM_ID=<img src=x onerror=alert(1)><b>")
    page.run(DROP, "#spectra", "mine.mgf", record)
    page.click("#go")
    answered(page)
    assert "<img src=x onerror=alert(1)><b>" in page.text("#chosen-title")
    assert page.run("return document.querySelectorAll('#results img, #results b').length") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_it_is_accessible_before_and_after_a_search(browser, running, made, width, dark):
    browser.size(width)
    browser.media(dark=dark)
    browser.driver.get(f"http://127.0.0.1:{running.port}/")
    browser.until("document.querySelector('#library').textContent !== ''")
    # axe-core is put into the page past the policy, as an extension of the browser would be.
    assert violations(browser) == []
    browser.run(DROP, "#spectra", "mine.mgf", "\n".join(read_records(made.spectra)[:3]))
    browser.click("#go")
    answered(browser)
    assert violations(browser) == []
    assert browser.run("return document.documentElement.scrollWidth <= window.innerWidth")
