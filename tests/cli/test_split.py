"""specbridge split: parts that share no molecule, the same for a seed whatever the order, records as they were."""

import functools
import gzip
import hashlib
import json
import random
from collections import Counter

import pytest
from rdkit import Chem
from rdkit.Chem.inchi import MolToInchiKey
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from cli_support import (DATA, contents, field, names_in, read_bytes, read_json, read_records, read_table, specbridge,
                         spectrum, succeed, write_records)
from format_support import WRITERS, records_of

NAMES = ["train", "validation", "test"]


@functools.lru_cache(None)
def keys_of(smiles):
    molecule = Chem.MolFromSmiles(smiles)
    return CalcMolFormula(molecule), MolToInchiKey(molecule)[:14]


def formula_of(record):
    return keys_of(field(record, "SMILES"))[0]


def structure_of(record):
    return keys_of(field(record, "SMILES"))[1]


@pytest.fixture(scope="module")
def records():
    return read_records(DATA / "train.mgf.gz")


@pytest.fixture
def split(tmp_path):
    """Splits records; the folder of parts."""
    def run(records, *options, out="parts", name="in.mgf"):
        write_records(tmp_path / name, records)
        succeed("split", tmp_path / name, "-o", tmp_path / out, *options)
        return tmp_path / out
    return run


def parts_of(folder, names=NAMES):
    return [read_records(folder / f"{name}.mgf") for name in names]


def shared(parts, key):
    sets = [{key(record) for record in part} for part in parts]
    return {one for i, a in enumerate(sets) for b in sets[i + 1:] for one in a & b}


@pytest.mark.parametrize("by, key", [("formula", formula_of), ("structure", structure_of)])
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_in_two_parts(records, split, by, key, seed):
    parts = parts_of(split(records, "--by", by, "--seed", seed))
    assert shared(parts, key) == set() and shared(parts, structure_of) == set()
    assert sorted(sum(parts, [])) == sorted(records)
    said = read_json(split(records, "--by", by, "--seed", seed, "--force") / "split.json")
    assert said["in_several_parts"]["structures"] == 0
    assert [part["structures"] for part in said["parts"]] == [len(set(map(structure_of, part))) for part in parts]


def test_parts_by_structure_share_formulas_and_say_so(records, split):
    folder = split(records, "--by", "structure")
    assert read_json(folder / "split.json")["in_several_parts"]["formulas"] == len(
        shared(parts_of(folder), formula_of)) > 0


@pytest.mark.parametrize("shares", [(8, 1, 1), (1, 1, 1), (0.5, 0.25, 0.25)])
def test_parts_are_as_large_as_asked_up_to_a_group(records, split, shares):
    parts = parts_of(split(records, "--by", "structure", "--parts", ":".join(map(str, shares))))
    largest = max(Counter(map(structure_of, records)).values())
    for part, share in zip(parts, shares):
        assert abs(len(part) - share / sum(shares) * len(records)) <= largest


def test_the_order_of_records_and_files_does_not_matter(records, split, tmp_path):
    first = parts_of(split(records, "--seed", 3, out="a"))
    shuffled = random.Random(1).sample(records, len(records))
    second = parts_of(split(shuffled, "--seed", 3, out="b"))
    assert [sorted(part) for part in first] == [sorted(part) for part in second]
    halves = [write_records(tmp_path / f"{i}.mgf", half) for i, half in enumerate((records[600:], records[:600]))]
    succeed("split", *halves, "--seed", 3, "-o", tmp_path / "c")
    assert [sorted(part) for part in first] == [sorted(part) for part in parts_of(tmp_path / "c")]


def test_a_seed_gives_the_same_bytes_and_another_other_parts(records, split):
    first = contents(split(records, "--seed", 5, "--threads", 1, out="a"))
    second = contents(split(records, "--seed", 5, "--threads", 2, out="b"))
    other = contents(split(records, "--seed", 6, out="c"))
    del first["split.json"], second["split.json"]  # they name the output
    assert first == second
    assert first["train.mgf"] != other["train.mgf"]


