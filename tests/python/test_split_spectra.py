"""scripts/science/split_spectra.py: halves that share no molecule."""

import gzip
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts/science"))
import split_spectra  # noqa: E402


def record(name, smiles):
    line = f"SMILES={smiles}\n" if smiles else ""
    return f"BEGIN IONS\nTITLE={name}\n{line}100 1\nEND IONS\n\n"


TEXT = "".join(record(f"{smiles}{i}", smiles) for smiles in ("C", "CC", "CCC", "CCCC") for i in range(3))


def test_a_molecule_is_in_one_half_with_all_of_its_spectra(tmp_path):
    spectra = tmp_path / "all.mgf.gz"
    spectra.write_bytes(gzip.compress((TEXT + record("nameless", "")).encode()))
    halves = [tmp_path / "a.mgf", tmp_path / "b.mgf"]
    assert split_spectra.main([str(spectra), *map(str, halves)]) == 0
    found = [half.read_text() for half in halves]
    assert sorted("".join(found).split("\n\n")) == sorted(TEXT.split("\n\n"))
    names = [{line for line in text.splitlines() if line.startswith("SMILES=")} for text in found]
    assert [len(one) for one in names] == [2, 2] and not names[0] & names[1]


def test_spectra_without_a_pool_are_left_out_when_asked(tmp_path):
    spectra, pools = tmp_path / "all.mgf", tmp_path / "pools.json"
    spectra.write_text(TEXT)
    pools.write_text('{"CC": ["CC", "C"], "CCC": ["CCC"]}')
    halves = [tmp_path / "a.mgf", tmp_path / "b.mgf"]
    assert split_spectra.main([str(spectra), *map(str, halves), "--pools", str(pools)]) == 0
    names = {line for half in halves for line in half.read_text().splitlines() if line.startswith("SMILES=")}
    assert names == {"SMILES=CC", "SMILES=CCC"}


def test_the_seed_decides():
    first = [split_spectra.halves_of(TEXT, seed)[0] for seed in range(8)]
    assert split_spectra.halves_of(TEXT, 3)[0] == first[3]
    assert any(one != first[0] for one in first)


@pytest.mark.parametrize("text", ["", record("a", "C"), "no records"])
def test_too_few_molecules_are_told(tmp_path, capsys, text):
    (tmp_path / "s.mgf").write_text(text)
    assert split_spectra.main([str(tmp_path / "s.mgf"), str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert "holds fewer than two molecules" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_a_missing_file_is_told(tmp_path, capsys):
    assert split_spectra.main([str(tmp_path / "none"), str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert "none" in capsys.readouterr().err


def test_some_spectra_of_a_molecule_are_kept_evenly_spread():
    text = "".join(record(f"C{i}", "C") for i in range(6)) + record("CC0", "CC")
    kept = split_spectra.thinned(split_spectra.RECORD.findall(text), 2)
    assert [split_spectra.field(one, "TITLE") for one in kept] == ["C2", "C5", "CC0"]
