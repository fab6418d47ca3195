"""What the page of a search shows of a chosen spectrum: answers, explained peaks, the fragment of a peak."""

import pytest

from cli_support import by_query
from structure_support import heavy_atoms_of, pieces_without

pytestmark = pytest.mark.thorough

TOP = 10


@pytest.fixture(scope="module")
def answers(demo):
    """The rows of each query, by its number."""
    return by_query(demo.hits)


def explained_peaks(demo, index, rank):
    """The rows of peaks.tsv that an answer explains, those that contribute most first."""
    rows = [row for row in demo.peaks if (row["query_index"], row["rank"]) == (str(index), str(rank)) and
            row["status"] == "explained"]
    return sorted(rows, key=lambda row: -float(row["contribution"]))


def chosen_peaks(page):
    return page.cells("#peaks")


def marked_atoms(page):
    """The atoms of the large drawing that are marked, as numbers in the SMILES."""
    return frozenset(page.run("""
      const {structure} = view.answer, places = [];
      for (let i = 0; i < structure.atoms.length; i += 2) {
        places.push([structure.atoms[i], -structure.atoms[i + 1]].join());
      }
      return [...document.querySelectorAll("#fragment circle.mark")].map((mark) =>
        places.indexOf([mark.getAttribute("cx"), mark.getAttribute("cy")].join()));"""))


def test_a_link_of_the_list_shows_the_answers_of_its_spectrum(opened, answers):
    name = answers[3][0]["query_id"]
    opened.click("#queries tbody a", name)
    assert opened.text("#chosen-title") == name and opened.focused() == "chosen-title"
    assert opened.run("return location.hash") == "#q3"
    shown = opened.texts("#answers > li p:nth-last-of-type(2)")
    assert shown == [row["smiles"] for row in answers[3]]


@pytest.mark.parametrize("index", [0, 7, 19])
def test_answers_stand_in_the_order_of_their_ranks_with_the_values_of_the_table(browser, demo, answers, index):
    browser.open(demo.page, f"#q{index}")
    cards = browser.run("""return [...document.querySelectorAll("#answers > li")].map((card) => ({
      title: card.querySelector("h3").innerText, words: card.innerText,
      bars: [...card.querySelectorAll(".bars > :not(.bar)")].map((one) => one.innerText)}))""")
    rows = answers[index][:TOP]
    assert len(cards) == len(rows) > 1
    for rank, (card, row) in enumerate(zip(cards, rows), 1):
        assert row["rank"] == str(rank)
        assert card["title"] == f"{rank}. {row['name'] or row['formula']}"
        assert card["bars"] == [word for name in ("score", "evidence.cosine", "evidence.fragments")
                                for word in (name.removeprefix("evidence."), f"{float(row[name]):.3f}")]
        for column in ("smiles", "formula", "inchikey14", "library_id"):
            assert row[column] in card["words"]
        assert f"{float(row['mass_error_ppm']):.1f} ppm".replace("-0.0", "0.0") in card["words"]
        stated = f"right with probability {float(row['probability']):.2f}, q-value {float(row['q_value']):.3f}" \
            if row["probability"] else ""
        assert stated in card["words"] and ("probability" in card["words"]) == (row["probability"] != "")


def test_facts_of_the_spectrum_are_those_of_the_table(browser, demo, answers):
    browser.open(demo.page, "#q2")
    row = answers[2][0]
    assert browser.text("#facts") == (f"{row['adduct']} · precursor m/z {float(row['precursor_mz']):.4f} · "
                                      f"{row['candidates']} candidates · query.mgf")


@pytest.mark.parametrize("index, rank", [(0, 1), (0, 4), (5, 2), (12, 10), (19, 1)])
def test_explained_peaks_are_those_of_explain(browser, demo, index, rank):
    browser.open(demo.page, f"#q{index}")
    browser.run("document.querySelectorAll('#answers > li button')[arguments[0]].click()", rank - 1)
    expected = [[f"{float(row['mz']):.4f}", f"{100 * float(row['intensity']):.1f}", row["formula"],
                 f"{float(row['error_ppm']):.1f}", row["bonds"] or "none", f"{float(row['contribution']):.3f}"]
                for row in explained_peaks(demo, index, rank)]
    shown = chosen_peaks(browser)
    assert len(shown) == len(expected) > 0
    # Numbers are rounded twice, so their last digit may differ by one; equal contributions may stand in any order.
    assert sorted(row[0] for row in shown) == sorted(row[0] for row in expected)
    of_mz = {row[0]: row for row in expected}
    for row in shown:
        other = of_mz[row[0]]
        assert (row[2], row[4]) == (other[2], other[4])
        for place, last in ((1, 0.1), (3, 0.1), (5, 0.001)):
            assert float(row[place]) == pytest.approx(float(other[place]), abs=1.01 * last)
    added = [float(row[5]) for row in shown]
    assert added == sorted(added, reverse=True)


