"""The page of eval: figures, charts and the list of all spectra are those of its tables."""

import base64

import pytest

from browser_support import NARROW

pytestmark = pytest.mark.thorough


@pytest.fixture
def page(browser, evaluated):
    return browser.open(evaluated.page)


def all_spectra(page):
    return page.listed("#all", "#all-pager")


def test_it_asks_for_nothing_but_itself(browser, evaluated):
    browser.open(evaluated.page)
    assert browser.requests() == [evaluated.page.as_uri()]
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert browser.messages() == []


def test_figures_are_those_of_the_report(page, evaluated):
    figures = {row[0]: row[1:] for row in page.cells("#figures")}
    for k, recall in evaluated.report["recall"].items():
        assert figures[f"Recall@{k}"][0] == f"{100 * recall:.1f} %"
        low, high = evaluated.report["intervals"]["recall"][k]["95"]
        assert figures[f"Recall@{k}"][1] == f"[{100 * low:.1f}, {100 * high:.1f}]"
    assert figures["MRR"][0] == f"{evaluated.report['mrr']:.3f}"


def test_all_spectra_are_listed_as_in_the_table(page, evaluated):
    rows = all_spectra(page)
    assert [row[0] for row in rows] == [row["query_id"] for row in evaluated.ranks]
    assert [row[1] for row in rows] == [row["rank"] for row in evaluated.ranks]


def test_the_list_sorts_by_rank_the_worst_first(page, evaluated):
    page.click("#all thead button", "Rank")
    expected = sorted(evaluated.ranks, key=lambda row: -int(row["rank"]))
    assert [row[0] for row in all_spectra(page)] == [row["query_id"] for row in expected]


def test_the_list_is_searched(page, evaluated):
    name = evaluated.ranks[7]["query_id"]
    page.write("#all-words", name.lower())
    assert [row[0] for row in all_spectra(page)] == [name]


def drawn(page):
    """Of each chart whether anything is drawn in it."""
    return page.run("""return [...document.querySelectorAll("canvas")].map((canvas) => {
      const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value) => value !== 0);})""")


def test_every_chart_is_drawn_and_says_what_it_shows(page):
    assert len(drawn(page)) > 5 and all(drawn(page))
    assert all(page.run("return [...document.querySelectorAll('canvas')].map((one) => one.role === 'img' && "
                        "one.ariaLabel.length > 10)"))


def test_charts_take_the_colours_of_the_theme(page):
    count, colours = len(drawn(page)), page.run("return colors")
    page.click("#theme", "Dark")
    assert page.run("return colors") != colours
    assert len(drawn(page)) == count and all(drawn(page))


def test_charts_are_printed_dark_on_white(page):
    light = page.run("return colors")
    page.click("#theme", "Dark")
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run("return colors") == light
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("return colors") != light


@pytest.mark.parametrize("width", [NARROW, 320])
def test_a_narrow_page_is_not_wider_than_its_window(browser, evaluated, width):
    browser.size(width, 900)
    browser.open(evaluated.page)
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_it_can_be_printed_without_its_controls(page):
    page.media("print")
    assert page.texts("#theme, input, #all-pager button") == []
    page.media()
    assert base64.b64decode(page.command("Page.printToPDF")["data"]).startswith(b"%PDF")
