"""The list on the page of a search: what it holds, sorting, searching, filtering, keys."""

import re

import pytest

from cli_support import by_query

pytestmark = pytest.mark.thorough

STATUS_WORDS = {"ok": "answered", "no_precursor": "no precursor m/z", "unknown_adduct": "unknown adduct"}


@pytest.fixture(scope="module")
def firsts(demo):
    """The first row of each query, in the order of the input."""
    return [rows[0] for rows in by_query(demo.hits).values()]


def names(rows):
    return [row["query_id"] for row in rows]


def natural(text):
    """Numbers in a text as numbers."""
    return [(part.isdigit(), int(part) if part.isdigit() else part.lower()) for part in re.split(r"(\d+)", text)]


def test_a_page_asks_for_nothing_but_itself(browser, demo):
    browser.command("Network.enable")
    browser.command("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1,
                    uploadThroughput=-1)
    browser.open(demo.page)
    assert [address.split("#")[0] for address in browser.requests()] == [demo.page.as_uri()]
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert len(browser.texts("#answers > li")) > 0
    assert browser.messages() == []


def test_the_list_is_that_of_the_table(opened, firsts):
    assert opened.heads("#queries") == ["Spectrum", "m/z", "Adduct", "First answer", "Probability", "q-value",
                                        "In the list", "Score", "Candidates", "Status"]
    expected = [[row["query_id"], f"{float(row['precursor_mz']):.4f}" if row["precursor_mz"] else "", row["adduct"],
                 row["name"] or row["formula"], *(
                     f"{float(row[name]):.{digits}f}" if row[name] else ""
                     for name, digits in [("probability", 2), ("q_value", 3), ("probability_present", 2), ("score", 3),
                                          ("candidates", 0)]),
                 STATUS_WORDS[row["status"]]] for row in firsts]
    assert opened.listed() == expected
    assert opened.text("#summary").startswith(f"22 spectra, {sum(row['status'] == 'ok' for row in firsts)} answered")


@pytest.mark.parametrize("title, column, down", [
    ("Score", "score", True), ("Probability", "probability", True), ("m/z", "precursor_mz", True),
    ("Spectrum", "query_id", False), ("First answer", "formula", False)])
def test_a_heading_sorts_as_python_does(opened, firsts, title, column, down):
    value = natural if column in ("query_id", "formula") else float
    known = [row for row in firsts if row[column] != ""]
    unknown = [row for row in firsts if row[column] == ""]
    for reverse in (down, not down):
        opened.click("#queries thead button", title)
        assert opened.column("Spectrum") == names(sorted(
            known, key=lambda row: value(row[column]), reverse=reverse) + unknown)
        assert opened.run("return document.querySelector('#queries th[aria-sort]').ariaSort") == (
            "descending" if reverse else "ascending")
        assert opened.text("#queries caption") == f"Spectra, sorted by {title}, " + (
            "descending" if reverse else "ascending")
    opened.click("#queries thead button", title)
    assert opened.column("Spectrum") == names(firsts)
    assert opened.text("#queries caption").startswith("Spectra in the order of the input")


def test_numbers_in_names_are_sorted_as_numbers(browser, page_of):
    page = page_of(["scan 10", "scan 9", "Scan 1", "scan 100"])
    browser.open(page).click("#queries thead button", "Spectrum")
    assert browser.column("Spectrum") == ["Scan 1", "scan 9", "scan 10", "scan 100"]


def test_words_that_are_searched_for_must_all_be_there(opened, firsts):
    chosen = firsts[4]
    opened.write("#words", f"{chosen['formula'].lower()} {chosen['inchikey14'][:6]}")
    expected = [row for row in firsts if row["formula"] == chosen["formula"] and
                chosen["inchikey14"][:6] in row["inchikey14"]]
    assert opened.column("Spectrum") == names(expected)
    opened.write("#words", "no such words")
    assert opened.listed() == [] and opened.text("#pager span") == "none"
    opened.click("#clear")
    assert opened.column("Spectrum") == names(firsts)


def test_the_status_filters(opened, firsts):
    opened.pick("#status", "no precursor m/z")
    assert opened.column("Spectrum") == names(row for row in firsts if row["status"] == "no_precursor")
    opened.pick("#status", "answered")
    assert opened.column("Spectrum") == names(row for row in firsts if row["status"] == "ok")


