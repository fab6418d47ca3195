"""What scripts/science/generation.sh trains on and shows: unrelated_molecules.py and control_spectra.py."""

import gzip
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/science"))
import control_spectra  # noqa: E402
import unrelated_molecules  # noqa: E402
from mgf_records import read_mgf  # noqa: E402


def record(name, smiles, peaks, charge="1+"):
    return (f"BEGIN IONS\nSPECTRUM_ID={name}\nPEPMASS=150.1\nCHARGE={charge}\nSMILES={smiles}\n"
            + "".join(f"{mz} {intensity}\n" for mz, intensity in peaks) + "END IONS\n\n")


def test_molecules_of_the_mass_of_a_truth_are_left_out_with_their_isomers(tmp_path):
    (tmp_path / "list.smi").write_text("1\tCCO\n2\tCOC\n3\tCCC\n4\tnothing\n5\tCC=O\n")
    (tmp_path / "s.mgf").write_text(record("a", "OCC", [(50, 1)]))
    out = tmp_path / "out.smi.gz"
    assert unrelated_molecules.main([str(tmp_path / "list.smi"), "--spectra", str(tmp_path / "s.mgf"), "-o",
                                     str(out)]) == 0
    assert gzip.decompress(out.read_bytes()).decode() == "3\tCCC\n5\tCC=O\n"


def test_near_is_counted_in_ppm_on_both_sides():
    assert [unrelated_molecules.is_near(mass, [100.0, 200.0], 20) for mass in (99.998, 99.9979, 100.002, 100.0021, 150,
                                                                           200.003)] == [
        True, False, True, False, False, True]


@pytest.mark.parametrize(("spectra", "words"), [("", "states no molecule"),
                                                (record("a", "CCO", []), "no molecule is further than 20 ppm")])
def test_a_list_that_nothing_is_left_of_is_told(tmp_path, capsys, spectra, words):
    (tmp_path / "list.smi").write_text("1\tCCO\n")
    (tmp_path / "s.mgf").write_text(spectra)
    assert unrelated_molecules.main([str(tmp_path / "list.smi"), "--spectra", str(tmp_path / "s.mgf"), "-o",
                                     str(tmp_path / "out.gz")]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out.gz").exists()


def test_swapped_peaks_are_of_another_molecule_and_the_same_ion_mode(tmp_path):
    text = "".join(record(f"{smiles}{charge}{n}", smiles, [(len(smiles) * 10 + n + (500 if "-" in charge else 0), 1)],
                          charge) for smiles in ("C", "CC", "CCC") for charge in ("1+", "1-") for n in range(2))
    (tmp_path / "s.mgf").write_text(text)
    assert control_spectra.main(["swapped", str(tmp_path / "s.mgf"), str(tmp_path / "out.mgf")]) == 0
    own, shown = read_mgf(tmp_path / "s.mgf"), read_mgf(tmp_path / "out.mgf")
    assert [one.fields for one in shown] == [one.fields for one in own]
    owner = {one.peaks[0][0]: (one.fields["SMILES"], one.charge) for one in own}
    for one in shown:
        smiles, charge = owner[one.peaks[0][0]]
        assert smiles != one.fields["SMILES"] and charge == one.charge


def test_the_precursor_alone_is_one_peak(tmp_path):
    (tmp_path / "s.mgf").write_text(record("a", "C", [(50, 1), (60, 2)]))
    assert control_spectra.main(["precursor", str(tmp_path / "s.mgf"), str(tmp_path / "out.mgf")]) == 0
    assert [one.peaks for one in read_mgf(tmp_path / "out.mgf")] == [[(150.1, 100.0)]]


def test_one_molecule_alone_cannot_be_swapped(tmp_path, capsys):
    (tmp_path / "s.mgf").write_text(record("a", "C", [(50, 1)]) + record("b", "CC", [(60, 1)], "1-"))
    assert control_spectra.main(["swapped", str(tmp_path / "s.mgf"), str(tmp_path / "out.mgf")]) == 2
    assert "no spectrum of another molecule in positive mode" in capsys.readouterr().err
