"""specbridge train: from spectra with structures to a model directory."""

import json
import shutil

import pytest

from cli_support import (DATA, ROOT, TINY_CONFIG, by_query, names_in, read_json, read_records, read_table, specbridge,
                         spectrum, succeed, write_records)

# Head 32-32-32 with its norm, map 32 to 64, one residual block 64-32-64, all with biases; then the blocks of the
# encoder (8,320 weights each, as its exporter counts them), and what lies before them.
PROJECTION = 2 * (32 * 32 + 32) + 64 + (32 * 64 + 64) + 128 + (64 * 32 + 32) + (32 * 64 + 64)
TRAINED = {"0": PROJECTION, "1": PROJECTION + 8320, "2": PROJECTION + 2 * 8320, "all": 30256}
CAFFEINE = "CN1C=NC2=C1C(=O)N(C(=O)N2C)C"


def metrics_of(model):
    return [json.loads(line) for line in (model / "metrics.jsonl").read_text().splitlines()]


def test_a_model_directory_holds_all_that_search_needs(made, kind):
    assert names_in(made.model[kind]) == ["config.json", "manifest.json", "mean_target.f32", "metrics.jsonl",
                                          "molecule-encoder", "spectrum-encoder", "trained.safetensors",
                                          "training_fingerprints.bin", "training_molecules.txt"]


def test_a_model_works_where_its_encoders_are_gone(made, kind, tmp_path):
    model = shutil.copytree(made.model[kind], tmp_path / "elsewhere")
    original = made.folder / "hidden"
    made.encoder[kind].rename(original)
    try:
        succeed("search", DATA / "query.mgf", "--model", model, "--library", made.library[kind], "-o",
                tmp_path / "hits.tsv")
    finally:
        original.rename(made.encoder[kind])
    assert len(by_query(read_table(tmp_path / "hits.tsv"))) == 22


def test_training_says_what_it_did(train_with, tmp_path):
    result = succeed(*train_with("-o", tmp_path / "model"))
    assert result.out == ""
    assert result.err == (f"{tmp_path / 'model'}: trained 30,256 parameters on 120 spectra of 43 molecules, "
                          "20 steps\n")


def test_the_summary_is_to_be_had_as_json(train_with, tmp_path):
    result = succeed(*train_with("-o", tmp_path / "model", "--json", "-q"))
    summary = json.loads(result.out)
    assert result.err == ""
    assert {key: summary[key] for key in ("spectra", "molecules", "validation_spectra", "overlap", "skipped", "steps",
                                          "interrupted")} == {
        "spectra": 120, "molecules": 43, "validation_spectra": 0, "overlap": 0, "skipped": {}, "steps": 20,
        "interrupted": False}


def test_every_step_leaves_a_line_of_metrics(made):
    steps = metrics_of(made.model["morgan"])
    assert [line["step"] for line in steps] == list(range(1, 21))
    assert all(line["loss"] > 0 and line["learning_rate"] > 0 for line in steps)


def test_training_brings_the_loss_down(train_with, tmp_path):
    succeed(*train_with("-o", tmp_path / "model", "--set", "max_steps=100", "--set", "epochs=50"))
    losses = [line["loss"] for line in metrics_of(tmp_path / "model")]
    assert sum(losses[-10:]) < 0.9 * sum(losses[:10])


def test_validation_is_measured_with_the_pools_given(made, train_with, tmp_path):
    result = succeed(*train_with("--validation", made.spectra, "--validation-candidates",
                                 made.pools, "-o", tmp_path / "model", "--json", "-q"))
    summary = json.loads(result.out)
    measured = [line for line in metrics_of(tmp_path / "model") if "validation" in line]
    best = max(measured, key=lambda line: (line["validation"]["recall_at_5"], line["validation"]["mrr"]))
    assert len(measured) == 2
    assert summary["validation_spectra"] == 60
    assert summary["best_step"] == best["step"]
    assert summary["validation"]["recall"]["5"] == best["validation"]["recall_at_5"]


def test_the_validation_figures_of_the_kept_model_are_those_that_eval_finds(made, train_with, tmp_path):
    result = succeed(*train_with("--validation", made.spectra, "--validation-candidates", made.pools, "-o",
                                 tmp_path / "model", "--json", "-q"))
    succeed("eval", "--model", tmp_path / "model", "--spectra", made.spectra, "--candidates", made.pools, "-o",
            tmp_path / "report")
    report = read_json(tmp_path / "report/report.json")
    validation = json.loads(result.out)["validation"]
    assert validation["recall"] == pytest.approx(report["recall"], abs=1e-12)
    assert validation["mrr"] == pytest.approx(report["mrr"], abs=1e-12)


def test_without_pools_every_validation_molecule_is_a_candidate(made, train_with, tmp_path):
    result = succeed(*train_with("--validation", made.spectra, "-o", tmp_path / "model", "--json", "-q"))
    assert set(json.loads(result.out)["validation"]["recall"]) == {"1", "5", "20"}