def test_the_spectrum_has_a_line_for_each_peak_in_the_colour_of_its_use(browser, demo):
    browser.open(demo.page, "#q5")
    own = [row for row in demo.peaks if (row["query_index"], row["rank"]) == ("5", "1")]
    count = lambda style: browser.run(f"return document.querySelectorAll('#spectrum line.{style}').length")
    explained = sum(row["status"] == "explained" for row in own)
    assert count("explained") + count("picked") == explained
    assert count("unexplained") == sum(row["status"] == "unexplained" for row in own)
    assert count("unread") == len(own) - explained - count("unexplained")


@pytest.mark.parametrize("index, rank", [(0, 1), (3, 2), (7, 1), (12, 5)])
def test_choosing_a_peak_marks_exactly_the_atoms_of_its_fragment(browser, demo, index, rank):
    browser.open(demo.page, f"#q{index}")
    browser.run("document.querySelectorAll('#answers > li button')[arguments[0]].click()", rank - 1)
    rows = {f"{float(row['mz']):.4f}": row for row in explained_peaks(demo, index, rank)}
    buttons = browser.run("return document.querySelectorAll('#peaks tbody button').length")
    assert buttons == len(rows) > 3
    for place in range(buttons):
        mz = browser.run("const one = document.querySelectorAll('#peaks tbody button')[arguments[0]]; one.click(); "
                         "return one.innerText", place)
        row, marked = rows[mz], marked_atoms(browser)
        assert marked in pieces_without(row["smiles"], row["bonds"])
        assert heavy_atoms_of(row["fragment_smiles"]) == heavy_atoms_of(row["smiles"], marked)
        atoms = "1 atom" if len(marked) == 1 else f"{len(marked)} atoms"
        assert browser.text("#fragment figcaption") == f"m/z {mz}, {row['formula']}: {atoms} marked"
        assert browser.texts("#peaks tr.chosen th") == [mz]
        assert browser.run("return document.querySelectorAll('#spectrum line.picked').length") == 1


def test_marked_bonds_are_those_between_marked_atoms(opened):
    marked = marked_atoms(opened)
    between = opened.run("""const {bonds} = view.answer.structure, pairs = [];
      for (let i = 0; i < bonds.length; i += 3) pairs.push([bonds[i], bonds[i + 1]]); return pairs""")
    lines = opened.run("return document.querySelectorAll('#fragment line.mark').length")
    assert lines == sum(a in marked and b in marked for a, b in between)


def test_another_answer_brings_its_own_peaks(opened, demo):
    opened.click("#answers > li:nth-child(3) button")
    assert opened.texts("#answers > li.chosen h3")[0].startswith("3. ")
    pressed = opened.run("return [...document.querySelectorAll('#answers > li button')].map((one) => one.ariaPressed)")
    assert pressed == ["false", "false", "true"] + ["false"] * (len(pressed) - 3)
    rows = explained_peaks(demo, 0, 3)
    assert sorted(row[0] for row in chosen_peaks(opened)) == sorted(f"{float(row['mz']):.4f}" for row in rows)
    read = [row for row in demo.peaks if (row["query_index"], row["rank"]) == ("0", "3") and
            row["status"] in ("explained", "unexplained")]
    share = sum(float(row["intensity"]) for row in rows) / sum(float(row["intensity"]) for row in read)
    assert opened.text("#spectrum-caption") == (f"Answer 3 explains {len(rows)} of {len(read)} peaks "
                                                f"({100 * share:.1f} % of their intensity).")


