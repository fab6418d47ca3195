"""scripts/science/mix_pools.py: spectra of a molecule get several kinds of pools in turn."""

import gzip
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/science"))

import mix_pools  # noqa: E402

TEXT = "".join(f"BEGIN IONS\nSPECTRUM_ID={name}\nSMILES={smiles}\n100 1\nEND IONS\n\n"
               for name, smiles in (("a", "CCO"), ("b", "CCN"), ("c", "CCO"), ("d", "CCO")))


def mixed(tmp_path, text, *kinds):
    (tmp_path / "spectra.mgf").write_text(text)
    pools = []
    for number, kind in enumerate(kinds):
        pools.append(tmp_path / f"{number}.json.gz")
        pools[-1].write_bytes(gzip.compress(json.dumps(kind).encode()))
    code = mix_pools.main([str(tmp_path / "spectra.mgf"), *map(str, pools), "-o", str(tmp_path / "mixed.tsv.gz")])
    return code, gzip.decompress((tmp_path / "mixed.tsv.gz").read_bytes()).decode() if code == 0 else ""


def test_the_kinds_take_turns_within_a_molecule(tmp_path):
    wide, narrow = {"CCO": ["CCO", "COC"], "CCN": ["CCN"]}, {"CCO": ["CCO"], "CCN": ["CNC"]}
    code, table = mixed(tmp_path, TEXT, wide, narrow)
    assert (code, table) == (0, "query_id\tsmiles\na\tCCO\na\tCOC\nb\tCCN\nc\tCCO\nd\tCCO\nd\tCOC\n")


def test_a_record_without_structure_is_told(tmp_path, capsys):
    assert mixed(tmp_path, "BEGIN IONS\nSPECTRUM_ID=a\n100 1\nEND IONS\n", {})[0] == 2
    assert "a record has no SMILES or no SPECTRUM_ID" in capsys.readouterr().err
