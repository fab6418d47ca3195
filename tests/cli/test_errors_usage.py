"""Command lines and configurations that cannot be meant: exit code 2, one line that suggests what could be."""

import itertools
import shutil

import pytest

from cli_support import DATA, TINY_CONFIG, specbridge, write_json

QUERIES = DATA / "query.mgf"


@pytest.fixture
def search(made):
    return ("search", QUERIES, "--model", made.model["morgan"], "--library", made.library["morgan"])


@pytest.fixture
def evaluate(made):
    return ("eval", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates", made.pools)


@pytest.fixture
def index(made):
    return ("index", DATA / "molecules.tsv", "--encoder", made.encoder["morgan"])


@pytest.mark.parametrize("arguments, message", [
    (["serch"], 'unknown command "serch", did you mean "search"?; see specbridge --help'),
    (["frobnicate"], 'unknown command "frobnicate"; see specbridge --help'),
    (["make-encoder", "morgn"], 'unknown command "morgn", did you mean "morgan"?; see specbridge make-encoder --help'),
    (["make-encoder"], "A subcommand is required; see specbridge make-encoder --help"),
    (["--verson"], 'unknown option "--verson", did you mean "--version"?; see specbridge --help'),
    (["search", "--libary", "x"],
     'unknown option "--libary", did you mean "--library"?; see specbridge search --help'),
    (["train", "--spectrum-encodr=x"],
     'unknown option "--spectrum-encodr", did you mean "--spectrum-encoder"?; see specbridge train --help'),
    (["info", "one", "two"], "The following argument was not expected: two; see specbridge info --help"),
])
def test_a_mistyped_command_or_option(arguments, message):
    result = specbridge(*arguments)
    assert (result.code, result.out, result.err) == (2, "", f"specbridge: {message}\n")


@pytest.mark.parametrize("more, message", [
    (("--libary", "x"), 'unknown option "--libary", did you mean "--library"?; see specbridge search --help'),
    (("--zzz",), 'unknown option "--zzz"; see specbridge search --help'),
    (("-k", "ten"), "-k: Value ten not in range 0 to 1000000000; see specbridge search --help"),
    (("-k", "-1"), "-k: Value -1 not in range 0 to 1000000000; see specbridge search --help"),
    (("--threads", "0"), "--threads: Value 0 not in range 1 to 4096; see specbridge search --help"),
    (("--batch", "0"), "--batch: Value 0 not in range 1 to 1048576; see specbridge search --help"),
    (("--device", "gpu"), '--device: found "gpu", expected auto, cpu, cuda or cuda:<number>'),
    (("--device", "cuda:x"), '--device: found "cuda:x", expected auto, cpu, cuda or cuda:<number>'),
    (("--formula=C6Hx",), '--formula: "C6Hx" is no molecular formula'),
])
def test_a_wrong_option_of_search(refused, search, more, message):
    refused(2, message, *search, *more)


@pytest.mark.parametrize("text", ["10", "ppm", "-1ppm", "0ppm", "10 apples", "10ppm,10ppm"])
def test_a_wrong_tolerance(refused, search, text):
    refused(2, f'"{text}" is not a tolerance; expected a positive width such as 10ppm, 0.005Da or 10ppm,0.005Da',
            *search, f"--tolerance={text}")


MODES = {"open": ("--open",), "formula": ("--formula=C2H6O",), "tolerance": ("--tolerance", "5ppm"),
         "candidates": ("--candidates", "pools.json")}


@pytest.mark.parametrize("one, other", list(itertools.combinations(MODES, 2)))
def test_two_ways_to_choose_candidates(refused, search, one, other):
    refused(2, "search: --tolerance, --formula, --candidates and --open choose candidates in different ways; give one "
               "of them", *search, *MODES[one], *MODES[other])


def test_a_search_without_candidates(refused, made):
    refused(2, "search: expected --library or --spectral-library (or --candidates, which needs none)", "search",
            QUERIES, "--model", made.model["morgan"])


def test_a_search_without_spectra(refused):
    refused(2, "search: expected files of spectra; see specbridge search --help", "search", "--library", "library")


def test_a_formula_that_took_the_file_for_its_value(refused):
    refused(2, 'search: expected files of spectra; "query.mgf" was taken for the formula, write --formula=F, or the '
            "files first", "search", "--model", "m", "--formula", "query.mgf")


def test_json_and_hits_cannot_both_go_to_stdout(search):
    result = specbridge(*search, "-o", "-", "--json")
    assert (result.code, result.out, result.err) == (
        2, "", "specbridge: search: --json and -o - both want standard output\n")


@pytest.mark.parametrize("more, message", [
    (("--control", "blank"),
     '--control: found "blank", expected none, zeroed, flat, precursor, swapped, isomer, mean, untold or nearest'),
    (("--control", "none,mean,none"), '--control: "none" is given twice'),
    (("--control", "none,"),
     '--control: found "", expected none, zeroed, flat, precursor, swapped, isomer, mean, untold or nearest'),
    (("--cutoffs", "0"), "--cutoffs: Value 0 not in range 1 to 1000000; see specbridge eval --help"),
    (("--cutoffs", "1,-5"), "--cutoffs: Value -5 not in range 1 to 1000000; see specbridge eval --help"),
    (("--cutoffs", "1,five"), "--cutoffs: Value five not in range 1 to 1000000; see specbridge eval --help"),
    (("--ties", "first"), '--ties: found "first", expected worst, expected or best'),
    (("--identity", "name"), '--identity: found "name", expected inchikey14 or smiles'),
    (("--resample", "peaks"), '--resample: found "peaks", expected molecules or spectra'),
    (("--protocol", "casmi"), '--protocol: found "casmi", expected massspecgym'),
    (("--hits", "hits.tsv"), "--hits excludes --model; see specbridge eval --help"),
    (("--against", "other.tsv"), "--against requires --hits; see specbridge eval --help"),
    (("--protocol", "massspecgym", "--ties", "best"), "--ties excludes --protocol; see specbridge eval --help"),
    (("--truth", "truth.mgf"), "--truth requires --hits; see specbridge eval --help"),
])
def test_a_wrong_option_of_eval(refused, evaluate, more, message):
    refused(2, message, *evaluate, *more)


@pytest.mark.parametrize("arguments, message", [
    ((), "eval: expected either --hits with --truth, or --model with --spectra and --candidates"),
    (("--hits", "hits.tsv"), "eval: --hits needs --truth"),
    (("--model", "model"), "eval: --model needs --spectra and --candidates"),
    (("--hits", "hits.tsv", "--truth", "t.mgf", "--control", "mean"),
     "eval: --control needs --model, a hits table cannot be searched again"),
])
def test_an_eval_that_lacks_an_option(refused, arguments, message):
    refused(2, message, "eval", *arguments)


def test_a_faiss_string_that_faiss_does_not_know(refused, index):
    refused(2, '--faiss: "Nope" is no index that FAISS can make for 64 dimensions (could not parse index string Nope); '
               'expected for example "Flat" or "IVF256,SQ8"', *index, "--faiss", "Nope")


def test_more_inverted_lists_than_molecules(refused, index):
    refused(2, "--faiss: the index cannot be trained on 569 molecules (Number of training points (569) should be at "
               'least as large as number of clusters (4096)); choose a smaller number of lists, or "Flat"', *index,
            "--faiss", "IVF4096,Flat")


def test_an_index_with_two_encoders(refused, made, index):
    refused(2, "--encoder excludes --model; see specbridge index --help", *index, "--model", made.model["morgan"])


@pytest.mark.parametrize("dim", ["0", "-5", "65537"])
def test_a_wrong_number_of_dimensions(refused, dim):
    refused(2, f"--dim: Value {dim} not in range 1 to 65536; see specbridge make-encoder morgan --help",
            "make-encoder", "morgan", "--molecules", DATA / "molecules.tsv", f"--dim={dim}")


CONFIG_PROBLEMS = [
    ({"head_hiden": 3}, 'unknown key "head_hiden"; did you mean "head_hidden"?'),
    ({"batch": "many"}, '"batch" is "many", expected a whole number, 0 or more'),
    ({"batch": 2.5}, '"batch" is 2.5, expected a whole number, 0 or more'),
    ({"batch": 0}, '"batch" is 0, expected a whole number from 1 to 1000000'),
    ({"learning_rate": "fast"}, '"learning_rate" is "fast", expected a number'),
    ({"learning_rate": 0}, '"learning_rate" is 0, expected a number above 0'),
    ({"schedule": "linear"}, '"schedule" is linear, expected cosine or constant'),
    ({"dropout": 1}, '"dropout" is 1, expected 0 or more and below 1'),
    ({"trainable_blocks": "some"}, '"trainable_blocks" is some, expected a number of blocks, 0 or more, or all'),
]


@pytest.mark.parametrize("changes, problem", CONFIG_PROBLEMS)
def test_a_wrong_config(refused, train_with, tmp_path, changes, problem):
    path = write_json(tmp_path / "wrong.json", {**TINY_CONFIG, **changes})
    refused(2, f"{path}: {problem}", *train_with()[:-2], "--config", path)


@pytest.mark.parametrize("content, problem", [
    ("[1]", "expected a JSON object, found array"),
    ('{"batch": 3', "not valid JSON (parse error at line 2, column 1: syntax error while parsing object - unexpected "
                    "end of input; expected '}')"),
])
def test_a_config_that_is_no_json_object(refused, train_with, tmp_path, content, problem):
    (tmp_path / "wrong.json").write_text(content)
    path = tmp_path / "wrong.json"
    refused(2, f"{path}: {problem}", *train_with()[:-2], "--config", path)


def test_a_config_that_does_not_exist(refused, train_with, tmp_path):
    path = tmp_path / "none.json"
    refused(2, f"{path}: cannot be read (No such file or directory)", *train_with()[:-2], "--config", path)


@pytest.mark.parametrize("assignment, problem", [
    ("batch", '--set: found "batch", expected key=value, e.g. learning_rate=3e-5'),
    ("=3", '--set: found "=3", expected key=value, e.g. learning_rate=3e-5'),
    ("bach=3", '--set: unknown key "bach"; did you mean "batch"?'),
    ("batch=x", '--set: "batch" is "x", expected a whole number, 0 or more'),
    ("batch=-1", '--set: "batch" is -1, expected a whole number, 0 or more'),
    ("schedule=linear", '--set: "schedule" is linear, expected cosine or constant'),
])
def test_a_wrong_assignment(refused, train_with, assignment, problem):
    refused(2, problem, *train_with("--set", assignment))


def test_more_blocks_than_the_encoder_has(refused, train_with, made):
    refused(2, f"trainable_blocks: found 3, but {made.spectrum_encoder} has 2 blocks; expected 0 to 2, or all",
            *train_with("--set", "trainable_blocks=3"))


def test_a_wrong_precision(refused, train_with):
    refused(2, '--precision: found "half", expected auto, float32 or bfloat16', *train_with("--precision", "half"))


def test_pools_without_validation_spectra(refused, train_with, made):
    refused(2, "train: --validation-candidates needs --validation",
            *train_with("--validation-candidates", made.pools))


@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="this machine may have a GPU")
def test_cuda_where_there_is_none(refused, search, train_with):
    message = "--device cuda:0: this machine has no NVIDIA driver; use --device cpu or auto"
    refused(6, message, *search, "--device", "cuda")
    refused(6, message, *train_with("--device", "cuda"))
