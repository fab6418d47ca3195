"""Candidate pools as tables: what JSON says, a table says as well; and what is wrong with a table is said."""

import csv
import gzip
import io
import json
import zlib

import pytest

from cli_support import field, read_json, read_records, read_table, spectrum, succeed, write_records

pytestmark = pytest.mark.thorough

COLUMNS = ("smiles and query_index, query_id, mappingFeatureId, feature_id, #Scan#, query_spectrum_nr, query_smiles or "
           "truth_smiles")
FORM = ('candidate pools are {"truth SMILES": ["candidate SMILES", ...]}, or a table with the columns '
        f"{COLUMNS}; rename a column")
CAFFEINE = "CN1C=NC2=C1C(=O)N(C(=O)N2C)C"
FIGURES = ("queries", "evaluated", "missed", "recall", "mrr", "random", "pools", "notes", "median_rank",
           "tanimoto_at_1", "macro", "intervals", "ties", "rules", "analyses")


@pytest.fixture
def search(made, tmp_path):
    """Searches in pools; returns the bytes of the table and what was said."""
    def run(pools, spectra=None):
        out = tmp_path / "hits.tsv"
        result = succeed("search", spectra or made.spectra, "--model", made.model["morgan"], "--candidates", pools,
                         "-o", out, "-k", 0, "--force")
        return out.read_bytes(), result.err

    return run


@pytest.fixture
def evaluate(made, tmp_path):
    def run(pools, spectra=None):
        succeed("eval", "--model", made.model["morgan"], "--spectra", spectra or made.spectra, "--candidates", pools,
                "-o", tmp_path / "report", "--force")
        return read_json(tmp_path / "report/report.json")

    return run


@pytest.fixture
def pairs(made, search):
    """(query_id, query_index, truth, candidate) of every row that a table needs to say what the JSON says."""
    hits, _ = search(made.pools)
    ids = {int(row[1]): row[0] for row in csv.reader(io.StringIO(hits.decode()), delimiter="\t", quoting=csv.QUOTE_NONE)
           if row[1] != "query_index"}
    pools = json.loads(made.pools.read_text())
    return [(ids[index], str(index), truth, candidate)
            for index, truth in enumerate(field(record, "SMILES") for record in read_records(made.spectra))
            for candidate in pools[truth]]


def sirius(pairs):
    """What SIRIUS calls structure_identifications, as far as it matters; the rows of a query stand apart."""
    header = "structurePerIdRank\tmolecularFormula\tname\tsmiles\tpubchemids\talignedFeatureId\tmappingFeatureId"
    rows = [f"1\tN/A\t3',5\"-diol\t{candidate}\t\t7{index}\t{name}" for name, index, _, candidate in pairs]
    return "\n".join([header, *rows[::2], *rows[1::2]]) + "\n"


def gnps(pairs):
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_ALL)
    table.writerow(["SpectrumID", "Compound_Name", "Smiles", "#Scan#"])
    table.writerows(["CCMSLIB1", 'a "name", and\nmore', candidate, name] for name, _, _, candidate in pairs)
    return text.getvalue()


def by_truth(pairs):
    return "truth_smiles;smiles\n" + "".join(f"{truth};{candidate}\n" for _, _, truth, candidate in reversed(pairs))


def by_number(pairs):
    return "query_index,smiles\n" + "".join(f"{index},{candidate}\n" for _, index, _, candidate in pairs)


@pytest.mark.parametrize("form", [sirius, gnps, by_truth, by_number])
@pytest.mark.parametrize("compressed", [False, True])
def test_a_table_gives_the_same_hits_and_figures_as_json(made, search, evaluate, pairs, tmp_path, form, compressed):
    raw = form(pairs).encode()
    table = tmp_path / "pools"
    table.write_bytes(gzip.compress(raw) if compressed else raw)
    assert search(table)[0] == search(made.pools)[0]
    of_table, of_json = evaluate(table), evaluate(made.pools)
    for key in FIGURES:
        assert of_table[key] == of_json[key], key
    assert of_table["notes"] == ["truth in the pool: 60 of 60 queries"]


@pytest.mark.parametrize("column, field_name", [("#Scan#", "SCANS"), ("mappingFeatureId", "FEATURE_ID")])
def test_features_and_scans_are_those_that_the_records_state(made, search, pairs, tmp_path, column, field_name):
    records = [record.replace("BEGIN IONS\n", f"BEGIN IONS\nFEATURE_ID={i}\nSCANS={1000 - i}\n")
               for i, record in enumerate(read_records(made.spectra))]
    names = {str(i): str(i if field_name == "FEATURE_ID" else 1000 - i) for i in range(len(records))}
    table = tmp_path / "pools.tsv"
    table.write_text(f"{column}\tsmiles\n" + "".join(f"{names[index]}\t{candidate}\n"
                                                     for _, index, _, candidate in pairs))
    assert search(table, write_records(tmp_path / "named.mgf", records))[0] == search(made.pools)[0]


def test_pools_of_other_spectra_are_told(made, tmp_path):
    table = tmp_path / "pools.tsv"
    table.write_text("#Scan#\tsmiles\nelsewhere\tCCO\n")
    result = succeed("eval", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates", table, "-o",
                     tmp_path / "report")
    assert (f"warning: {table}: holds a pool for none of 60 spectra; its pools are found by the SCANS, else own name "
            "of a record\n") in result.err


def test_the_hits_of_a_search_are_pools_for_another(made, search, tmp_path):
    hits, _ = search(made.pools)
    (tmp_path / "pools.tsv").write_bytes(hits)
    assert search(tmp_path / "pools.tsv")[0] == hits


