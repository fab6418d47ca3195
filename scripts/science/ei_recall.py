"""How often spectra of electron ionisation find their molecule in a library, by each score and way to whole masses.

    scripts/science/ei_recall.py [--program FILE] [--library LIB.msp.gz] [--queries QUERIES.msp.gz] [--text]
                                 [--json OUT.json]

The spectra are those of MassBank in ../shared/data (SPECBRIDGE_DATA): 1,168 of 665 molecules, and 163 queries whose
molecule has another spectrum among them. A molecule is the first block of an InChIKey; its rank is 1 and the others
that score at least as high; a query without an answer is a miss. Intervals of 95 % draw molecules, not spectra. The
ceiling is the share of queries whose molecule is in the library as it was built. Each score is compared with the first
of its table on the same draws.

spec2vec is trained on the library by configs/spec2vec.json (seconds); beside it stand the same before its first step,
and one whose words were permuted among the spectra, each spectrum keeping how many it has and each word in how many it
is; and its sum with the weighted cosine.

--text adds encoders that read spectra as text: a small one as it is drawn, trained on the library by configs/text.json
(130 s of processor time each), and the same with the molecules shuffled among the spectra; the same with and without
that training after it was adapted to the texts of the library (configs/masked-tokens.json); and the sum of a trained
one's cosine and the weighted cosine, and of both with spec2vec.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from workplace import PROGRAMS, ROOT, program_at

DRAWS, LEVELS = 2000, (1, 5, 10)
# Name, options of index, options of search.
ROWS = [
    ("cosine", [], ["--score", "cosine"]),
    ("weighted cosine, m/z^1.3 I^0.53 (`ei`)", [], []),
    ("weighted cosine, m/z^2 I^0.5", [], ["--mz-power", "2", "--intensity-power", "0.5"]),
    ("weighted cosine, m/z^3 I^0.6", [], ["--mz-power", "3", "--intensity-power", "0.6"]),
    ("Stein and Scott, m/z^1.3 I^0.5 (`nist`)", ["--preset", "nist"], []),
    ("Stein and Scott, m/z^3 I^0.5 (`stein-scott`)", ["--preset", "stein-scott"], []),
    ("reverse, m/z^1.3 I^0.53", [], ["--score", "reverse", "--mz-power", "1.3", "--intensity-power", "0.53"]),
    ("entropy", [], ["--score", "entropy"]),
    ("cosine, truncated", ["--unit-mass", "truncate"], ["--score", "cosine"]),
    ("weighted cosine, truncated", ["--unit-mass", "truncate"], []),
    ("weighted cosine, m/z as they are, 0.3 Da", ["--unit-mass", "none"], ["--peak-tolerance", "0.3Da"]),
    ("weighted cosine, mass within 5 Da", [], ["--mass", "5Da"]),
    ("cosine, mass within 5 Da", [], ["--score", "cosine", "--mass", "5Da"]),
    ("weighted cosine, mass guessed, within 5 Da", [], ["--mass", "5Da", "--guess-mass"]),
]

WEIGHTED = "weighted cosine, m/z^1.3 I^0.53 (`ei`)"
# Name, what is assigned in the training by configs/spec2vec.json.
WORD_ROWS = [
    ("spec2vec, untrained", ["learning_rate_decay=0", "learning_rate=1e-12"]),
    ("spec2vec, trained on shuffled words", ["labels=shuffled"]),
    ("spec2vec, trained on the library", []),
    ("spec2vec, trained on shuffled words, 60 epochs", ["labels=shuffled", "epochs=60"]),
    ("spec2vec, trained on the library, 60 epochs", ["epochs=60"]),
]
UNTRAINED = ["learning_rate=1e-12", "max_steps=1"]
# Name, whether the encoder was adapted to the library's texts before, what is assigned in the training by
# configs/text.json.
TEXT_ROWS = [
    ("text encoder, untrained", False, UNTRAINED),
    ("text encoder, adapted to the texts, untrained", True, UNTRAINED),
    ("text encoder, trained on shuffled molecules", False, ["labels=shuffled"]),
    ("text encoder, trained on the library", False, []),
    ("text encoder, adapted to the texts, trained on the library", True, []),
]
WITH_WORDS = {"spec2vec, trained on the library": "weighted cosine (`ei`) and spec2vec, summed",
              "spec2vec, trained on the library, 60 epochs": "weighted cosine (`ei`) and spec2vec, 60 epochs, summed"}
GAINS = [("spec2vec, trained on the library", "spec2vec, untrained"),
         ("spec2vec, trained on the library", "spec2vec, trained on shuffled words"),
         ("spec2vec, trained on the library, 60 epochs", "spec2vec, trained on shuffled words, 60 epochs"),
         *((name, WEIGHTED) for pair in WITH_WORDS.items() for name in pair),
         ("text encoder, trained on the library", "text encoder, untrained"),
         ("text encoder, adapted to the texts, untrained", "text encoder, untrained"),
         ("text encoder, adapted to the texts, trained on the library", "text encoder, trained on the library"),
         ("text encoder, adapted to the texts, trained on the library", WEIGHTED),
         ("text encoder, trained on the library", WEIGHTED)]


def data(name: str) -> Path:
    return Path(os.environ.get("SPECBRIDGE_DATA") or ROOT / "../shared/data") / name


def records_of(path: Path) -> list[dict[str, str]]:
    """The fields of the records of an MSP file."""
    records: list[dict[str, str]] = []
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            key, colon, value = line.partition(":")
            if colon and key == "Name":
                records.append({})
            if colon and records:
                records[-1][key] = value.strip()
    return records


def without_mass(path: Path, out: Path) -> Path:
    """The same records, which do not state the mass of their molecule."""
    with gzip.open(path, "rt") as file:
        out.write_text("".join(line for line in file if not line.startswith("ExactMass:")))
    return out


def scores_of(hits: Path, queries: int) -> list[dict[str, float]]:
    """Of each query, the scores of the molecules that answer it."""
    header, *rows = (line.split("\t") for line in hits.read_text().splitlines())
    column = {name: place for place, name in enumerate(header)}
    scores: list[dict[str, float]] = [{} for _ in range(queries)]
    for row in rows:
        if row[column["rank"]]:
            scores[int(row[column["query_index"]])][row[column["inchikey14"]]] = float(row[column["score"]])
    return scores


def ranks_of(scores: list[dict[str, float]], truths: list[str]) -> list[float]:
    """The rank of the right molecule among the answers to each query; infinite where it is none."""
    ranks = []
    for found, truth in zip(scores, truths, strict=True):
        own = found.get(truth)
        ranks.append(float("inf") if own is None else sum(score >= own for score in found.values()))
    return ranks


def recalls(ranks: list[float]) -> list[float]:
    return [sum(rank <= level for rank in ranks) / len(ranks) for level in LEVELS]


def draws_of(molecules: list[str]) -> list[list[int]]:
    """Queries of molecules that are drawn with replacement."""
    draw, of = random.Random(1), {}
    for place, molecule in enumerate(molecules):
        of.setdefault(molecule, []).append(place)
    names = sorted(of)
    return [[place for name in draw.choices(names, k=len(names)) for place in of[name]] for _ in range(DRAWS)]


def interval(values: list[float]) -> tuple[float, float]:
    values = sorted(values)
    return values[int(0.025 * len(values))], values[int(0.975 * len(values)) - 1]


def summary(ranks: list[float], first: list[float], draws: list[list[int]]) -> dict:
    drawn = [recalls([ranks[place] for place in places]) for places in draws]
    other = [recalls([first[place] for place in places]) for places in draws]
    gains = [a[0] - b[0] for a, b in zip(drawn, other)]
    return {"recall": recalls(ranks), "intervals": [interval(list(values)) for values in zip(*drawn)],
            "gain": recalls(ranks)[0] - recalls(first)[0], "gain_interval": interval(gains)}


def gains_of(known: dict[str, list[float]], name: str, other: str, draws: list[list[int]]) -> dict:
    """By how much one score is above another at each level, on the same draws."""
    ranks, others = known[name], known[other]
    pairs = [(recalls([ranks[i] for i in places]), recalls([others[i] for i in places])) for places in draws]
    return {"score": name, "over": other,
            "gain": [a - b for a, b in zip(recalls(ranks), recalls(others))],
            "intervals": [interval([a[k] - b[k] for a, b in pairs]) for k in range(len(LEVELS))]}


def searched(program: Path, folder: Path, library: Path, queries: Path, index: list[str], search: list[str]) -> Path:
    spectra = folder / ("lib" + "".join(index).replace("-", "").replace("/", "_"))
    if not spectra.exists():
        subprocess.run([program, "index", "--spectra", library, "-o", spectra, "-q", *index], check=True)
    out = folder / "hits.tsv"
    subprocess.run([program, "search", queries, "--spectral-library", spectra, "-o", out, "-q", "--force", "-k", "0",
                    *search], check=True)
    return out


def encoder_of_text(program: Path, library: Path, folder: Path) -> Path:
    """A small text encoder of random weights, its tokens learnt from the library."""
    subprocess.run([program, "render", library, "-o", folder / "texts.tsv", "-q"], check=True)
    subprocess.run([sys.executable, ROOT / "tools/export/export_text_encoder.py", "--random-init", "--texts",
                    folder / "texts.tsv", "--seed", "7", "-o", folder / "text-encoder"], check=True,
                   stdout=subprocess.DEVNULL)
    return folder / "text-encoder"


def adapted(program: Path, library: Path, encoder: Path, folder: Path) -> Path:
    """The encoder, adapted to the texts of the library, whose molecules it is not told."""
    subprocess.run([program, "train", "--config", ROOT / "configs/masked-tokens.json", "--spectra", library,
                    "--spectrum-encoder", encoder, "-o", folder / "adapted-encoder", "-q"], check=True)
    return folder / "adapted-encoder"


def by_vectors(program: Path, library: Path, queries: Path, folder: Path, options: list, assigned: list[str]) -> Path:
    """Hits of a model that is trained with some options and some settings assigned."""
    model = folder / "-".join([*(Path(option).stem for option in options), *assigned])
    subprocess.run([program, "train", "--config", *options, "--spectra", library, "-o", model, "-q",
                    *(part for value in assigned for part in ("--set", value))], check=True)
    return searched(program, folder, library, queries, ["--model", str(model)],
                    ["--score", "vector", "--model", str(model)])


def summed(first: list[dict[str, float]], second: list[dict[str, float]]) -> list[dict[str, float]]:
    """Of each query, the sums of two scores; a molecule that one of them does not answer with has 0 there."""
    return [{key: a.get(key, 0) + b.get(key, 0) for key in a | b} for a, b in zip(first, second, strict=True)]


def learned_scores(program: Path, library: Path, queries: Path, folder: Path, count: int, text: bool):
    """Name and scores of each row of what is learned."""
    weighted = scores_of(searched(program, folder, library, queries, [], []), count)
    with_words, scores = weighted, weighted
    for name, assigned in WORD_ROWS:
        scores = scores_of(by_vectors(program, library, queries, folder, [ROOT / "configs/spec2vec.json"], assigned),
                           count)
        yield name, scores
        if name in WITH_WORDS:
            with_words = summed(weighted, scores)
            yield WITH_WORDS[name], with_words
    if not text:
        return
    drawn = encoder_of_text(program, library, folder)
    encoders = {False: drawn, True: adapted(program, library, drawn, folder)}
    trained: dict[bool, list[dict[str, float]]] = {}
    for name, is_adapted, assigned in TEXT_ROWS:
        options = [ROOT / "configs/text.json", "--spectrum-encoder", encoders[is_adapted]]
        scores = scores_of(by_vectors(program, library, queries, folder, options, assigned), count)
        yield name, scores
        if not assigned:
            trained[is_adapted] = scores
    scores = trained[False]
    yield "weighted cosine (`ei`) and trained text encoder, summed", summed(weighted, scores)
    yield "weighted cosine (`ei`) and text encoder, adapted and trained, summed", summed(weighted, trained[True])
    yield "weighted cosine (`ei`), trained text encoder and spec2vec, summed", summed(with_words, scores)


def compare(program: Path, library: Path, queries: Path, folder: Path, text: bool) -> dict:
    records = records_of(queries)
    truths = [record["InChIKey"].split("-")[0] for record in records]
    in_library = {record["InChIKey"].split("-")[0] for record in records_of(library)}
    draws, result, first = draws_of(truths), {"queries": len(truths), "molecules": len(set(truths)), "rows": []}, []
    known: dict[str, list[float]] = {}
    result["ceiling"] = sum(truth in in_library for truth in truths) / len(truths)
    for name, index, search in ROWS:
        asked = without_mass(queries, folder / "bare.msp") if "--guess-mass" in search else queries
        ranks = ranks_of(scores_of(searched(program, folder, library, asked, index, search), len(truths)), truths)
        first = first or ranks
        result["rows"].append({"score": name, **summary(ranks, first, draws)})
        print(line_of(result["rows"][-1]), flush=True)
        known[name] = ranks
    for name, scores in learned_scores(program, library, queries, folder, len(truths), text):
        known[name] = ranks_of(scores, truths)
        result["rows"].append({"score": name, **summary(known[name], first, draws)})
        print(line_of(result["rows"][-1]), flush=True)
    result["gains"] = [gains_of(known, name, other, draws) for name, other in GAINS if name in known]
    return result


def line_of(row: dict) -> str:
    cells = [f"{value:.3f} ({low:.3f}-{high:.3f})" for value, (low, high) in zip(row["recall"], row["intervals"])]
    low, high = row["gain_interval"]
    return f"| {row['score']} | {' | '.join(cells)} | {row['gain']:+.3f} ({low:+.3f} to {high:+.3f}) |"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, default=PROGRAMS / "specbridge")
    parser.add_argument("--library", type=Path, default=data("massbank_ei_library.msp.gz"))
    parser.add_argument("--queries", type=Path, default=data("massbank_ei_queries.msp.gz"))
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    print("| score | Recall@1 | Recall@5 | Recall@10 | @1 over cosine |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        result = compare(program_at(arguments.program), arguments.library, arguments.queries, Path(folder),
                         arguments.text)
    print(f"{result['queries']} queries of {result['molecules']} molecules; ceiling {result['ceiling']:.3f}")
    for gain in result["gains"]:
        print(f"{gain['score']}, over {gain['over']}: " + ", ".join(
            f"{value:+.3f} ({low:+.3f} to {high:+.3f})" for value, (low, high) in zip(gain["gain"], gain["intervals"])))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