def test_every_spelling_of_a_molecule_counts_as_one(split):
    chains = ["C" * length for length in range(2, 9)]
    records = [spectrum(SPECTRUM_ID=text, PEPMASS=100, SMILES=text) for chain in chains
               for text in (chain + "O", "O" + chain, f"C({chain[1:]})O", f"[OH]{chain}")]
    parts = parts_of(split(records, "--parts", "1:1:1", "--by", "structure"))
    assert all(part and len(part) % 4 == 0 for part in parts)


def test_a_charge_and_a_tautomer_do_not_part_a_formula(split):
    tautomers = [spectrum(SPECTRUM_ID=i, SMILES=text) for i, text in enumerate(["O=c1cccc[nH]1", "Oc1ccccn1"])]
    others = [spectrum(SPECTRUM_ID=f"o{i}", SMILES="C" * i) for i in range(1, 9)]
    for seed in range(5):
        parts = parts_of(split(tautomers + others, "--parts", "1:1:1", "--seed", seed, "--force"))
        assert [len(part) for part in parts if any(record in tautomers for record in part)
                and not all(record in part for record in tautomers)] == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_records_are_copied_byte_for_byte(tmp_path, end):
    first = end.join(["BEGIN IONS", "# a note", "TITLE =  a  b ", "PEPMASS=100.50 1e3", "SMILES=CCO", "50.10\t3.0 x",
                      "", "end ions"]) + end
    second = end.join(["begin ions", "smiles=CCCN", "60,5 1", "END IONS"])  # the file ends without a line end
    (tmp_path / "in.mgf").write_bytes(("\ufeff" + first + end + end + second).encode())
    succeed("split", tmp_path / "in.mgf", "--parts", "1:1", "-o", tmp_path / "parts")
    assert {(tmp_path / f"parts/part-{i}.mgf").read_bytes() for i in (1, 2)} == {
        (first + end).encode(), (second + end + end).encode()}


def test_what_holds_for_all_records_of_a_file_comes_along(tmp_path):
    records = [spectrum(SPECTRUM_ID=i, PEPMASS=100 + i, SMILES="C" * (i + 1)) for i in range(4)]
    (tmp_path / "in.mgf").write_text("# a header\nTITLE=of the file\nCHARGE=2-\n\n" + "\n".join(records))
    succeed("split", tmp_path / "in.mgf", "--parts", "1:1", "-o", tmp_path / "parts")
    written = sum((read_records(tmp_path / f"parts/part-{i}.mgf") for i in (1, 2)), [])
    assert sorted(written) == sorted(record.replace("BEGIN IONS\n", "BEGIN IONS\nCHARGE=2-\n") for record in records)


@pytest.mark.parametrize("packed", [True, False])
def test_parts_are_compressed_where_the_input_is(records, tmp_path, packed):
    text = "\n".join(records).encode()
    (tmp_path / "in").write_bytes(gzip.compress(text) if packed else text)
    succeed("split", tmp_path / "in", "-o", tmp_path / "parts")
    ending = ".mgf.gz" if packed else ".mgf"
    assert names_in(tmp_path / "parts") == sorted([name + ending for name in NAMES] + ["rejects.tsv", "split.json"])
    for part in read_json(tmp_path / "parts/split.json")["parts"]:
        raw = (tmp_path / "parts" / part["file"]).read_bytes()
        assert (raw[:2] == b"\x1f\x8b") == packed
        assert part["sha256"] == hashlib.sha256(raw).hexdigest()
        assert part["spectra"] == len(read_records(tmp_path / "parts" / part["file"]))


