"""One way to write a molecule: salts, charges, InChI and extensions of SMILES in tables, and the version of that way in
artifacts."""

import hashlib
import json

import pytest

from cli_support import DATA, copy_of, molecule_lines, read_json, read_table, specbridge, succeed, write_json

QUERIES = DATA / "query.mgf"
STANDARD_FORM = 2


def sign(folder, change):
    """Changes a manifest and gives it the checksum that belongs to it."""
    path = folder / "manifest.json"
    manifest = read_json(path)
    change(manifest)
    manifest["manifest_sha256"] = "0" * 64
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    path.unlink()
    path.write_text(text.replace("0" * 64, hashlib.sha256(text.encode()).hexdigest(), 1))


def state(version):
    """A change of a manifest: another standard form, or none."""
    return lambda manifest: (manifest.pop("standard_form") if version is None else
                             manifest.update(standard_form=version))


def commands(made, artifact, kind, folder):
    """What refuses an artifact, and what makes it again."""
    library = DATA / "library.smi.gz"
    return {
        "library": [("search", QUERIES, "--model", made.model[kind], "--library", folder)],
        "model": [("search", QUERIES, "--model", folder, "--library", made.library[kind]),
                  ("eval", "--spectra", made.spectra, "--model", folder, "--candidates", made.pools),
                  ("index", library, "--model", folder)],
        "encoder": [("index", library, "--encoder", folder),
                    ("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder,
                     "--molecule-encoder", folder, "--config", made.config)],
    }[artifact]


MAKERS = {"library": dict.fromkeys(["morgan", "roberta"], "specbridge index"),
          "model": dict.fromkeys(["morgan", "roberta"], "specbridge train"),
          "encoder": {"morgan": "specbridge make-encoder morgan", "roberta": "tools/export/export_chemberta.py"}}


@pytest.mark.parametrize("artifact", MAKERS)
def test_artifacts_state_the_standard_form(made, kind, artifact):
    assert read_json(getattr(made, artifact)[kind] / "manifest.json")["standard_form"] == STANDARD_FORM
    lines = succeed("info", getattr(made, artifact)[kind]).out.splitlines()
    assert [line.split()[-1] for line in lines if line.startswith("standard form")] == [str(STANDARD_FORM)]


@pytest.mark.parametrize("artifact", MAKERS)
@pytest.mark.parametrize("version, words", [(None, "1 of molecules (it states none)"), (1, "1 of molecules")])
def test_an_older_standard_form_is_refused_with_what_makes_the_artifact_again(made, refused, kind, tmp_path, artifact,
                                                                              version, words):
    folder = copy_of(getattr(made, artifact)[kind], tmp_path)
    sign(folder, state(version))
    for command in commands(made, artifact, kind, folder):
        refused(4, f"{folder / 'manifest.json'}: made with standard form {words}, this program has {STANDARD_FORM} and "
                   f"spells some of them in another way; make it again with {MAKERS[artifact][kind]}", *command)


@pytest.mark.parametrize("artifact", MAKERS)
def test_an_artifact_of_a_newer_standard_form_is_refused(made, refused, kind, tmp_path, artifact):
    folder = copy_of(getattr(made, artifact)[kind], tmp_path)
    sign(folder, state(STANDARD_FORM + 1))
    for command in commands(made, artifact, kind, folder):
        refused(4, f"{folder / 'manifest.json'}: made with standard form {STANDARD_FORM + 1} of molecules, this "
                   f"program has {STANDARD_FORM}; use a newer specbridge", *command)


def test_a_standard_form_that_is_no_number_is_refused(made, refused, tmp_path):
    folder = copy_of(made.library["morgan"], tmp_path)
    sign(folder, state("two"))
    refused(4, f"{folder / 'manifest.json'}: \"standard_form\" is not a whole number", "search", QUERIES, "--model",
            made.model["morgan"], "--library", folder)


def library_of(made, tmp_path, name, text):
    """Smiles and ids of a library made of a table, and the counts."""
    table = tmp_path / f"{name}.txt"
    table.write_text(text)
    out = tmp_path / name
    counts = json.loads(succeed("index", table, "--encoder", made.encoder["morgan"], "-o", out, "--json").out)
    rows = [line.split("\t")[:2] for line in molecule_lines(out / "shards/0001")]
    return rows, counts, read_table(out / "rejects.tsv")


def test_a_row_with_more_values_than_the_header_is_rejected_with_both_numbers(made, tmp_path):
    rows, counts, rejects = library_of(made, tmp_path, "shifted", (
        "id,name,smiles\n1,ethanol,CCO\n2,N,N,N-trimethylmethanaminium chloride,C[N+](C)(C)C.[Cl-]\n"
        "3,propanol,CCCO,,\n4,O,O,O-triethyl phosphorothioate,CCOP(=S)(OCC)OCC\n"))
    assert rows == [["1", "CCO"], ["3", "CCCO"]]
    assert (counts["read"], counts["rejected"], counts["reasons"]) == (4, 2, {"bad_row": 2})
    assert [row["message"].split(": ", 1)[1] for row in rejects] == [
        "5 columns, but the header has 3; expected quotes around a value that holds the separator"] * 2


