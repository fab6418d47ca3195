"""Both pages for who hears them, has no mouse, or sees little: the rules of axe-core for WCAG 2.2, levels A and AA."""

import pytest

from browser_support import NARROW, WIDE, axe_script

pytestmark = pytest.mark.thorough

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
GOOD = ["best-practice"]  # held as well


def violations(page):
    """What axe-core finds: [rule, element, why]."""
    page.run(axe_script() + ";window.axe = axe;")
    return page.driver.execute_async_script("""
      const done = arguments[arguments.length - 1];
      axe.run(document, {runOnly: arguments[0], resultTypes: ["violations"]}).then(
        (result) => done(result.violations.flatMap(({id, nodes}) => nodes.slice(0, 5).map((node) =>
          [id, node.html.slice(0, 200), node.failureSummary]))),
        (error) => done([["axe", "", String(error)]]));""", RULES + GOOD)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("fragment", ["#q3", "#q20"], ids=["answered", "unanswered"])
def test_the_page_of_a_search_is_accessible(browser, demo, width, dark, fragment):
    browser.size(width)
    browser.media(dark=dark)
    browser.open(demo.page, fragment)
    assert violations(browser) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_page_of_an_evaluation_is_accessible(browser, evaluated, width, dark):
    browser.size(width)
    browser.media(dark=dark)
    browser.open(evaluated.page)
    assert violations(browser) == []


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_empty_list_and_an_unexplained_answer_are_accessible(browser, page_of, width):
    browser.size(width)
    browser.open(page_of([{"adduct": "[M+2H]2+"}]))
    browser.write("#words", "nothing")
    assert violations(browser) == []