def test_a_table_stays_a_table_with_all_of_its_columns(records, tmp_path):
    lines = WRITERS["tsv"](records_of(records)).splitlines()
    lines = [line + "\t" + ("simulation_challenge" if i == 0 else f"True {i}") for i, line in enumerate(lines)]
    (tmp_path / "in.tsv").write_text("\n".join(lines) + "\n")
    succeed("split", tmp_path / "in.tsv", "-o", tmp_path / "parts")
    parts = [(tmp_path / f"parts/{name}.tsv").read_text().splitlines() for name in NAMES]
    assert all(part[0] == lines[0] for part in parts)
    assert sorted(sum((part[1:] for part in parts), [])) == sorted(lines[1:])
    write_records(tmp_path / "in.mgf", records)
    succeed("split", tmp_path / "in.mgf", "-o", tmp_path / "same")
    assert [len(part) - 1 for part in parts] == list(map(len, parts_of(tmp_path / "same")))


@pytest.mark.parametrize("name", ["msp", "massbank", "mzml", "gnps-json"])
def test_other_formats_come_out_as_mgf_that_says_the_same(records, tmp_path, name):
    given = records_of(records[:200])
    (tmp_path / "in").write_text(WRITERS[name](given))
    succeed("split", tmp_path / "in", "--parts", "1:1:1", "-o", tmp_path / "parts")
    written = {record.id: record for part in parts_of(tmp_path / "parts") for record in records_of(part)}
    assert len(written) == len(given)
    for record in given:
        again = written[record.id]
        assert (float(again.mz), again.adduct, again.smiles, again.formula) == (
            float(record.mz), record.adduct, record.smiles, record.formula)
        assert [tuple(map(float, peak)) for peak in again.peaks] == [tuple(map(float, peak)) for peak in record.peaks]


def test_what_has_no_structure_is_named_with_its_reason(records, tmp_path):
    odd = [spectrum(SPECTRUM_ID="none", PEPMASS=100), spectrum(SPECTRUM_ID="bad", PEPMASS=100, SMILES="CC("),
           spectrum(SPECTRUM_ID="broken", PEPMASS="x", SMILES="CCO")]
    write_records(tmp_path / "in.mgf", odd + records[:100])
    result = succeed("split", tmp_path / "in.mgf", "-o", tmp_path / "parts")
    assert "left out: 1 bad_record, 1 bad_structure, 1 no_structure" in result.err
    rejects = read_table(tmp_path / "parts/rejects.tsv")
    assert [(row["line"], row["query_index"], row["reason"]) for row in rejects] == [
        ("1", "0", "no_structure"), ("8", "1", "bad_structure"), ("16", "2", "bad_record")]
    assert sorted(sum(parts_of(tmp_path / "parts"), [])) == sorted(records[:100])
    said = read_json(tmp_path / "parts/split.json")
    assert (said["spectra"], said["left_out"]) == (103, {"bad_record": 1, "bad_structure": 1, "no_structure": 1})


def test_folds_are_taken_as_they_stand(records, tmp_path):
    given = [record.replace("FOLD=train", f"FOLD={'val' if i % 3 == 0 else 'train'}")
             for i, record in enumerate(records[:60])]
    given.append(spectrum(SPECTRUM_ID="nowhere", SMILES="CCO"))
    write_records(tmp_path / "in.mgf", given)
    result = succeed("split", tmp_path / "in.mgf", "--by", "fold", "-o", tmp_path / "folds")
    parts = parts_of(tmp_path / "folds", ["train", "val"])
    assert parts[1] == [record for record in given if "FOLD=val" in record]
    assert parts[0] == [record for record in given if "FOLD=train" in record]
    assert [row["reason"] for row in read_table(tmp_path / "folds/rejects.tsv")] == ["no_fold"]
    both = shared(parts, structure_of)
    assert f"warning: {len(both)} structures and " in result.err and "in more than one fold" in result.err
    assert read_json(tmp_path / "folds/split.json")["in_several_parts"]["structures"] == len(both)


def test_parts_have_the_names_that_were_given(records, split):
    folder = split(records[:200], "--parts", "3:1", "--names", "fit, measure")
    assert names_in(folder) == ["fit.mgf", "measure.mgf", "rejects.tsv", "split.json"]


