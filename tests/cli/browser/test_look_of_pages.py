"""How the page of a search looks: colours, width, print, and text from files that is not what is expected."""

import base64

import pytest

from browser_support import NARROW
from cli_support import spectrum, succeed, write_records

pytestmark = pytest.mark.thorough

BREAKING = ["</script><b id='broken'>x</b>", "<img src=x onerror=\"document.body.id='broken'\">",
            "a'b\"c&amp;d", "@@DATA@@ @@STYLE@@", "<!--<script>", "\\u003cb\\u003e"]
FOREIGN = ["β-Carotin", "咖啡因", "кофеин", "🧪 sample", "e\u0301tude", "שלום", "\u202eabc"]


def theme(page):
    return page.run("return document.documentElement.dataset.theme")


def background(page):
    return page.run("return getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("dark, name", [(False, "light"), (True, "dark")])
def test_colours_are_those_of_the_system(browser, demo, dark, name):
    browser.media(dark=dark)
    browser.open(demo.page)
    assert theme(browser) == name
    browser.media(dark=not dark)
    browser.until("document.documentElement.dataset.theme !== arguments[0]", name)


def test_the_button_switches_colours_and_they_are_remembered(opened, demo):
    light = background(opened)
    opened.click("#theme", "Dark")
    assert theme(opened) == "dark" and background(opened) != light
    opened.open(demo.page)
    assert theme(opened) == "dark" and opened.text("#theme") == "Light"
    opened.click("#theme")
    assert theme(opened) == "light" and background(opened) == light


@pytest.mark.parametrize("fragment", ["", "#q3", "#q21"])
@pytest.mark.parametrize("width", [NARROW, 320])
def test_a_narrow_page_is_not_wider_than_its_window(browser, demo, width, fragment):
    browser.size(width, 900)
    browser.open(demo.page, fragment)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.run("return document.body.scrollWidth") <= width


def test_very_long_names_do_not_widen_the_page(browser, page_of):
    long = "n" * 3000
    browser.open(page_of([{"query_id": long, "name": long, "library_id": long, "message": long, "keep.class": long,
                           "smiles": "C" * 100}]))
    for width in (1280, NARROW):
        browser.size(width, 900)
        assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.text("#chosen-title") == long


@pytest.mark.parametrize("text", BREAKING + FOREIGN)
def test_text_from_files_is_shown_as_text(browser, page_of, text):
    browser.open(page_of([{"query_id": text, "name": text, "library_id": text, "message": text, "formula": text,
                           "keep.class": text}]))
    assert browser.messages() == []
    assert browser.run("return document.querySelector('#broken, b, img')") is None
    plain = lambda shown: " ".join(shown.split())
    assert browser.column("Spectrum") == [text]
    assert browser.text("#chosen-title") == text
    assert plain(browser.text("#answers h3")) == f"1. {text}"
    assert f"class: {text}" in browser.text("#answers")
    assert browser.run("return document.querySelector('#answers svg').ariaLabel") == f"Structure of {text}"


def test_bytes_that_are_no_text_do_not_break_the_page(browser, page_of):
    browser.open(page_of([{"query_id": "one", "name": "caf\udce9"}], errors="surrogateescape"))
    assert browser.text("#answers h3") == "1. caf\ufffd"
    assert browser.messages() == []


def test_a_page_without_queries_says_so(browser, fitted, tmp_path):
    write_records(tmp_path / "query.mgf", [spectrum()])
    hits, page = tmp_path / "hits.tsv", tmp_path / "page.html"
    hits.write_text("query_id\tquery_index\trank\tscore\tsmiles\tadduct\n")
    succeed("page", hits, tmp_path / "query.mgf", "--model", fitted.model, "-o", page)
    browser.open(page)
    assert browser.text("#summary").startswith("0 spectra, 0 answered")
    assert browser.messages() == [] and browser.listed() == []


def test_print_has_no_controls(opened):
    opened.media("print")
    assert [one for one in opened.texts("button, select, input, .skip") if one not in
            {row[0] for row in opened.cells("#peaks")} | set(opened.heads("#queries"))] == []
    assert len(opened.texts("#answers > li")) > 0 and opened.texts("#chosen-title") == ["QUERY001"]


@pytest.mark.parametrize("dark", [False, True])
def test_print_is_dark_on_white(browser, demo, dark):
    browser.open(demo.page)
    if dark:
        browser.click("#theme")
    browser.media("print", dark=dark)
    assert background(browser) == "rgb(255, 255, 255)"
    assert browser.run("return getComputedStyle(document.querySelector('h1')).color") == "rgb(27, 39, 51)"


def test_a_page_can_be_printed(opened):
    printed = base64.b64decode(opened.command("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert printed.startswith(b"%PDF") and len(printed) > 20_000


def test_of_a_spectrum_of_very_many_peaks_the_largest_are_drawn(browser, page_of):
    peaks = "\n".join(f"{20 + i * 0.002:.4f} {1 + i * 7919 % 997}" for i in range(30_000))
    browser.open(page_of([{"smiles": "CCOC(C)=O"}], peaks=peaks))
    assert 2000 <= browser.run("return document.querySelectorAll('#spectrum line').length") < 5000
    assert browser.messages() == []
