"""The same command gives the same bytes, whatever the threads, the batch, and the company of a record."""

import random

import pytest

from cli_support import (DATA, SHARD, contents, field, molecule_lines, read_bytes, read_records, read_table, succeed,
                         write_json, write_records)

pytestmark = pytest.mark.thorough

WAYS = [("--threads", 1), ("--threads", 2), ("--threads", 2, "--batch", 1), ("--threads", 2, "--batch", 7)]


@pytest.fixture
def hits(made, tmp_path):
    """Searches and returns the bytes of the table."""
    def run(kind, *options, spectra=made.spectra):
        succeed("search", spectra, "--model", made.model[kind], "--library", made.library[kind], "-o",
                tmp_path / "hits.tsv", "--force", "-q", *options)
        return (tmp_path / "hits.tsv").read_bytes()

    return run


@pytest.mark.parametrize("mode", ["mass window", "formula", "pools", "open"])
def test_hits_have_the_same_bytes_on_any_number_of_threads_and_any_batch(made, hits, kind, mode):
    options = {"mass window": (), "formula": ("--formula",), "pools": ("--candidates", made.pools),
               "open": ("--open",)}[mode]
    first = hits(kind, *options)
    for way in WAYS:
        assert hits(kind, *options, *way) == first, way


def test_a_report_has_the_same_bytes_on_any_number_of_threads_and_any_batch(made, kind, tmp_path):
    reports = []
    for number, way in enumerate(WAYS):
        succeed("eval", "--model", made.model[kind], "--spectra", made.spectra, "--candidates", made.pools, "--control",
                "none,zeroed", "-o", tmp_path / str(number), *way)
        reports.append(contents(tmp_path / str(number)))
    assert reports == reports[:1] * len(WAYS)


def test_equal_spectra_get_equal_scores_wherever_they_stand(hits, kind, tmp_path):
    record = read_records(DATA / "query.mgf")[3]
    hits(kind, "-k", 0, spectra=write_records(tmp_path / "same.mgf", [record] * 40))
    scores = {}
    for row in read_table(tmp_path / "hits.tsv"):
        scores.setdefault(row["smiles"], set()).add(row["score"])
    assert {smiles: len(found) for smiles, found in scores.items()} == dict.fromkeys(scores, 1)


def test_scores_of_a_spectrum_do_not_depend_on_the_other_spectra_of_its_file(made, hits, kind, tmp_path):
    shuffled = random.Random(1).sample(read_records(made.spectra), 35)

    def rows_by_name():
        found = {}
        for row in read_table(tmp_path / "hits.tsv"):
            found.setdefault(row["query_id"], []).append({**row, "query_index": ""})
        return found

    hits(kind)
    together = rows_by_name()
    hits(kind, spectra=write_records(tmp_path / "some.mgf", shuffled))
    for name, rows in rows_by_name().items():
        assert rows == together[name]


def test_the_score_of_a_candidate_does_not_depend_on_its_pool(made, kind, tmp_path):
    record = read_records(made.spectra)[7]
    smiles = field(record, "SMILES")
    spectra = write_records(tmp_path / "one.mgf", [record])
    candidates = ["CCO", "c1ccccc1", "CC(C)Cc1ccc(cc1)C(C)C(O)=O", "CCCCCCCCCCCC", "CN", smiles]

    def scores(pool):
        succeed("search", spectra, "--model", made.model[kind], "--candidates",
                write_json(tmp_path / "pools.json", {smiles: pool}), "-o", tmp_path / "hits.tsv", "--force", "-q")
        return {row["inchikey14"]: row["score"] for row in read_table(tmp_path / "hits.tsv")}

    together = scores(candidates)
    alone = {}
    for candidate in candidates:
        alone.update(scores([candidate]))
    assert alone == together


@pytest.mark.parametrize("threads", [1, 2])
def test_training_twice_with_one_seed_gives_the_same_bytes(made, train_with, tmp_path, threads):
    for name in ("one", "two"):
        succeed(*train_with("--validation", made.spectra, "--seed", 7, "--threads", threads, "--set",
                            "intensity_jitter=0.1", "--set", "drop_peak_probability=0.2", "-o", tmp_path / name))
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    del one["manifest.json"], two["manifest.json"]  # states the command line
    assert one == two


def test_another_seed_trains_another_model(train_with, tmp_path):
    for seed in (1, 2):
        succeed(*train_with("--seed", seed, "-o", tmp_path / str(seed)))
    assert contents(tmp_path / "1")["trained.safetensors"] != contents(tmp_path / "2")["trained.safetensors"]


@pytest.mark.parametrize("factory", ["auto", "Flat", "IVF16,SQ8"])
def test_indexing_twice_gives_the_same_bytes_on_any_number_of_threads(made, kind, tmp_path, factory):
    lines = read_bytes(DATA / "library.smi.gz").splitlines(keepends=True)[:900]
    (tmp_path / "list.smi").write_bytes(b"".join(lines))
    for name, threads in (("one", 1), ("two", 2), ("three", 2)):
        succeed("index", tmp_path / "list.smi", "--encoder", made.encoder[kind], "--faiss", factory, "--threads",
                threads, "-o", tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two") == contents(tmp_path / "three")


def test_the_order_of_a_molecule_list_does_not_matter(made, kind, tmp_path):
    lines = read_bytes(DATA / "library.smi.gz").decode().splitlines()
    lines += [line.replace("LIB", "AGAIN") for line in lines[:500]]
    random.Random(1).shuffle(lines)
    (tmp_path / "shuffled.smi").write_text("\n".join(lines) + "\n")
    succeed("index", tmp_path / "shuffled.smi", "--encoder", made.encoder[kind], "-o", tmp_path / "library")
    for name in ("vectors.f32", "masses.f64", "index.signs"):
        assert (tmp_path / "library" / SHARD / name).read_bytes() == (made.library[kind] / SHARD / name).read_bytes()
    without_ids = [[line.split("\t")[1:] for line in molecule_lines(folder / SHARD)]
                   for folder in (tmp_path / "library", made.library[kind])]
    assert without_ids[0] == without_ids[1]