def test_salts_drawn_with_a_bond_are_their_acids_and_complexes_have_a_reason(made, tmp_path):
    rows, counts, _ = library_of(made, tmp_path, "salts", (
        "1\tO=C(O[Na])c1ccccc1\n2\tO=C([O-])c1ccccc1.[K+]\n3\t[cH-]1cccc1.[Fe+2].[cH-]1cccc1\n"
        "4\tCC(=O)O[Ca]OC(C)=O\n"))
    assert rows == [["4", "CC(=O)O"], ["1", "O=C(O)c1ccccc1"]]
    assert counts["duplicates"] == 1 and counts["reasons"] == {"complex": 1}


def test_a_table_of_inchis_makes_the_library_of_its_smiles(made, tmp_path):
    inchi = ("id\tInChI\nethanol\tInChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3\n"
             "paracetamol\tInChI=1S/C8H9NO2/c1-6(10)9-7-2-4-8(11)5-3-7/h2-5,11H,1H3,(H,9,10)\n"
             "nothing\tInChI=1S/C6\n")
    smiles = "id\tsmiles\nethanol\tOCC\nparacetamol\tCC(=O)Nc1ccc(O)cc1\nnothing\tC(\n"
    assert library_of(made, tmp_path, "inchi", inchi)[0] == library_of(made, tmp_path, "smiles", smiles)[0]


def test_pools_and_truths_may_be_inchis(made, tmp_path):
    aspirin = "InChI=1S/C9H8O4/c1-6(10)13-8-5-3-2-4-7(8)9(11)12/h2-5H,1H3,(H,11,12)"
    other = "InChI=1S/C9H8O4/c1-6(10)13-8-4-2-3-7(5-8)9(11)12/h2-5H,1H3,(H,11,12)"
    spectra = tmp_path / "spectra.mgf"
    spectra.write_text(f"BEGIN IONS\nTITLE=a\nPEPMASS=181.0495\nADDUCT=[M+H]+\nINCHI={aspirin}\n121.028 10\n"
                       "163.039 90\nEND IONS\n")
    by_truth = write_json(tmp_path / "pools.json", {aspirin: [aspirin, other]})
    by_row = tmp_path / "pools.tsv"
    by_row.write_text(f"query_id\tinchi\na\t{aspirin}\na\t{other}\n")
    for pools in (by_truth, by_row):
        out = tmp_path / f"report-{pools.suffix[1:]}"
        succeed("eval", "--spectra", spectra, "--model", made.model["morgan"], "--candidates", pools, "-o", out)
        [row] = read_table(out / "ranks.tsv")
        assert (row["inchikey14"], row["pool_size"], row["status"]) == ("BSYNRYMUTXBXSQ", "2", "ok")


def test_an_extension_behind_a_smiles_is_neither_lost_nor_a_name(made, tmp_path):
    rows, counts, rejects = library_of(made, tmp_path, "extended", (
        "C1CC=CC1 |c:2| cyclopentene\nCCC |^1:1|\nCCO |Sg:n:1:x:ht| polymer\nCCO grain alcohol\n"))
    assert sorted(rows) == [["2", "C[CH]C"], ["cyclopentene", "C1=CCCC1"], ["grain alcohol", "CCO"]]
    assert counts["reasons"] == {"wildcard": 1} and rejects[0]["id"] == "polymer"


@pytest.mark.parametrize("first, second, distance", [
    ("[2H]C([2H])([2H])O", "CO", "0"), ("InChI=1S/CH4O/c1-2/h2H,1H3/i1D3", "CO", "0"),
    ("[3H]c1ccccc1", "c1ccccc1", "0")])
def test_isotopes_of_hydrogen_do_not_count_in_mces(tmp_path, first, second, distance):
    (tmp_path / "pairs.tsv").write_text(f"{first}\t{second}\n")
    succeed("mces", tmp_path / "pairs.tsv", "-o", tmp_path / "out.tsv")
    assert read_table(tmp_path / "out.tsv")[0]["distance"] == distance


def test_a_right_answer_has_no_distance_in_any_spelling(tmp_path):
    def record(index, smiles):
        return f"BEGIN IONS\nTITLE={index}\nPEPMASS=156.05\nADDUCT=[M+H]+\nSMILES={smiles}\n100 1\nEND IONS\n"

    pairs = [("CS(=O)c1ccc(N)cc1", "C[S+]([O-])c1ccc(N)cc1"), ("CP(C)(C)=O", "C[P+](C)(C)[O-]"),
             ("CC(=O)Nc1ccc(O)cc1", "CC(O)=Nc1ccc(O)cc1"), ("CCCC(=O)O", "CCCC(=O)O[Na]")]
    (tmp_path / "truth.mgf").write_text("".join(record(i, truth) for i, (truth, _) in enumerate(pairs)))
    (tmp_path / "hits.tsv").write_text("query_index\tsmiles\tscore\n" + "".join(
        f"{i}\t{answer}\t0.9\n{i}\tCCN\t0.1\n" for i, (_, answer) in enumerate(pairs)))
    succeed("eval", "--hits", tmp_path / "hits.tsv", "--truth", tmp_path / "truth.mgf", "-o", tmp_path / "report")
    report = read_json(tmp_path / "report/report.json")
    assert report["recall"]["1"] == 1
    assert (report["tanimoto_at_1"]["mean"], report["mces_at_1"]["mean"]) == (1, 0)