def test_the_adduct_filters(opened, firsts):
    for adduct in {row["adduct"] for row in firsts}:
        opened.pick("#adduct", adduct)
        assert opened.column("Spectrum") == names(row for row in firsts if row["adduct"] == adduct)


@pytest.mark.parametrize("least", ["0", "0.25", "0.4", "1"])
def test_the_probability_filters(opened, firsts, least):
    opened.write("#least", least)
    assert opened.column("Spectrum") == names(
        row for row in firsts if row["probability"] and float(row["probability"]) >= float(least))


def test_filters_work_together_and_are_cleared_together(opened, firsts):
    opened.pick("#status", "answered")
    opened.pick("#adduct", "[M+H]+")
    opened.write("#least", "0.3")
    opened.write("#words", "C7")
    expected = [row for row in firsts if row["status"] == "ok" and row["adduct"] == "[M+H]+" and
                float(row["probability"]) >= 0.3 and any("c7" in value.lower() for value in row.values())]
    assert 0 < len(expected) and opened.column("Spectrum") == names(expected)
    opened.click("#clear")
    assert opened.column("Spectrum") == names(firsts)


def test_the_list_is_turned_page_by_page(opened):
    assert len(opened.cells("#queries")) == 10
    assert opened.text("#pager span") == "1 to 10 of 22"
    opened.click("#pager button", "Next page")
    opened.click("#pager button", "Next page")
    assert opened.text("#pager span") == "21 to 22 of 22"
    assert not opened.find("#pager button", "Next page").is_enabled()
    opened.click("#pager button", "Previous page")
    assert opened.text("#pager span") == "11 to 20 of 22"


def test_arrows_go_through_the_list_and_over_its_pages(opened, firsts):
    opened.run("document.querySelector('#queries tbody a').focus()")
    opened.press("ARROW_UP")
    assert opened.focused() == firsts[0]["query_id"]
    for row in firsts[1:12]:
        opened.press("ARROW_DOWN")
        assert opened.focused() == row["query_id"]
    opened.press("ARROW_UP", "ARROW_UP")
    assert opened.focused() == firsts[9]["query_id"]
    opened.press("ENTER")
    assert opened.text("#chosen-title") == firsts[9]["query_id"]


def test_tab_reaches_every_control(opened):
    """And nothing that cannot be seen."""
    reached = []
    for _ in range(80):
        opened.press("TAB")
        reached.append(opened.run("const one = document.activeElement; return [one.id, one.innerText || one.ariaLabel, "
                                  "one.checkVisibility(), one.className]"))
        if reached[-1][0] == "" and reached[-1][1] == reached[0][1] and len(reached) > 1:
            break
    assert all(seen for _, _, seen, _ in reached)
    assert reached[0][3] == "skip"
    assert {"theme", "words", "status", "adduct", "least", "clear", "after"} <= {name for name, *_ in reached}
    texts = {text for _, text, *_ in reached}
    assert {"Score", "QUERY001", "Next page", "Whole spectrum", "Show its peaks"} <= texts
    assert any(style == "spectrum" or "spectrum" in str(style) for *_, style in reached)


def test_the_link_to_the_answers_moves_the_focus_there(opened):
    opened.press("TAB", "ENTER")
    assert opened.focused() == "answers"


def test_the_buttons_step_through_the_list_as_it_is_now(opened, firsts):
    assert not opened.find("#before").is_enabled()
    opened.click("#after")
    assert opened.text("#chosen-title") == firsts[1]["query_id"]
    opened.click("#queries thead button", "Score")
    order = opened.column("Spectrum")
    place = order.index(firsts[1]["query_id"])
    opened.click("#after")
    assert opened.text("#chosen-title") == order[place + 1]
    opened.write("#words", firsts[0]["query_id"])
    assert not opened.find("#before").is_enabled() and not opened.find("#after").is_enabled()


def test_the_chosen_spectrum_is_marked_and_its_page_of_the_list_shown(browser, demo, firsts):
    browser.open(demo.page, "#q15")
    assert browser.texts("#queries tr[aria-current=true] th") == [firsts[15]["query_id"]]
    assert browser.text("#pager span") == "11 to 20 of 22"


def test_the_page_says_what_it_is_of(opened, demo):
    run = dict(opened.cells("#run"))
    assert re.fullmatch(r"specbridge \S+", run["Program"])
    assert run["Table of hits"] == str(demo.table)
    assert run["Command"].split()[1] == "search" and str(demo.model) in run["Model"]
    assert run["Spectra"].endswith("query.mgf (22 spectra)")
