"""specbridge train --objective spec2vec: vectors of peaks and losses, and of spectra as means of them."""

import itertools
import json
import os
import random
import subprocess
from pathlib import Path

import numpy as np
import pytest

from cli_support import ROOT, names_in, read_json, read_table, specbridge, succeed, write_json

MOLECULES = {"aniline": "Nc1ccccc1", "toluene": "Cc1ccccc1", "phenol": "Oc1ccccc1", "caffeine":
             "Cn1cnc2c1c(=O)n(C)c(=O)n2C", "benzoic acid": "OC(=O)c1ccccc1", "indole": "c1ccc2[nH]ccc2c1"}
SETTINGS = {"objective": "spec2vec", "vector_dim": 32, "epochs": 20, "subsampling": 0}


def msp(name, peaks, smiles, *more):
    lines = [f"Name: {name}", *more, f"SMILES: {smiles}", f"Num Peaks: {len(peaks)}"]
    return "\n".join([*lines, *(f"{mz:.4f} {height:.0f}" for mz, height in sorted(peaks.items()))]) + "\n\n"


def replicates(generator, count):
    """Spectra of each molecule: most of its peaks with noise in their intensities, and some more."""
    own = random.Random(3)
    patterns = {name: {own.randrange(30, 200): own.uniform(50, 999) for _ in range(12)} for name in MOLECULES}
    for name, smiles in MOLECULES.items():
        for number in range(count):
            peaks = {mz: height * generator.uniform(0.5, 1.6) for mz, height in patterns[name].items()
                     if generator.random() < 0.8}
            peaks |= {generator.randrange(30, 200): generator.uniform(5, 60) for _ in range(5)}
            yield msp(f"{name} {number}", peaks, smiles, "Instrument_type: EI-B")


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """A library and queries in MSP, and a model of words that was trained on the library."""
    folder = tmp_path_factory.mktemp("words")
    (folder / "library.msp").write_text("".join(replicates(random.Random(1), 20)))
    (folder / "queries.msp").write_text("".join(replicates(random.Random(2), 3)))
    write_json(folder / "words.json", SETTINGS)
    said = succeed("train", "--config", folder / "words.json", "--spectra", folder / "library.msp", "-o",
                   folder / "model", "--json")
    (folder / "said.json").write_text(said.out)
    return folder


def vectors_of(model, spectra, out, *options):
    succeed("embed", spectra, "--model", model, "-o", out, "--force", "-q", *options)
    return np.load(out)


def word_vectors(model):
    """The words of a model in their order, with their counts, and their vectors."""
    header, *rows = (model / "spectrum-encoder/words.tsv").read_text().splitlines()
    assert header == "word\tspectra"
    content = (model / "spectrum-encoder/words.safetensors").read_bytes()
    size = int.from_bytes(content[:8], "little")
    shape = json.loads(content[8:8 + size])["vectors"]["shape"]
    return [row.split("\t") for row in rows], np.frombuffer(content[8 + size:], dtype="<f4").reshape(shape)


def test_the_model_holds_words_with_their_counts_and_vectors(words):
    assert names_in(words / "model") == ["config.json", "manifest.json", "metrics.jsonl", "spectrum-encoder"]
    assert names_in(words / "model/spectrum-encoder") == ["manifest.json", "words.safetensors", "words.tsv"]
    rows, vectors = word_vectors(words / "model")
    said = json.loads((words / "said.json").read_text())
    assert vectors.shape == (len(rows), 32) == (said["words"]["words"], 32)
    assert sum(int(count) for _, count in rows) == said["words"]["occurrences"]
    assert (said["spectra"], said["steps"]) == (120, 2400)
    assert all(word.startswith("peak@") for word, _ in rows)
    counts = [int(count) for _, count in rows]
    assert counts == sorted(counts, reverse=True)