def test_validation_structures_that_are_in_training_are_counted_and_told(made, train_with, tmp_path):
    result = succeed(*train_with("--validation", made.train, "-o", tmp_path / "model", "--json"))
    assert json.loads(result.out)["overlap"] == 43
    assert result.err.splitlines()[0] == (
        "warning: 43 of 43 validation structures are in the training spectra too; validation figures flatter the "
        "model (--strict refuses this)")


def test_records_that_cannot_be_trained_on_are_counted_by_reason(made, train_with, tmp_path):
    records = [*read_records(made.train)[:20], spectrum(SMILES=CAFFEINE, ADDUCT="[M+H]+"),
               spectrum(PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+"),
               spectrum(PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+", SMILES="C(("),
               spectrum(PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+", SMILES=CAFFEINE, peaks="")]
    spectra = write_records(tmp_path / "some.mgf", records)
    result = succeed("train", "--spectra", spectra, *train_with("-o", tmp_path / "model", "--json")[3:])
    assert json.loads(result.out)["skipped"] == {"bad_structure": 1, "no_peaks": 1, "no_precursor": 1,
                                                 "no_structure": 1}
    assert "warning: 1 training spectrum cannot be used: bad_structure\n" in result.err


def test_set_goes_above_config_and_the_model_keeps_the_result(train_with, tmp_path):
    succeed(*train_with("--set", "batch=7", "--set", "max_steps=3", "-o", tmp_path / "model"))
    kept = read_json(tmp_path / "model/config.json")
    assert (kept["batch"], kept["max_steps"]) == (7, 3)
    assert kept["head_hidden"] == TINY_CONFIG["head_hidden"]


@pytest.mark.parametrize("blocks", TRAINED)
def test_any_number_of_blocks_can_be_trained(train_with, tmp_path, blocks):
    result = succeed(*train_with("--set", f"trainable_blocks={blocks}", "-o", tmp_path / "model", "--json", "-q"))
    trained = json.loads(result.out)["trained_parameters"]
    assert trained == TRAINED[blocks]


@pytest.mark.parametrize("config", sorted(path.name for path in (ROOT / "configs").glob("*.json")))
def test_every_shipped_config_is_understood(made, reading, tmp_path, config):
    objective = read_json(ROOT / "configs" / config).get("objective", "bridge")
    spectra, molecules = ("--spectrum-encoder", made.spectrum_encoder), ("--molecule-encoder", made.encoder["morgan"])
    encoders = {"bridge": (*spectra, *molecules), "similarity": spectra, "spec2vec": (),
                "masked-tokens": ("--spectrum-encoder", reading.encoder)}[objective]
    result = specbridge("train", "--spectra", tmp_path / "none.mgf", *encoders, "--config", ROOT / "configs" / config,
                        "-o", tmp_path / "model")
    assert (result.code, result.err) == (
        3, f"specbridge: {tmp_path / 'none.mgf'}: cannot be read (No such file or directory)\n")


def test_every_term_of_the_loss_leaves_its_figures(train_with, tmp_path):
    settings = ("distance_weight=0.5", "infonce_weight=0.5", "infonce_temperature=0.2", "decoy_weight=0.3", "decoys=4",
                "contrastive_weight=0.2")
    succeed(*train_with("-o", tmp_path / "model", "--decoys", DATA / "library.smi.gz", "--evidence", "cosine",
                        *(word for setting in settings for word in ("--set", setting))))
    steps = metrics_of(tmp_path / "model")
    assert all({"mse", "infonce", "decoy_loss", "infonce_temperature"} <= set(line) for line in steps)
    temperatures = [line["infonce_temperature"] for line in steps]
    assert temperatures[0] == pytest.approx(0.2, rel=1e-5) and len(set(temperatures)) > 10  # it trains
    assert steps[-1]["loss"] < steps[0]["loss"]
    assert read_json(tmp_path / "model/manifest.json")["training"]["trained_parameters"] == TRAINED["all"]


def test_infonce_dual_is_a_bridge_whose_negatives_are_copies_of_spectra(train_with, tmp_path):
    succeed(*train_with("-o", tmp_path / "named", "--objective", "infonce-dual", "--set", "infonce_dual_copies=2"))
    succeed(*train_with("-o", tmp_path / "spelled", "--set", "infonce_dual_weight=1", "--set", "distance_weight=0",
                        "--set", "infonce_dual_copies=2"))
    assert (tmp_path / "named/trained.safetensors").read_bytes() == \
        (tmp_path / "spelled/trained.safetensors").read_bytes()
    steps = metrics_of(tmp_path / "named")
    assert "mse" not in steps[0]
    temperatures = [line["infonce_dual_temperature"] for line in steps]
    assert temperatures[0] == pytest.approx(0.07, rel=1e-5) and len(set(temperatures)) > 10
    assert steps[-1]["infonce_dual"] < steps[0]["infonce_dual"]


def test_the_temperature_of_infonce_dual_may_stay(train_with, tmp_path):
    succeed(*train_with("-o", tmp_path / "model", "--objective", "infonce-dual", "--set", "infonce_dual_copies=1",
                        "--set", "infonce_dual_temperature=0.2", "--set", "infonce_dual_temperature_trains=false"))
    assert all("infonce_dual_temperature" not in line for line in metrics_of(tmp_path / "model"))
    settings = read_json(tmp_path / "model/config.json")
    assert (settings["infonce_dual_temperature"], settings["infonce_dual_temperature_trains"]) == (0.2, False)


def test_decoys_without_anything_that_wants_them_are_refused(train_with, tmp_path):
    result = specbridge(*train_with("-o", tmp_path / "model", "--decoys", DATA / "library.smi.gz", "--evidence",
                                    "cosine"))
    assert result.code == 2
    assert result.err == ('specbridge: train: --decoys are for the fragment score and for a "decoy_weight" above 0; '
                          "name it with --evidence cosine,fragments, or leave them out\n")


@pytest.mark.parametrize("target", ["centred", "whitened"])
def test_another_view_of_the_targets_is_the_models_own_encoder(made, train_with, tmp_path, target):
    model = tmp_path / "model"
    succeed(*train_with("-o", model, "--set", f"target={target}"))
    assert names_in(model / "molecule-encoder") == ["encoder", "manifest.json", "whitening.f32"]
    succeed("index", DATA / "library.smi.gz", "--model", model, "-o", tmp_path / "library")
    succeed("search", DATA / "query.mgf", "--model", model, "--library", tmp_path / "library", "-o",
            tmp_path / "hits.tsv")
    assert len(by_query(read_table(tmp_path / "hits.tsv"))) == 22
    other = specbridge("search", DATA / "query.mgf", "--model", model, "--library", made.library["morgan"], "-o", "-")
    assert other.code == 4 and "molecule encoder" in other.err
    succeed("info", model)


def test_a_model_of_whitened_targets_is_trained_on_further(made, train_with, tmp_path):
    """Its encoder is an encoder: another training may take it, and packing and copying keep it whole."""
    succeed(*train_with("-o", tmp_path / "one", "--set", "target=whitened"))
    arguments = train_with("-o", tmp_path / "two")
    place = arguments.index("--molecule-encoder") + 1
    succeed(*arguments[:place], tmp_path / "one/molecule-encoder", *arguments[place + 1:])
    assert read_json(tmp_path / "two/manifest.json")["molecule_encoder_fingerprint"] == \
        read_json(tmp_path / "one/manifest.json")["molecule_encoder_fingerprint"]
    succeed("pack", tmp_path / "two", "-o", tmp_path / "packed")
    succeed("info", tmp_path / "packed")


def test_starts_of_the_mapper_differ_and_repeat(train_with, tmp_path):
    weights = {}
    for start in ("orthogonal", "xavier", "procrustes"):
        for name in ("one", "two"):
            model = tmp_path / f"{start}-{name}"
            succeed(*train_with("-o", model, "--set", f"mapper_start={start}"))
            weights.setdefault(start, []).append((model / "trained.safetensors").read_bytes())
    assert all(one == two for one, two in weights.values())
    assert len({one for one, _ in weights.values()}) == 3


def test_the_cosine_of_an_ensemble_is_the_mean_of_its_members(made, tmp_path):
    def train(name, *more):
        succeed("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
                made.encoder["morgan"], "--config", made.config, "-o", tmp_path / name, *more)
        return tmp_path / name

    def scores(model):
        out = tmp_path / f"{model.name}.tsv"
        succeed("search", made.spectra, "--model", model, "--library", made.library["morgan"], "-k", 0, "-o", out)
        return {(row["query_index"], row["smiles"]): float(row["score"]) for row in read_table(out) if row["rank"]}

    ensemble = train("ensemble", "--set", "members=2", "--seed", 5)
    one, other = train("one", "--seed", 5), train("other", "--seed", 6)
    assert (ensemble / "trained.safetensors").read_bytes() == (one / "trained.safetensors").read_bytes()
    assert ((ensemble / "members/2/trained.safetensors").read_bytes()
            == (other / "trained.safetensors").read_bytes())
    assert names_in(ensemble / "members/2") == ["metrics.jsonl", "trained.safetensors"]
    together, alone = scores(ensemble), [scores(one), scores(other)]
    assert together
    for place, score in together.items():
        assert score == pytest.approx((alone[0][place] + alone[1][place]) / 2, abs=1e-5)
    manifest = read_json(ensemble / "manifest.json")
    assert manifest["members"] == 2 and len(manifest["training"]["further_members"]) == 1


def test_a_damaged_member_is_found(made, tmp_path):
    succeed("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
            made.encoder["morgan"], "--config", made.config, "--set", "members=2", "-o", tmp_path / "model")
    member = tmp_path / "model/members/2/trained.safetensors"
    damaged = bytearray(member.read_bytes())
    damaged[-1] ^= 1
    member.write_bytes(damaged)
    result = specbridge("search", made.spectra, "--model", tmp_path / "model", "--library", made.library["morgan"],
                        "-o", tmp_path / "hits.tsv")
    assert result.code == 4 and str(member) in result.err
