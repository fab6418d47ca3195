"""scripts/science/denovo_table.py: how near written and retrieved molecules come to the truth."""

import subprocess
import sys

import pytest

from cli_support import ROOT

HEAD = "query_index\tsmiles\tin_library"
ETHANOL, PROPANOL, BENZENE = "CCO", "CCCO", "c1ccccc1"


@pytest.fixture
def table(tmp_path):
    """Rows by name of the table of some answers; columns as the script has them."""
    def run(*more, **answers):
        (tmp_path / "truth.mgf").write_text("".join(
            f"BEGIN IONS\nSMILES={smiles}\n50 1\nEND IONS\n" for smiles in (ETHANOL, BENZENE)))
        (tmp_path / "list.smi").write_text(f"1\t{PROPANOL}\n2\t{BENZENE}\n")
        files = []
        for name, rows in answers.items():
            (tmp_path / f"{name}.tsv").write_text("\n".join([HEAD, *("\t".join(map(str, row)) for row in rows)]) + "\n")
            files.append(f"{name}={tmp_path / name}.tsv")
        done = subprocess.run([sys.executable, ROOT / "scripts/science/denovo_table.py", *files, "--truth",
                               tmp_path / "truth.mgf", "--library", tmp_path / "list.smi", *more],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return {cells[1]: cells[2:-1] for cells in
                ([cell.strip() for cell in line.split("|")] for line in done.stdout.splitlines()[2:])}
    return run


def means(cells):
    return [float(cell.split(" ")[0]) for cell in cells]


def test_a_query_without_answer_counts_as_the_farthest(table):
    # Ethanol is answered with propanol, then itself; benzene is not. One C-C bond less: MCES 1; 5 of 9 environments are
    # shared.
    rows = table(written=[(0, PROPANOL, "false"), (0, "OCC", "false")])
    answered, *found, in_list = means(rows["written"][:-1])
    assert answered == 0.5
    assert found == pytest.approx([0, 5 / 9 / 2, (1 + 15) / 2, 0.5, 0.5, 7.5], abs=1e-3)
    assert in_list == 0.5


def test_what_this_rdkit_takes_for_no_molecule_is_like_nothing(table):
    rows = table(written=[(0, "CCO[PH](N)(=O)=O", "false")])
    assert means(rows["written"][:4])[:3] == [0.5, 0, 0]


def test_texts_that_are_no_molecules_are_counted_by_the_search(table, tmp_path):
    (tmp_path / "written.tsv.run.json").write_text('{"written": {"answered": 1, "invalid": 3, "texts": 4}}')
    assert table(written=[(0, ETHANOL, "false")])["written"][-1] == "0.250"
    assert table(found=[(0, ETHANOL, "true")])["found"][-1] == ""


def test_a_library_search_is_also_shown_without_the_molecule_itself(table):
    rows = table("--without-truth", found=[(0, PROPANOL, "true"), (1, BENZENE, "true"), (1, ETHANOL, "true")],
                 written=[(1, BENZENE, "false")])
    assert list(rows) == ["found", "found, the molecule left out", "written"]
    assert means(rows["found"][:2])[1] == 0.5  # benzene is first
    assert means(rows["found, the molecule left out"][:2]) == [1, 0]


def test_a_table_of_other_spectra_is_refused(table, tmp_path):
    table(written=[(0, ETHANOL, "false")])
    (tmp_path / "other.tsv").write_text(f"{HEAD}\n7\t{ETHANOL}\tfalse\n")
    done = subprocess.run([sys.executable, ROOT / "scripts/science/denovo_table.py", f"x={tmp_path}/other.tsv",
                           "--truth", tmp_path / "truth.mgf", "--library", tmp_path / "list.smi"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "query_index 7, but the truth has 2 spectra" in done.stderr