def test_metrics_have_a_line_an_epoch_and_the_loss_falls(words):
    lines = [json.loads(line) for line in (words / "model/metrics.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == list(range(1, 21))
    assert lines[-1]["loss"] < 0.95 * lines[0]["loss"]
    assert lines[-1]["learning_rate"] == pytest.approx(0.025 - 20 * 0.00025)


def test_a_vector_is_the_mean_of_the_words_by_the_roots_of_their_intensities(words, tmp_path):
    rows, vectors = word_vectors(words / "model")
    row_of = {word: place for place, (word, _) in enumerate(rows)}
    known = [int(word.removeprefix("peak@")) for word in list(row_of)[:3]]
    peaks = dict(zip(known, (999, 400, 100)))
    (tmp_path / "one.msp").write_text(msp("one", peaks, "C", "Instrument_type: EI-B"))
    found = vectors_of(words / "model", tmp_path / "one.msp", tmp_path / "one.npy")[0]
    mean = sum(np.sqrt(height) * vectors[row_of[f"peak@{mz}"]] for mz, height in peaks.items())
    assert np.allclose(found, mean / np.linalg.norm(mean), atol=1e-6)


def test_a_vector_is_the_same_in_any_company_and_on_two_threads(words, tmp_path):
    together = vectors_of(words / "model", words / "queries.msp", tmp_path / "all.npy", "--threads", 2)
    records = (words / "queries.msp").read_text().split("\n\n")
    for place in (0, 7):
        (tmp_path / "one.msp").write_text(records[place] + "\n\n")
        alone = vectors_of(words / "model", tmp_path / "one.msp", tmp_path / "one.npy", "--threads", 1)
        assert np.array_equal(alone[0], together[place])


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(words, tmp_path):
    for threads, seed in ((1, 1), (2, 1), (2, 2)):
        succeed("train", "--config", words / "words.json", "--spectra", words / "library.msp", "--threads", threads,
                "--seed", seed, "-o", tmp_path / f"{threads}-{seed}", "-q")
    for name in ("spectrum-encoder/words.safetensors", "spectrum-encoder/words.tsv", "metrics.jsonl"):
        assert (tmp_path / "1-1" / name).read_bytes() == (tmp_path / "2-1" / name).read_bytes()
        assert (tmp_path / "1-1" / name).read_bytes() == (words / "model" / name).read_bytes()
    other = (tmp_path / "2-2/spectrum-encoder/words.safetensors").read_bytes()
    assert other != (tmp_path / "2-1/spectrum-encoder/words.safetensors").read_bytes()


def test_the_config_that_is_kept_repeats_the_training(words, tmp_path):
    succeed("train", "--config", words / "model/config.json", "--spectra", words / "library.msp", "-o",
            tmp_path / "again", "-q")
    name = "spectrum-encoder/words.safetensors"
    assert (tmp_path / "again" / name).read_bytes() == (words / "model" / name).read_bytes()


def test_a_library_of_vectors_is_searched_by_them(words, tmp_path):
    said = json.loads(succeed("index", "--spectra", words / "library.msp", "--model", words / "model", "-o",
                              tmp_path / "lib", "--json").out)
    assert (said["spectra"], said["electron_spectra"]) == (120, 120)
    succeed("search", words / "queries.msp", "--spectral-library", tmp_path / "lib", "--model", words / "model",
            "--score", "vector", "-o", tmp_path / "hits.tsv")
    first = [row for row in read_table(tmp_path / "hits.tsv") if row["rank"] == "1"]
    right = [row["library_spectrum"].rsplit(" ", 1)[0] == row["query_id"].rsplit(" ", 1)[0] for row in first]
    assert len(first) == 18 and sum(right) >= 17
    queries = vectors_of(words / "model", words / "queries.msp", tmp_path / "q.npy")
    library = vectors_of(words / "model", words / "library.msp", tmp_path / "l.npy")
    assert np.allclose([float(row["score"]) for row in first], (queries @ library.T).max(1), atol=1e-5)


def test_the_best_of_a_large_library_are_those_of_all_its_spectra(words, tmp_path):
    """Of an open search no more than the best 3,000 spectra are kept."""
    known = [int(word.removeprefix("peak@")) for word, _ in word_vectors(words / "model")[0]]
    generator = random.Random(8)
    smiles = ["C" * (1 + number // 60) + "O" + "C" * (number % 60) for number in range(3200)]
    (tmp_path / "many.msp").write_text("".join(
        msp(f"m{number}", {mz: generator.uniform(10, 999) for mz in generator.sample(known, 6)}, smiles[number],
            "Instrument_type: EI-B") for number in range(3200)))
    (tmp_path / "one.msp").write_text("".join(itertools.islice(replicates(generator, 1), 1)))
    succeed("index", "--spectra", tmp_path / "many.msp", "--model", words / "model", "-o", tmp_path / "lib")
    succeed("search", tmp_path / "one.msp", "--spectral-library", tmp_path / "lib", "--model", words / "model",
            "--score", "vector", "-k", 20, "-o", tmp_path / "hits.tsv")
    query = vectors_of(words / "model", tmp_path / "one.msp", tmp_path / "q.npy")
    library = vectors_of(words / "model", tmp_path / "many.msp", tmp_path / "l.npy")
    best: dict[str, float] = {}
    for structure, cosine in zip(smiles, library @ query[0]):
        key = "".join(sorted((structure, structure[::-1]))[:1])
        best[key] = max(cosine, best.get(key, -1))
    expected = sorted(best.values(), reverse=True)[:20]
    assert np.allclose([float(row["score"]) for row in read_table(tmp_path / "hits.tsv")], expected, atol=1e-5)


def test_tandem_spectra_have_words_of_losses_too(tmp_path):
    generator = random.Random(4)
    spectra = "".join(msp(f"s{i}", {100.05 + generator.randrange(4): 500, 150.1 + generator.randrange(4): 300},
                          "CCO", "PrecursorMZ: 250.2", "Precursor_type: [M+H]+") for i in range(30))
    (tmp_path / "tandem.msp").write_text(spectra)
    succeed("train", "--objective", "spec2vec", "--set", "vector_dim=8", "--spectra", tmp_path / "tandem.msp", "-o",
            tmp_path / "model")
    known = {word for word, _ in word_vectors(tmp_path / "model")[0]}
    assert {"peak@100.05", "loss@150.15", "loss@100.10"} <= known
    succeed("embed", tmp_path / "tandem.msp", "--model", tmp_path / "model", "-o", tmp_path / "v.npy")


def test_a_spectrum_of_unknown_words_is_refused_by_the_record(words, tmp_path):
    (tmp_path / "far.msp").write_text(msp("far", {501: 999, 502: 100}, "C", "Instrument_type: EI-B"))
    result = specbridge("embed", tmp_path / "far.msp", "--model", words / "model", "-o", tmp_path / "v.npy", "--json")
    assert result.code == 0 and json.loads(result.out)["rows"] == 0
    row = read_table(tmp_path / "v.ids.tsv")[0]
    assert (row["status"], row["message"]) == (
        "bad_record", "2 of its 2 words are unknown to the model, 100 % by weight, of which it may have 10 % "
        "(unknown_share of its training)")


def test_shuffled_words_are_a_control_that_says_so(words, tmp_path):
    result = succeed("train", "--config", words / "words.json", "--shuffle-labels", "--spectra", words / "library.msp",
                     "-o", tmp_path / "model")
    assert "words are shuffled among the spectra: the model is a control" in result.err
    assert read_json(tmp_path / "model/manifest.json")["training"]["data"]["labels"] == "shuffled words"
    assert word_vectors(tmp_path / "model")[0] == word_vectors(words / "model")[0]
    result = succeed("embed", words / "queries.msp", "--model", tmp_path / "model", "-o", tmp_path / "v.npy")
    assert "is a control, trained on shuffled words; its answers mean nothing" in result.err


def test_info_and_check_know_the_model(words):
    said = succeed("info", words / "model").out
    assert "spec2vec" in said
    assert "noise_floor" in succeed("info", words / "model/spectrum-encoder", "--json").out


@pytest.mark.parametrize(("option", "why"), [
    ("--validation", "learns from spectra alone and chooses nothing"),
    ("--spectrum-encoder", "makes its encoder of the spectra alone"),
    ("--resume", "takes minutes and begins anew")])
def test_options_of_other_objectives_are_refused(words, refused, option, why):
    value = [] if option == "--resume" else [words / "queries.msp"]
    refused(2, f"train: {option} is not for --objective spec2vec, which {why}; leave it out", "train", "--config",
            words / "words.json", "--spectra", words / "library.msp", option, *value)


def test_what_has_too_few_words_is_refused(words, refused):
    library = words / "library.msp"
    command = ("train", "--config", words / "words.json", "--spectra", library)
    left_out = len(word_vectors(words / "model")[0])
    refused(3, f"{library}: found 0 words that at least 5,000 spectra have (least_spectra), {left_out} others; "
            "expected words that occur beside each other in many spectra", *command, "--set", "least_spectra=5000")


def test_searching_molecules_with_it_is_refused(words, refused, made):
    refused(4, f"{words / 'model'}: was trained with --objective spec2vec and knows spectra alone, no molecules; "
            "expected a model that specbridge train made without it", "search", made.spectra, "--library",
            made.library["morgan"], "--model", words / "model")


def test_packing_it_is_refused(words, refused):
    refused(4, f"{words / 'model'}: holds vectors of words (--objective spec2vec), which are small already; expected "
            "a model with a network", "pack", words / "model")


def test_a_model_that_was_changed_is_refused(words, tmp_path):
    subprocess.run(["cp", "-r", words / "model", tmp_path / "model"], check=True)
    changed = tmp_path / "model/spectrum-encoder/words.tsv"
    changed.write_text(changed.read_text().replace("peak@", "peak@1", 1))
    result = specbridge("embed", words / "queries.msp", "--model", tmp_path / "model", "-o", tmp_path / "v.npy")
    assert result.code == 4 and "words.tsv" in result.err


# ---- gensim -------------------------------------------------------------------------------------------------------

def planted(topics=3, each=12, spectra=600):
    """Whole masses of spectra, each of one topic, whose words come in a ring: neighbours go together most often."""
    generator = random.Random(8)
    for _ in range(spectra):
        topic, start = generator.randrange(topics), generator.randrange(each)
        ring = [(start + step) % each for step in range(5)]
        yield sorted({100 * (topic + 1) + place for place in ring} | {generator.randrange(20, 30) for _ in range(2)})


def cosines(vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit @ unit.T


@pytest.fixture(scope="module")
def both_learned(tmp_path_factory):
    """Cosines of the words of planted topics by gensim's vectors and by ours, and the words."""
    python = Path(os.environ.get("SPECBRIDGE_ORACLES_VENV", "")) / "bin/python"
    if not python.exists():
        pytest.skip("SPECBRIDGE_ORACLES_VENV names no environment; scripts/setup.sh --oracles makes it")
    folder, documents = tmp_path_factory.mktemp("gensim"), list(planted())
    asked = {"documents": [[f"peak@{mass}" for mass in masses] for masses in documents], "dim": 24, "epochs": 40,
             "learning_rate": 0.025, "learning_rate_decay": 0.00025, "seed": 1}
    write_json(folder / "documents.json", asked)
    subprocess.run([python, ROOT / "scripts/science/word2vec_oracle.py", folder / "documents.json",
                    folder / "vectors.json"], check=True)
    theirs = read_json(folder / "vectors.json")["vectors"]
    (folder / "spectra.msp").write_text("".join(
        msp(f"s{i}", dict.fromkeys(masses, 999), "C", "Instrument_type: EI-B") for i, masses in enumerate(documents)))
    succeed("train", "--objective", "spec2vec", "--set", "vector_dim=24", "--set", "epochs=40", "--spectra",
            folder / "spectra.msp", "-o", folder / "model")
    rows, ours = word_vectors(folder / "model")
    names = [word for word, _ in rows]
    return names, cosines(np.array([theirs[word] for word in names])), cosines(ours)


def test_the_nearest_words_are_of_the_topics_that_gensim_finds(both_learned):
    names, theirs, ours = both_learned
    planted_words = [place for place, word in enumerate(names) if int(word.removeprefix("peak@")) >= 100]
    for found in (theirs, ours):
        for place in planted_words:
            near = sorted((other for other in planted_words if other != place), key=lambda o: -found[place, o])[:4]
            assert all(names[other][5] == names[place][5] for other in near)


def test_cosines_of_words_agree_with_gensims(both_learned):
    """They have a correlation of 0.932; those of gensim with two seeds have 0.934."""
    _, theirs, ours = both_learned
    pairs = np.triu_indices(len(theirs), 1)
    assert np.corrcoef(theirs[pairs], ours[pairs])[0, 1] > 0.9
