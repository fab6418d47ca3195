"""specbridge index: from molecule lists to a library directory."""

import gzip
import json
import struct

import pytest

from cli_support import (DATA, SHARD, contents, molecule_lines, names_in, payload, read_json, read_table, specbridge,
                         succeed)

ETHANOL_ACETONE_CAFFEINE = "e1\tCCO\na1\tCC(C)=O\nc1\tCN1C=NC2=C1C(=O)N(C(=O)N2C)C\n"
SDF = """ethanol
  hand

  3  2  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    1.0000    0.0000    0.0000 C   0  0
    2.0000    0.0000    0.0000 O   0  0
  1  2  1  0
  2  3  1  0
M  END
$$$$
"""


def rows_of(library):
    """(id, SMILES, InChIKey, formula, charge, name, ...) of every molecule, in the library's order."""
    return [tuple(line.split("\t")) for line in molecule_lines(library / SHARD)]


@pytest.fixture
def index(made, tmp_path):
    """Indexes a text and returns the library's folder and the run's result."""
    def build(text, *options, name="molecules.smi"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        result = succeed("index", tmp_path / name, "--encoder", made.encoder["morgan"], "-o", tmp_path / "library",
                         *options)
        return tmp_path / "library", result

    return build


def test_a_library_directory_holds_molecules_vectors_index_and_rejects(made, kind):
    assert names_in(made.library[kind]) == ["manifest.json", "rejects.tsv", "shards"]
    assert names_in(made.library[kind] / SHARD) == ["formulas.u64", "index.signs", "keys.u64", "manifest.json",
                                                    "masses.f64", "molecules.lines", "vectors.f32"]


def test_indexing_says_what_came_out(index):
    library, result = index(ETHANOL_ACETONE_CAFFEINE + "x\tCC(\ny\tOCC\n")
    assert result.out == ""
    assert result.err == f"{library}: 3 molecules from 5 rows, 1 duplicate, 1 rejected (1 not_smiles; see " \
                         "rejects.tsv there)\n"


def test_the_summary_is_to_be_had_as_json(index):
    _, result = index(ETHANOL_ACETONE_CAFFEINE + "x\tCC(\ny\tOCC\n", "--json", "-q")
    assert json.loads(result.out) == {"read": 5, "molecules": 3, "duplicates": 1, "rejected": 1,
                                      "reasons": {"not_smiles": 1}}
    assert result.err == ""


def test_molecules_are_standardised_and_stand_in_order_of_mass(index):
    library, _ = index(ETHANOL_ACETONE_CAFFEINE)
    assert rows_of(library) == [
        ("e1", "CCO", "LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "C2H6O", "0", ""),
        ("a1", "CC(C)=O", "CSCPPACGZOOCGX-UHFFFAOYSA-N", "C3H6O", "0", ""),
        ("c1", "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "RYYVLZVUVIJVGH-UHFFFAOYSA-N", "C8H10N4O2", "0", "")]
    masses = struct.unpack("<3d", payload(library / SHARD / "masses.f64"))
    assert masses == pytest.approx((46.041865, 58.041865, 194.080376), abs=1e-6)


def test_molecules_of_one_mass_stand_in_order_of_smiles(made):
    rows = rows_of(made.library["morgan"])
    masses = struct.unpack(f"<{len(rows)}d", payload(made.library["morgan"] / SHARD / "masses.f64"))
    keys = [(mass, row[1]) for mass, row in zip(masses, rows)]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_vectors_have_unit_length(made, kind):
    values = payload(made.library[kind] / SHARD / "vectors.f32")
    dim = read_json(made.library[kind] / "manifest.json")["dim"]
    vectors = list(struct.iter_unpack(f"<{dim}f", values))
    assert len(vectors) == len(rows_of(made.library[kind]))
    assert [sum(x * x for x in vector) for vector in vectors] == pytest.approx([1] * len(vectors), abs=1e-5)


def test_of_duplicates_the_first_id_is_kept(index):
    library, _ = index("first\tCCO\nsecond\tOCC\nsalt\t[Na+].CC(=O)[O-]\nacid\tCC(O)=O\nmarked\tC[C@H](O)F\n"
                       "plain\tCC(O)F\n")
    assert [row[0] for row in rows_of(library)] == ["first", "salt", "marked"]


def test_every_row_that_is_no_molecule_is_in_rejects_with_its_reason(index, tmp_path):
    library, _ = index("good\tCCO\nopen\tCC(\nstar\tC*\nfive\tC(C)(C)(C)(C)C\nblank\t\n")
    rejected = read_table(library / "rejects.tsv")
    assert [(row["id"], row["line"], row["reason"]) for row in rejected] == [
        ("open", "2", "not_smiles"), ("star", "3", "wildcard"), ("five", "4", "bad_structure"),
        ("blank", "5", "empty")]
    assert rejected[0]["file"] == str(tmp_path / "molecules.smi")
    assert rejected[0]["message"] == '"CC(" is not a SMILES'


@pytest.mark.parametrize("name, text, ids", [
    ("cid.smi", "7\tCCO\n9\tCC(C)=O\n", ["7", "9"]),
    ("list.smi", "CCO ethanol\nCC(C)=O acetone\n", ["ethanol", "acetone"]),
    ("bare.smi", "CCO\nCC(C)=O\n", ["1", "2"]),
    ("table.csv", "name,SMILES\nethanol,CCO\n\"acetone, pure\",CC(C)=O\n", ["ethanol", "acetone, pure"]),
    ("table.tsv", "SMILES\tid\nCCO\tE\nCC(C)=O\tA\n", ["E", "A"]),
    ("drawn.sdf", SDF, ["ethanol"]),
    ("packed.smi.gz", gzip.compress(b"7\tCCO\n9\tCC(C)=O\n", mtime=0), ["7", "9"]),
])
def test_molecule_lists_are_recognised_by_their_content(index, name, text, ids):
    library, _ = index(text, name=name)
    assert [row[0] for row in rows_of(library)] == ids


def test_molecules_can_come_from_standard_input(made, tmp_path):
    succeed("index", "-", "--encoder", made.encoder["morgan"], "-o", tmp_path / "library",
            stdin=ETHANOL_ACETONE_CAFFEINE.encode())
    assert [row[0] for row in rows_of(tmp_path / "library")] == ["e1", "a1", "c1"]


def test_several_lists_make_one_library(made, tmp_path):
    (tmp_path / "a.smi").write_text("1\tCCO\n")
    (tmp_path / "b.csv").write_text("SMILES,id\nOCC,2\nCC(C)=O,3\n")
    succeed("index", tmp_path / "a.smi", tmp_path / "b.csv", "--encoder", made.encoder["morgan"], "-o",
            tmp_path / "library")
    assert [row[0] for row in rows_of(tmp_path / "library")] == ["1", "3"]


TABLE = ("id,name,CAS,smiles,inchikey\nL1,L-alanine,56-41-7,C[C@H](N)C(=O)O,QNAYBMKLOCPYGJ-REOHCLBHSA-N\n"
         "E1,ethanol,,CCO,AAAAAAAAAAAAAA-UHFFFAOYSA-N\n")


def test_names_inchikeys_and_the_columns_that_are_kept_stand_in_the_library(index):
    library, _ = index(TABLE, "--keep", "cas", name="table.csv")
    assert rows_of(library) == [
        ("E1", "CCO", "LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "C2H6O", "0", "ethanol", ""),
        ("L1", "CC(N)C(=O)O", "QNAYBMKLOCPYGJ-REOHCLBHSA-N", "C3H7NO2", "0", "L-alanine", "56-41-7")]
    assert read_json(library / "manifest.json")["further_columns"] == ["cas"]


@pytest.mark.parametrize(("keep", "complaint"), [
    (["CAS", "cas"], "--keep cas: is asked for twice"),
    (["use"], "--keep use: no list has such a column; found \"id, name, CAS, smiles, inchikey\"")])
def test_columns_that_no_list_has_are_refused_before_any_work(made, tmp_path, keep, complaint):
    (tmp_path / "table.csv").write_text(TABLE)
    result = specbridge("index", tmp_path / "table.csv", "--encoder", made.encoder["morgan"], "-o",
                        tmp_path / "library", *(word for name in keep for word in ("--keep", name)))
    assert (result.code, complaint in result.err) == (2, True), result.err
    assert not (tmp_path / "library").exists()


def test_a_tag_that_no_record_of_an_sdf_has_is_warned_of(index):
    _, result = index(SDF, "--keep", "CAS", name="drawn.sdf")
    assert "--keep CAS: no molecule states a value of it" in result.err


def test_the_encoder_of_a_model_makes_the_same_library_as_the_encoder_itself(made, kind, tmp_path):
    succeed("index", DATA / "library.smi.gz", "--encoder", made.encoder[kind], "-o", tmp_path / "library")
    assert contents(tmp_path / "library") == contents(made.library[kind])


def test_molecules_that_are_excluded_do_not_count_in_the_weights_of_morgan(tmp_path):
    (tmp_path / "all.smi").write_text("1\tCCO\n2\tCC(C)=O\n3\tCCN\n")
    (tmp_path / "some.smi").write_text("x\tOCC\n")
    result = succeed("make-encoder", "morgan", "--molecules", tmp_path / "all.smi", "--exclude", tmp_path / "some.smi",
                     "--dim", 16, "-o", tmp_path / "encoder", "--json", "-q")
    summary = json.loads(result.out)
    assert (summary["read"], summary["used"], summary["excluded"]) == (3, 2, 1)
