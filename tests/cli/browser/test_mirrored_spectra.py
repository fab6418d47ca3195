"""The library spectrum that an answer rests on, upside down below that of the query."""

import pytest

from browser_support import NARROW, WIDE
from mirror_support import EI_LIBRARY, EI_QUERY, LIBRARY, Mirrored
from serve_support import serving
from test_accessibility import violations

pytestmark = pytest.mark.thorough

STICKS = "return [...document.querySelectorAll('#spectrum line.%s')].map((line) => [line.y1, line.y2].map((y) => " \
    "y.baseVal.value))"


@pytest.fixture
def page(browser, tmp_path):
    Mirrored(tmp_path).search("--page", tmp_path / "page.html")
    return browser.open(tmp_path / "page.html")


@pytest.fixture
def electron(browser, tmp_path):
    Mirrored(tmp_path, EI_LIBRARY, EI_QUERY).search("--page", tmp_path / "page.html", "--min-score", 0)
    return browser.open(tmp_path / "page.html")


def test_its_peaks_hang_below_the_line_that_those_of_the_query_stand_on(page):
    below, [base] = page.run(STICKS % "mirrored"), {y for y, _ in page.run(STICKS % "shared")}
    assert [y for y, _ in below] == [base] * 3
    assert sorted(end - y for y, end in below) == pytest.approx([0.2 * 170, 0.5 * 170, 170], abs=0.1)


def test_peaks_of_both_have_one_colour(page):
    assert len(page.run(STICKS % "mirrored.shared")) == 2 and len(page.run(STICKS % "mirrored.unexplained")) == 1
    colours = page.run("return [...document.querySelectorAll('#spectrum line.shared')].map((line) => "
                       "getComputedStyle(line).stroke)")
    assert len(set(colours)) == 1


def test_words_say_what_is_below(page):
    assert "Below: the library spectrum acetic: 2 of 3 peaks are in both." in page.text("#spectrum-caption")
    assert page.run("return document.querySelector('#shared-legend').offsetParent !== null")
    label = page.run("return document.querySelector('#spectrum svg').getAttribute('aria-label')")
    assert "upside down, the library spectrum acetic" in label
    assert "library spectrum acetic" in page.text("#answers > li:first-child")


def test_a_page_without_such_a_spectrum_has_nothing_below(browser, tmp_path):
    made = Mirrored(tmp_path)
    made.search()
    browser.open(made.page()[0])
    assert browser.run(STICKS % "mirrored") == []
    assert not browser.run("return document.querySelector('#shared-legend').offsetParent !== null")


def test_masses_of_electron_ionisation_are_whole(electron):
    texts = electron.run("return [...document.querySelectorAll('#spectrum text')].map((text) => text.textContent)")
    assert "93" in texts and not any("." in text for text in texts)
    assert electron.text("#facts").startswith("electron ionisation · ")
    legend = electron.run("return [...document.querySelectorAll('.legend span')].filter((one) => one.offsetParent)"
                          ".map((one) => one.textContent)")
    assert legend == ["in the library spectrum, too"]


def test_another_answer_brings_its_own_library_spectrum_and_keeps_what_is_zoomed_to(electron):
    electron.click("#spectrum button", "+")
    shown = electron.run("return view.plot.range")
    electron.click("#answers > li:nth-child(2) button")
    assert "library spectrum toluene: 1 of 3 peaks are in both" in electron.text("#spectrum-caption")
    assert electron.run("return view.plot.range") == pytest.approx(shown)


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_such_a_page_is_accessible(electron, width, dark):
    electron.size(width)
    electron.media(dark=dark)
    assert violations(electron) == []


def test_the_page_of_a_service_shows_it_as_well(browser, tmp_path):
    made = Mirrored(tmp_path, LIBRARY)
    with serving("--spectral-library", made.library) as service:
        browser.driver.get(f"http://127.0.0.1:{service.port}/")
        browser.until("document.querySelector('#library').textContent !== ''")
        assert browser.text("#library").startswith("spectra: 2 spectra, ranked by similarity of spectra; at most ")
        browser.run("document.querySelector('#spectra').value = arguments[0]", made.query.read_text())
        browser.click("#go")
        browser.until("document.querySelector('#answers > li')")
        assert len(browser.run(STICKS % "mirrored")) == 3
        assert violations(browser) == []
