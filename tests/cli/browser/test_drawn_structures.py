"""Structures as a page draws them: bonds and labels are those that RDKit in Python has."""

from collections import Counter

import pytest

from cli_support import DATA
from structure_support import labels_of, lines_of

pytestmark = pytest.mark.thorough

STRANGE = [
    "C#CC(=O)N", "N#N", "C", "O", "CC", "C=C", "C#C", "O=C=O", "O=[N+]([O-])c1ccccc1", "[13CH3]C([2H])([2H])O",
    "C[N+](C)(C)CC(=O)[O-]", "[Ca+2]", "C[CH2]", "[O]N=O", "CC(C)(C)[SiH2]Cl", "Brc1ccc(I)cc1", "c1ccc2ccccc2c1",
    "c1cc[nH]c1", "C[Se]C", "OB(O)c1ccccc1", "O=P(O)(O)O", "N[C@@H](C)C(=O)O", "C1CC1", "C/C=C/C", "[C-]#[O+]",
    "CN=[N+]=[N-]", "F[B-](F)(F)F", "[2H]O[2H]", "c1ccc2c(c1)[nH]c1ccccc12", "O=c1cc(-c2ccccc2)oc2ccccc12",
    "C[n+]1ccccc1", "[CH2][CH2]", "C" * 60]
# A structure enters in the one form in which all are compared (standardize()), and is drawn so.
STANDARD = {"[NH4+]": "N", "[O-]S(=O)(=O)[O-]": "OS(=O)(=O)O", "[Na+].[Cl-]": "Cl", "NC(=[NH2+])N": "NC(=N)N",
            "CC(=O)[O-].[Na+]": "CC(=O)O"}


def drawings(browser):
    """Of each drawn answer: its SMILES, the number of bond lines, its labels with how often each is there."""
    return browser.run("""return [...document.querySelectorAll("#answers > li")].map((card) => {
      const svg = card.querySelector("svg.structure");
      return [card.answer.cells[view.columns.get("smiles")], svg.querySelectorAll("line.bond").length,
        [...svg.querySelectorAll("text.label")].map((text) => [text.textContent, text.classList.contains("small")]),
        card.answer.structure.labels];
    })""")


def texts_of(labels):
    """The texts that labels are drawn with, whatever their order."""
    texts = Counter()
    for _, symbol, hydrogens, charge, isotope, radicals in labels:
        texts[symbol] += 1
        texts["H"] += hydrogens > 0
        if hydrogens > 1:
            texts[str(hydrogens)] += 1
        if isotope:
            texts[str(isotope)] += 1
        sign = (str(abs(charge)) if abs(charge) > 1 else "") + ("+" if charge > 0 else "−") if charge else ""
        if sign or radicals:
            texts[sign + "•" * radicals] += 1
    return +texts


def whole(label):
    _, symbol, hydrogens, charge, isotope, radicals = label
    sign = (str(abs(charge)) if abs(charge) > 1 else "") + ("+" if charge > 0 else "−") if charge else ""
    return ((str(isotope) if isotope else "") + symbol + ("H" if hydrogens else "") +
            (str(hydrogens) if hydrogens > 1 else "") + sign + "•" * radicals)


def check(drawn, standard=None):
    smiles, lines, texts, labels = drawn
    smiles = standard or smiles
    assert lines == lines_of(smiles), smiles
    assert Counter(whole(label) for label in labels) == labels_of(smiles), smiles
    assert Counter(text for text, _ in texts) == texts_of(labels), smiles


@pytest.mark.parametrize("smiles", [*STRANGE, *STANDARD])
def test_bonds_and_labels_are_those_of_rdkit(browser, page_of, smiles):
    browser.open(page_of([{"smiles": smiles}]))
    (drawn,) = drawings(browser)
    assert drawn[0] == smiles
    check(drawn, STANDARD.get(smiles, smiles))


def test_every_molecule_of_the_fixtures_is_drawn_with_its_bonds_and_labels(browser, page_of):
    molecules = [line.split("\t")[1] for line in (DATA / "molecules.tsv").read_text().splitlines()]
    browser.open(page_of([{"query_id": "one", "query_index": "0", "rank": str(i), "smiles": smiles}
                          for i, smiles in enumerate(molecules, 1)], top=1000))
    drawn = drawings(browser)
    assert len(drawn) == len(molecules) > 500
    for one in drawn:
        check(one)


def test_all_of_a_structure_is_in_its_picture(browser, page_of):
    molecules = [line.split("\t")[1] for line in (DATA / "molecules.tsv").read_text().splitlines()]
    browser.open(page_of([{"query_id": "one", "query_index": "0", "rank": str(i), "smiles": smiles}
                          for i, smiles in enumerate(molecules, 1)], top=1000))
    outside = browser.run("""return [...document.querySelectorAll("#answers svg.structure")].filter((svg) => {
      const box = svg.getBBox(), view = svg.viewBox.baseVal;
      return box.x < view.x || box.y < view.y || box.x + box.width > view.x + view.width ||
        box.y + box.height > view.y + view.height;}).map((svg) => svg.ariaLabel)""")
    assert outside == []


def test_a_text_that_is_no_structure_is_not_drawn(browser, page_of):
    browser.open(page_of([{"smiles": "no structure"}]))
    assert browser.run("return document.querySelectorAll('svg.structure').length") == 0
    assert "no structure" in browser.text("#answers > li")