def test_what_exists_is_replaced_only_when_asked_and_when_it_is_a_split(records, split, tmp_path):
    folder = split(records[:200])
    again = ("split", tmp_path / "in.mgf", "-o", folder)
    assert specbridge(*again).code == 5
    succeed(*again, "--force", "--parts", "1:1")
    assert names_in(folder) == ["part-1.mgf", "part-2.mgf", "rejects.tsv", "split.json"]
    (folder / "notes.txt").write_text("mine")
    assert specbridge(*again, "--force").code == 5
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("options, message", [
    (["--parts", "8"], '--parts: found "8", expected 2 to 100 positive numbers with colons between them, as in 8:1:1'),
    (["--parts", "8:0:1"], '--parts: found "8:0:1", expected 2 to 100 positive numbers with colons between them, as '
                           "in 8:1:1"),
    (["--names", "a,b"], "--names: found 2 names, expected 3 different ones, as --parts has"),
    (["--names", "a,b,a"], "--names: found 2 names, expected 3 different ones, as --parts has"),
    (["--names", "a,../b,c"], '--names: "../b" cannot name a file; expected letters, digits, -, _ and .'),
    (["--by", "fold", "--parts", "1:1"], "split: --by fold takes the parts as they are stated; leave out --parts"),
    (["--by", "fold", "--names", "a,b"], "split: the parts of --by fold have the names of the folds; leave out "
                                         "--names"),
])
def test_what_cannot_be_meant_is_refused(refused, options, message):
    refused(2, message, "split", DATA / "val.mgf.gz", *options)


def test_standard_input_is_refused(refused):
    refused(2, 'split: "-" cannot be split: spectra are read twice; name a file', "split", "-")


def test_spectra_that_cannot_be_parted_are_refused(refused, tmp_path):
    one = write_records(tmp_path / "one.mgf", [spectrum(SMILES="CCO"), spectrum(SMILES="COC")])
    refused(3, f"{one}: train would be empty: 1 formula of 2 spectra are too few, or too unequal, for 3 parts; name "
               "fewer parts, other shares or another --seed", "split", one, "--parts", "1:9:1")
    none = write_records(tmp_path / "none.mgf", [spectrum(PEPMASS=100)])
    refused(3, f"{none}: none of 1 spectrum can be put into a part: 1 no_structure", "split", none)
    refused(3, f'{DATA / "val.mgf.gz"}: states 1 fold ("val" for one), expected 2 to 100 to part by; part --by formula '
               "or structure", "split", DATA / "val.mgf.gz", "--by", "fold")
    slash = write_records(tmp_path / "slash.mgf", [spectrum(SMILES="CCO", FOLD="a/b"), spectrum(SMILES="C", FOLD="c")])
    refused(3, f'{slash}: FOLD: "a/b" cannot name a file; expected letters, digits, -, _ and .', "split", slash, "--by",
            "fold")
    text = tmp_path / "text.mgf"
    text.write_text("no spectra\n")
    refused(3, f"{text}: is no file of spectra; expected MGF, MSP, MassBank records, mzML, GNPS JSON, JCAMP-DX, "
               "MassSpecGym TSV or a library of FastEI", "split", text)
    refused(3, f"{tmp_path / 'missing'}: cannot be read (No such file or directory)", "split", tmp_path / "missing")


def test_json_is_what_split_json_says(records, tmp_path):
    write_records(tmp_path / "in.mgf", records)
    said = json.loads(succeed("split", tmp_path / "in.mgf", "-o", tmp_path / "parts", "--seed", 9, "--json").out)
    record = read_json(tmp_path / "parts/split.json")
    assert {key: record[key] for key in said} == said
    assert (record["seed"], record["by"], record["shares"], record["program"]) == (9, "formula", [8, 1, 1],
                                                                                  "specbridge")
    assert record["inputs"] == [{"path": str(tmp_path / "in.mgf"),
                                 "sha256": hashlib.sha256((tmp_path / "in.mgf").read_bytes()).hexdigest()}]
    assert read_bytes(tmp_path / "parts/rejects.tsv").decode() == "file\tline\tquery_index\treason\tmessage\n"