@pytest.fixture
def few(tmp_path):
    """Queries with and without structure, and one whose structure is no molecule."""
    def record(name, smiles):
        return spectrum(SPECTRUM_ID=name, PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+", SMILES=smiles)

    return write_records(tmp_path / "few.mgf", [record("known", CAFFEINE), record("unknown", None),
                                                record("odd", "x!"), record("outside", "CCO"),
                                                record("absent", "CCO"), record("empty", "CCO")])


@pytest.fixture
def few_pools(tmp_path):
    path = tmp_path / "few.tsv"
    path.write_text(f"query_id\tsmiles\nknown\t{CAFFEINE}\nknown\tCCN\nunknown\tCCN\nodd\tCCN\nunknown\tCCC\n"
                    "outside\tCCN\nempty\tN/A\n")
    return path


def test_a_query_without_structure_is_searched_in_its_own_pool(search, few, few_pools, tmp_path):
    _, err = search(few_pools, few)
    assert err.splitlines()[0] == (f'warning: {few_pools}: 1 candidate is no molecule and is left out: '
                                   '"" (the SMILES is empty)')
    rows = read_table(tmp_path / "hits.tsv")
    assert {row["query_id"]: (row["status"], row["candidates"], row["message"]) for row in rows} == {
        "known": ("ok", "2", ""), "unknown": ("ok", "2", ""), "odd": ("ok", "1", ""), "outside": ("ok", "1", ""),
        "absent": ("no_pool", "", "the candidates file has no pool for this query"),
        "empty": ("empty_pool", "", "the pool holds no molecule")}
    assert {row["smiles"] for row in rows if row["query_id"] == "unknown"} == {"CCN", "CCC"}


def test_eval_needs_the_truth_and_says_in_how_many_pools_it_is(evaluate, few, few_pools):
    report = evaluate(few_pools, few)
    assert report["missed"] == {"no_structure": 1, "bad_structure": 1, "truth_not_in_pool": 1, "no_pool": 1,
                                "empty_pool": 1}
    assert report["notes"] == ["truth in the pool: 1 of 6 queries"]


def test_validation_finds_pools_by_name_and_says_in_how_many_the_truth_is(train_with, few, few_pools, tmp_path):
    result = succeed(*train_with("--validation", few, "--validation-candidates", few_pools, "-o", tmp_path / "model",
                                 "--json"))
    assert (json.loads(result.out)["validation_spectra"], json.loads(result.out)["truths_in_pools"]) == (4, 1)
    assert "warning: validation: truth in the pool: 1 of 4 queries; the others count as misses\n" in result.err


@pytest.mark.parametrize("pools", [True, False])
def test_validation_in_pools_that_hold_every_truth_warns_of_nothing(made, train_with, tmp_path, pools):
    given = ("--validation-candidates", made.pools) if pools else ()
    result = succeed(*train_with("--validation", made.spectra, *given, "-o", tmp_path / "model", "--json"))
    assert json.loads(result.out)["truths_in_pools"] == 60
    assert "warning" not in result.err


@pytest.fixture(params=["search", "eval", "train"])
def with_candidates(request, made, train_with):
    """Every command that reads pools."""
    model = ("--model", made.model["morgan"], "--candidates")
    return {"search": lambda path: ("search", made.spectra, *model, path),
            "eval": lambda path: ("eval", "--spectra", made.spectra, *model, path),
            "train": lambda path: train_with("--validation", made.spectra, "--validation-candidates", path)
            }[request.param]


@pytest.mark.parametrize("text, problem", [
    ("", f": empty; {FORM}"),
    ("query_id\tstructure\nq\tC\n", f':1: no column smiles; found "query_id, structure"; {FORM}'),
    ("Identifier,SMILES\nq,C\n", f':1: no column says whose candidate a row is; found "Identifier, SMILES"; {FORM}'),
    ("scan,#Scan#,smiles\n1,1,C\n", f':1: two columns are called #Scan#; found "scan, #Scan#, smiles"; {FORM}'),
    ("query_id\tsmiles\nq\tC\nq\tC\tC\n", ":3: 3 columns, but the header has 2"),
    ("query_id,smiles\nq,\"C\n", ":2: a quoted value does not end; expected a closing '\"'"),
    ("query_index,smiles\nq,C\n", ':2: query_index is not a whole number, 0 or more: "q"'),
    ("mappingFeatureId\tsmiles\nN/A\tC\n",
     ":2: mappingFeatureId is empty; every row must say whose candidate it is"),
    ("truth_smiles,smiles\nhello!,C\n",
     ': the truth "hello!" is no molecule ("hello!" is not a SMILES); the keys of candidate pools are SMILES')])
def test_a_damaged_table_is_refused(refused, with_candidates, tmp_path, text, problem):
    path = tmp_path / "pools.tsv"
    path.write_text(text)
    refused(3, f"{path}{problem}", *with_candidates(path))


def test_a_table_that_is_cut_off(refused, with_candidates, pairs, tmp_path):
    path = tmp_path / "pools.tsv.gz"
    raw = gzip.compress(sirius(pairs).encode(), mtime=0)[:-1000]
    path.write_bytes(raw)
    whole_lines = zlib.decompressobj(wbits=31).decompress(raw).count(b"\n")
    refused(3, f"{path}:{whole_lines}: the gzip stream ends too early; the file is truncated, fetch it again",
            *with_candidates(path))