def test_a_click_beside_a_peak_of_the_spectrum_chooses_it(opened):
    """Its line is two pixels wide."""
    from selenium.webdriver.common.action_chains import ActionChains
    opened.click("#peaks tbody tr:last-child button")
    x, wide, high = opened.run("""
      const line = document.querySelector("#spectrum line.explained"), svg = line.ownerSVGElement;
      svg.scrollIntoView({block: "center"});
      return [Number(line.getAttribute("x1")), svg.clientWidth, svg.clientHeight]""")
    words = opened.run("return document.querySelector('#spectrum line.explained title').textContent")
    mz = words.split()[1].rstrip(":")
    ActionChains(opened.driver).move_to_element_with_offset(
        opened.find("#spectrum svg"), round(x - wide / 2 + 3), round(high / 2 - 60)).click().perform()
    assert opened.texts("#peaks tr.chosen th") == [mz]


def range_of(page):
    return page.run("return view.plot.range")


def test_keys_zoom_the_spectrum_and_move_in_it(opened):
    opened.run("document.querySelector('#spectrum svg').focus()")
    whole = range_of(opened)
    opened.press("+")
    low, high = range_of(opened)
    assert high - low == pytest.approx((whole[1] - whole[0]) / 2)
    opened.press("ARROW_RIGHT")
    assert range_of(opened) == pytest.approx([low + (high - low) / 4, high + (high - low) / 4])
    opened.press(*["ARROW_RIGHT"] * 5)
    assert range_of(opened) == pytest.approx([whole[1] - (high - low), whole[1]])
    opened.press("ARROW_LEFT", "-")
    opened.press("0")
    assert range_of(opened) == whole


def test_buttons_zoom_as_the_keys_do(opened):
    whole = range_of(opened)
    opened.click("#spectrum button", "+")
    opened.click("#spectrum button", "→")
    shown = range_of(opened)
    assert shown == pytest.approx([whole[0] + 3 * (whole[1] - whole[0]) / 8, whole[0] + 7 * (whole[1] - whole[0]) / 8])
    opened.click("#spectrum button", "Whole spectrum")
    assert range_of(opened) == whole


def test_dragging_over_the_spectrum_zooms_to_what_was_dragged_over(opened):
    from selenium.webdriver.common.action_chains import ActionChains
    opened.run("document.querySelector('#spectrum svg').scrollIntoView({block: 'center'})")
    before = opened.texts("#peaks tr.chosen th")
    actions = ActionChains(opened.driver)
    actions.move_to_element_with_offset(opened.find("#spectrum svg"), -100, 0).click_and_hold()
    actions.move_by_offset(200, 0).release().perform()
    (low, high), whole = range_of(opened), opened.run("return view.plot.whole")
    wide = opened.run("return document.querySelector('#spectrum svg').clientWidth - 56")
    assert high - low == pytest.approx(200 / wide * (whole[1] - whole[0]), rel=0.02)
    assert opened.texts("#peaks tr.chosen th") == before


def test_a_spectrum_without_an_answer_says_why(browser, demo, answers):
    for index, rows in answers.items():
        if rows[0]["status"] == "ok":
            continue
        browser.open(demo.page, f"#q{index}")
        said = browser.text("#problem")
        assert said.endswith(rows[0]["message"]) and rows[0]["message"]
        assert browser.texts("#answers > li") == [] and browser.texts("#peaks tbody tr") == []
        assert browser.run("return document.querySelectorAll('#spectrum line.axis').length") > 2


def test_a_spectrum_without_a_precursor_is_drawn_all_the_same(browser, demo, answers):
    index = next(index for index, rows in answers.items() if rows[0]["status"] == "no_precursor")
    browser.open(demo.page, f"#q{index}")
    tops = browser.run("return [...document.querySelectorAll('#spectrum line.unread')].map((line) => "
                       "line.getAttribute('y1') - line.getAttribute('y2'))")
    assert len(tops) > 3 and max(tops) == pytest.approx(220, abs=0.1) and len(set(tops)) > 1


def test_a_peak_behind_the_precursor_may_be_the_largest(browser, page_of):
    browser.open(page_of(["one"], peaks="43.0178 100\n61.0284 80\n120 400"))
    tops = browser.run("return [...document.querySelectorAll('#spectrum line.picked, #spectrum line.explained, "
                       "#spectrum line.unread')].map((line) => line.getAttribute('y1') - line.getAttribute('y2'))")
    assert sorted(tops) == pytest.approx([0.8 * 55, 55, 220], abs=0.1)
    assert [text for text in browser.run(
        "return [...document.querySelectorAll('#spectrum text')].map((text) => text.textContent)") if "%" in text] == [
            "0 %", "200 %", "400 %"]


def test_an_answer_that_explains_no_peak_says_so(browser, page_of):
    browser.open(page_of(["one"], peaks="50.5 100"))
    assert browser.text("#peaks caption") == "No peak has the mass of a fragment of this answer"
    assert browser.text("#spectrum-caption") == "Answer 1 explains 0 of 1 peak (0.0 % of their intensity)."
    assert browser.text("#fragment figcaption") == "no fragment marked" and marked_atoms(browser) == frozenset()


def test_the_adduct_is_that_of_the_table_where_the_spectrum_states_none(browser, page_of):
    browser.open(page_of([{"adduct": "[M+H]+"}]))
    assert browser.text("#facts").startswith("[M+H]+ · ") and browser.column("Adduct") == ["[M+H]+"]


def test_an_answer_that_cannot_be_taken_apart_says_why(browser, page_of):
    browser.open(page_of([{"adduct": "[M+2H]2+"}]))
    assert browser.text("#spectrum-caption") == "Not explained: [M+2H]2+: ions of several charges are not taken apart."
    assert browser.texts("#peaks tbody tr") == [] and len(browser.texts("#answers > li")) == 1


@pytest.mark.parametrize("column, id, name, start", [
    ("library_id", "CHEBI:17234", "ChEBI", "https://www.ebi.ac.uk/chebi/"),
    ("library_id", "HMDB0000122", "HMDB", "https://hmdb.ca/"),
    ("library_id", "my own 7", None, None)])
def test_identifiers_of_known_collections_are_links(browser, page_of, column, id, name, start):
    browser.open(page_of([{column: id, "inchikey14": "XEKOWRVHYACXOJ"}]))
    links = browser.run("return [...document.querySelectorAll('#answers a')].map((one) => "
                        "[one.innerText, one.href, one.rel])")
    expected = ([name] if name else []) + ["search PubChem"]
    assert [text for text, _, _ in links] == expected
    assert all(address.startswith("https://") and rel == "noreferrer" for _, address, rel in links)
    if name:
        assert links[0][1].startswith(start) and id in links[0][1]


def test_spectra_that_were_answered_together_name_each_other(browser, page_of):
    browser.open(page_of([
        {"query_id": "first", "rank": "", "score": "", "smiles": "", "status": "merged", "spectra": "0;1",
         "message": "of one feature with others; answered with query_index 1"},
        {"query_id": "last", "spectra": "0;1"}]))
    assert browser.text("#problem").startswith("answered with its feature")
    browser.click("#facts a", "last")
    assert browser.text("#chosen-title") == "last" and len(browser.texts("#answers > li")) == 1
    assert browser.text("#facts").endswith("query.mgf · answered together: first, last")


def test_an_address_that_names_no_spectrum_shows_the_first(browser, demo):
    browser.driver.get("about:blank")
    browser.driver.get(demo.page.as_uri() + "#q999")
    browser.until("document.querySelectorAll('#answers > li').length > 0")
    assert browser.text("#chosen-title") == "QUERY001"


def test_an_address_names_its_spectrum_and_the_way_back_is_kept(browser, demo, answers):
    browser.open(demo.page, "#q5")
    assert browser.text("#chosen-title") == answers[5][0]["query_id"]
    browser.click("#after")
    assert browser.text("#chosen-title") == answers[6][0]["query_id"]
    browser.driver.back()
    browser.settled()
    assert browser.text("#chosen-title") == answers[5][0]["query_id"]


@pytest.mark.parametrize("width", [1280, 500])
def test_labels_of_the_spectrum_cover_neither_each_other_nor_the_axis(browser, demo, width):
    browser.size(width)
    for index in (0, 3, 20):
        browser.open(demo.page, f"#q{index}")
        boxes = browser.run("""
          return [...document.querySelectorAll("#spectrum text:not([text-anchor=end])")].map((text) => {
            const {x, y, width, height} = text.getBBox();
            return [x, y, x + width, y + height];})""")
        labels = [box for box in boxes if box[3] < 266]  # above the axis of m/z
        assert len(labels) > 2 and all(box[0] >= 44 and box[2] <= width for box in labels)
        for i, one in enumerate(labels):
            for other in labels[:i]:
                wide = min(one[2], other[2]) - max(one[0], other[0])
                high = min(one[3], other[3]) - max(one[1], other[1])
                assert wide <= 0.5 or high <= 2  # lines of one label stand close
