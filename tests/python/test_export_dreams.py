"""The exported spectrum encoder against the published description, and the exporter as a program."""

import argparse
import sys
import types

import numpy as np
import pytest
import torch
from dreams_reference import random_reference, save_checkpoint

from specbridge_export import archive, dreams_weights
from specbridge_export.checkpoint import Checkpoint, Inert, read_checkpoint
from specbridge_export.dreams import DreamsEncoder, DreamsShape
from specbridge_export.dreams_directory import golden_spectra

LAYERS = 3
ROWS = 12
PADDINGS = [ROWS, 0]
POOLINGS = ["precursor", "mean"]


def spectra(lengths=(2, 5, 9, ROWS), seed=5, dtype=torch.float64):
    """[rows, 2] each, precursor first."""
    generator = torch.Generator().manual_seed(seed)
    result = []
    for rows in lengths:
        mz = 50.0 + 400.0 * torch.rand(rows, generator=generator)
        intensity = torch.rand(rows, generator=generator)
        intensity[0] = 1.1
        result.append(torch.stack([mz, intensity], 1).to(dtype))
    return result


def batch(items, rows=None):
    rows = rows or max(len(item) for item in items)
    padded = items[0].new_zeros(len(items), rows, 2)
    for i, item in enumerate(items):
        padded[i, :len(item)] = item
    return padded


def encoder_like(reference, padding_rows=ROWS, pooling="precursor", dropout=0.0):
    """A DreamsEncoder with the weights of the reference, not scripted."""
    checkpoint = Checkpoint("reference", {k: v.detach() for k, v in reference.state_dict().items()})
    shape, weights = dreams_weights.from_checkpoint(checkpoint, heads=4)
    model = DreamsEncoder(shape, padding_rows, pooling, dropout)
    dreams_weights.load_weights(model, weights)
    return model.eval()


def scripted_like(reference, **options):
    return archive.script(encoder_like(reference, **options))


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])
def test_equals_the_published_network(padding_rows, pooling, dtype, tolerance):
    reference = random_reference().to(dtype)
    model = encoder_like(reference, padding_rows=padding_rows, pooling=pooling).to(dtype)
    items = spectra(dtype=dtype)
    expected = reference(items, padding_rows or None, pooling)
    torch.testing.assert_close(archive.script(model)(batch(items)), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_spectrum_longer_than_the_padding_is_not_padded(pooling):
    reference = random_reference().double()
    items = spectra(lengths=(ROWS + 3, ROWS + 1))
    model = encoder_like(reference, pooling=pooling).double()
    for item in items:
        expected = reference([item], len(item), pooling)
        torch.testing.assert_close(model(item[None]), expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
@pytest.mark.parametrize("n", [1, 2, LAYERS, LAYERS + 1])
def test_gradients_equal_the_published_network(n, padding_rows, pooling):
    reference = random_reference().double()
    model = encoder_like(reference, padding_rows=padding_rows, pooling=pooling).double()
    items = spectra()
    target = torch.randn(len(items), 24, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    (reference(items, padding_rows or None, pooling) * target).sum().backward()
    scripted = archive.script(model)
    with torch.no_grad():
        state = scripted.prefix(batch(items), n)
    (scripted.suffix(state, n) * target).sum().backward()

    shape = DreamsShape(d_model=24, layers=LAYERS, heads=4, ffn=40, d_peak=7, fourier_width=12, fourier_depth=3,
                        frequencies=30)
    published = dict(reference.named_parameters())
    table = dreams_weights.key_table(shape, [f"ff_fourier.ff.{i}" for i in (0, 3, 6)])
    ours = dict(scripted.named_parameters())
    for theirs, (name, _) in table.items():
        block = int(name.split(".")[1]) if name.startswith("blocks.") else None
        trains = n > LAYERS or (block is not None and block >= LAYERS - n) or name.startswith("final_norm")
        if trains and ours[name].requires_grad:
            torch.testing.assert_close(ours[name].grad, published[theirs].grad, rtol=0, atol=1e-9, msg=name)
        else:
            assert ours[name].grad is None, name


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
def test_every_split_gives_the_same_bits(padding_rows, pooling):
    model = scripted_like(random_reference(), padding_rows=padding_rows, pooling=pooling)
    peaks = batch(spectra(dtype=torch.float32))
    expected = model(peaks)
    for n in range(LAYERS + 2):
        state = model.prefix(peaks, n)
        assert all(tensor.size(0) == len(peaks) for tensor in state)
        assert torch.equal(model.suffix(state, n), expected), n


@pytest.mark.parametrize("n", [-1, LAYERS + 2])
def test_a_split_that_does_not_exist_is_refused(n):
    model = scripted_like(random_reference())
    with pytest.raises(Exception, match="between 0 and the number of blocks"):
        model.prefix(batch(spectra(dtype=torch.float32)), n)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
def test_zero_rows_of_the_batch_change_nothing(padding_rows, pooling):
    model = encoder_like(random_reference(), padding_rows=padding_rows, pooling=pooling).double()
    items = spectra()
    together = model(batch(items, rows=ROWS + 9))
    for i, item in enumerate(items):
        torch.testing.assert_close(model(item[None])[0], together[i], rtol=0, atol=1e-12)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_zero_rows_appended_to_a_state_change_nothing(pooling):
    model = encoder_like(random_reference(), pooling=pooling).double()
    peaks = batch(spectra())
    for n in range(1, LAYERS + 2):
        state = [torch.cat([t, torch.zeros_like(t[:, :2])], dim=1) for t in model.prefix(peaks, n)]
        torch.testing.assert_close(model.suffix(state, n), model(peaks), rtol=0, atol=1e-12)


def test_a_row_has_the_same_bits_at_every_place_of_a_batch():
    model = scripted_like(random_reference())
    item = spectra(lengths=(7,), dtype=torch.float32)[0]
    others = spectra(lengths=(7,) * 5, seed=9, dtype=torch.float32)
    results = []
    for place in range(6):
        items = others[:place] + [item] + others[place:]
        results.append(model(batch(items))[place])
    assert all(torch.equal(result, results[0]) for result in results)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_order_of_peaks_does_not_matter(pooling):
    model = encoder_like(random_reference(), pooling=pooling).double()
    item = spectra(lengths=(9,))[0]
    shuffled = item[[0, 5, 3, 8, 1, 2, 7, 4, 6]]
    torch.testing.assert_close(model(shuffled[None]), model(item[None]), rtol=0, atol=1e-12)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
def test_no_row_at_all_gives_numbers_and_gradients(padding_rows, pooling):
    model = scripted_like(random_reference(), padding_rows=padding_rows, pooling=pooling)
    peaks = batch(spectra(lengths=(4, 3), dtype=torch.float32))
    peaks[1] = 0.0
    vectors = model(peaks)
    vectors.square().sum().backward()
    assert torch.isfinite(vectors).all()
    for name, parameter in model.named_parameters():
        assert parameter.grad is None or torch.isfinite(parameter.grad).all(), name


def test_bfloat16_linears_stay_close_and_are_off_at_first():
    model = scripted_like(random_reference())
    peaks = batch(spectra(dtype=torch.float32))
    exact = model(peaks)
    assert model.bf16_linears is False
    model.bf16_linears = True
    rounded = model(peaks)
    assert rounded.dtype == torch.float32 and not torch.equal(rounded, exact)
    assert torch.cosine_similarity(rounded, exact).min() > 0.999


def test_weights_stored_in_bfloat16_give_the_same_bits():
    model = scripted_like(random_reference())
    model.bf16_linears = True
    peaks = batch(spectra(dtype=torch.float32))
    expected = model(peaks)
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2 and name.startswith(("blocks.", "embedding.fourier.")):
            parameter.data = parameter.data.to(torch.bfloat16)
    assert torch.equal(model(peaks), expected)


@pytest.mark.parametrize("n", [1, LAYERS + 1])
def test_dropout_acts_in_training_only(n):
    model = scripted_like(random_reference(), dropout=0.3)
    peaks = batch(spectra(dtype=torch.float32))
    expected = model.suffix(model.prefix(peaks, n), n)
    assert torch.equal(model.suffix(model.prefix(peaks, n), n), expected)
    model.train()
    before = model.prefix(peaks, n)
    assert all(torch.equal(a, b) for a, b in zip(before, model.prefix(peaks, n)))
    first, second = model.suffix(before, n), model.suffix(before, n)
    assert not torch.equal(first, second) and torch.isfinite(first).all()
    model.dropout = 0.0
    torch.testing.assert_close(model.suffix(before, n), expected, rtol=0, atol=0)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
def test_padding_rows_one_by_one_equal_one_that_counts_for_all(padding_rows, pooling):
    # A rate too small to hit any value leaves only the expansion that dropout asks for.
    model = encoder_like(random_reference(), padding_rows=padding_rows, pooling=pooling).double()
    peaks = batch(spectra(), rows=ROWS + 1)
    for n in range(1, LAYERS + 2):
        state = model.prefix(peaks, n)
        expected = model.suffix(state, n)
        model.train()
        model.dropout = 1e-300
        torch.testing.assert_close(model.suffix(state, n), expected, rtol=0, atol=1e-10)
        model.eval()


def test_frequencies_are_the_published_ones():
    published = dreams_weights.frequencies(5997)[0]
    assert published.shape == (5997,) and published.dtype == torch.float32
    assert published[0].item() == 5000.0 and published[4998].item() == pytest.approx(1 / 0.9998)
    assert published[4999].item() == 0.5 and published[5996].item() == pytest.approx(1 / 999)


@pytest.mark.parametrize("count", [2, 64, 512, 5900, 5993])
def test_a_subset_of_frequencies_is_distinct_and_wide(count):
    chosen = dreams_weights.frequencies(count)[0]
    assert len(set(chosen.tolist())) == count
    assert chosen.max() <= 1000.01
    if count >= 64:
        assert chosen.max() > 900 and chosen.min() < 1 / 990


def test_starting_weights_let_every_peak_be_seen():
    shape = DreamsShape(d_model=256, layers=4, heads=8, ffn=512, d_peak=32, fourier_width=256, fourier_depth=2,
                        frequencies=512)
    model = DreamsEncoder(shape, 61, "precursor", 0.0)
    dreams_weights.initialise(model, 3)
    items = [torch.from_numpy(item) for item in golden_spectra(60)]
    sums = model.prefix(items[-1][None], 4)[1]
    assert sums.std() < 1.5
    vectors = model(batch(items))
    assert torch.cosine_similarity(vectors[0], vectors[1], dim=0) < 0.9


def test_attention_by_intensity_starts_with_the_root_of_the_intensity():
    shape = DreamsShape(d_model=32, layers=2, heads=4, ffn=64, d_peak=8, fourier_width=32, fourier_depth=2,
                        frequencies=64, attention_bias="intensity")
    model = DreamsEncoder(shape, 0, "precursor", 0.0)
    dreams_weights.initialise(model, 3)
    peaks = torch.tensor([[[200.0, 1.1], [50.0, 1.0], [60.0, 0.25], [70.0, 0.0]]])
    weights = torch.exp(-model.prefix(peaks, 2)[1])[0]
    torch.testing.assert_close(weights, torch.tensor([1.1 ** 0.5, 1.0, 0.5, 1e-4]))


def test_without_attention_bias_every_key_starts_alike():
    shape = DreamsShape(d_model=32, layers=2, heads=4, ffn=64, d_peak=8, fourier_width=32, fourier_depth=2,
                        frequencies=64, attention_bias="none")
    model = DreamsEncoder(shape, 0, "precursor", 0.0)
    dreams_weights.initialise(model, 3)
    peaks = torch.tensor([[[200.0, 1.1], [50.0, 1.0], [60.0, 0.25]]])
    assert model.prefix(peaks, 2)[1].abs().max() == 0.0


# The exporter as a program ------------------------------------------------------------------------

TINY = ["--random-init", "--preset", "tiny", "--seed", "7"]


def reencode_golden(directory, manifest):
    model = archive.load(directory / "model.pt")
    golden = manifest["golden"]
    for peaks, vector in zip(golden["peaks"], golden["vectors"], strict=True):
        found = model(torch.tensor([peaks], dtype=torch.float32))[0].detach().numpy()
        # The scripted network may take other kernels on a later call or another number of threads.
        np.testing.assert_allclose(found, np.asarray(vector, dtype=np.float32), rtol=0, atol=1e-5)


def test_directory_holds_what_the_manifest_says(tmp_path, run_script, read_manifest):
    code, out, _ = run_script("export_dreams", *TINY, "-o", tmp_path / "enc")
    assert code == 0 and "21,712 parameters, 16,640 in the last two blocks" in out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["enc"]
    assert sorted(p.name for p in (tmp_path / "enc").iterdir()) == ["manifest.json", "model.pt"]
    manifest = read_manifest(tmp_path / "enc")
    data = (tmp_path / "enc" / "model.pt").read_bytes()
    import hashlib
    assert manifest["files"] == {"model.pt": {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}}
    text = (tmp_path / "enc/manifest.json").read_text()
    stated = manifest["manifest_sha256"]
    assert stated == hashlib.sha256(text.replace(stated, "0" * 64).encode()).hexdigest()
    assert manifest["artifact"] == "spectrum-encoder" and manifest["architecture"] == "dreams"
    assert manifest["format_version"] == 1 and manifest["dim"] == 32 and manifest["pooling"] == "precursor"
    assert manifest["input"] == {"peaks": 60, "precursor_intensity": 1.1, "intensity": "base-peak"}
    assert manifest["padding"] == {"rule": "fixed", "rows": 61}
    assert manifest["precisions"] == ["float32", "bfloat16"]
    assert manifest["source"] == {"kind": "random-init", "seed": 7}
    assert manifest["parameters"] == {"total": 21712, "trainable_last_two_blocks": 16640}
    assert len({len(peaks) for peaks in manifest["golden"]["peaks"]}) == 4
    reencode_golden(tmp_path / "enc", manifest)


def test_blocks_and_rest_are_the_parameters_of_the_archive(tmp_path, run_script, read_manifest):
    run_script("export_dreams", *TINY, "-o", tmp_path / "enc")
    manifest = read_manifest(tmp_path / "enc")
    names = [name for name, _ in archive.load(tmp_path / "enc" / "model.pt").named_parameters()]
    listed = [name for block in manifest["blocks"] for name in block] + manifest["rest"]
    assert sorted([*listed, "embedding.frequencies"]) == sorted(names)
    assert len(manifest["blocks"]) == 2 and set(manifest["bf16_weights"]) < set(names)


def test_reloaded_archive_equals_the_module(tmp_path):
    scripted = scripted_like(random_reference(), dropout=0.25)
    archive.save(scripted, tmp_path / "model.pt")
    loaded = archive.load(tmp_path / "model.pt")
    peaks = batch(spectra(dtype=torch.float32))
    assert torch.equal(loaded(peaks), scripted(peaks))
    assert loaded.dropout == 0.25 and loaded.training is False


def test_same_seed_gives_the_same_bytes_wherever_it_runs(tmp_path, run_process):
    outputs = []
    for name, where, hash_seed in (("a", tmp_path, "1"), ("b", tmp_path / "elsewhere", "2")):
        where.mkdir(exist_ok=True)
        result = run_process("export_dreams", *TINY, "-o", name, cwd=where, hash_seed=hash_seed)
        assert result.returncode == 0, result.stderr
        assert result.stderr == ""
        outputs.append([(where / name / file).read_bytes() for file in ("model.pt", "manifest.json")])
    assert outputs[0] == outputs[1]
    for text in (b"tools/export/specbridge_export", str(tmp_path).encode()):
        assert text not in outputs[0][0] and text not in outputs[0][1]


def test_fingerprint_follows_weights_and_settings(tmp_path, run_script, read_manifest):
    variants = {"same": [], "seed": ["--seed", "8"], "mean": ["--pooling", "mean"],
                "rows": ["--padding", "101"]}
    found = {}
    for name, options in {"base": [], **variants}.items():
        assert run_script("export_dreams", *TINY, *options, "-o", tmp_path / name)[0] == 0
        found[name] = read_manifest(tmp_path / name)["fingerprint"]
    assert found["base"] == found["same"]
    assert len({found[name] for name in ("base", "seed", "mean", "rows")}) == 4


@pytest.mark.parametrize("options, padding", [
    (["--padding", "none"], {"rule": "none"}), (["--padding", "101"], {"rule": "fixed", "rows": 101}),
    (["--peaks", "20"], {"rule": "fixed", "rows": 21})])
def test_padding_rule_is_part_of_the_manifest(tmp_path, run_script, read_manifest, options, padding):
    assert run_script("export_dreams", *TINY, *options, "-o", tmp_path / "enc")[0] == 0
    assert read_manifest(tmp_path / "enc")["padding"] == padding


def test_full_size_has_the_published_counts():
    with torch.device("meta"):
        model = DreamsEncoder(DreamsShape(), 61, "precursor", 0.1)
    from specbridge_export.dreams_directory import parameter_counts
    assert parameter_counts(model) == {"total": 95_549_381, "trainable_last_two_blocks": 25_174_016}


@pytest.mark.slow
def test_full_size_exports_and_loads(tmp_path, run_process, read_manifest):
    result = run_process("export_dreams", "--random-init", "-o", tmp_path / "full")
    assert result.returncode == 0, result.stderr
    assert "95,549,381 parameters, 25,174,016 in the last two blocks" in result.stdout
    reencode_golden(tmp_path / "full", read_manifest(tmp_path / "full"))


# Checkpoints ----------------------------------------------------------------------------------------

HEADS = {"ff_out.ff.0.weight": torch.zeros(4, 24), "ff_out.ff.0.bias": torch.zeros(4), "ro_out.weight": torch.zeros(1, 48)}


def with_unknown_classes():
    """Hyper-parameters as Lightning pickles them: a Namespace, and objects of a module that is not there."""
    module = types.ModuleType("msml_absent")
    module.SpectrumPreprocessor = type("SpectrumPreprocessor", (), {"__module__": "msml_absent"})
    sys.modules["msml_absent"] = module
    preprocessor = module.SpectrumPreprocessor()
    preprocessor.n_highest_peaks = 60
    return {"hyper_parameters": {"args": argparse.Namespace(d_model=24), "spec_preproc": preprocessor,
                                 "scalar": np.float64(3.0), "array": np.arange(3)}}


@pytest.mark.parametrize("prefix, extra", [("", HEADS), ("backbone.", {"head.weight": torch.zeros(3)}),
                                           ("spec.dreams.", {"mapB.W": torch.zeros(2, 2)})])
def test_a_checkpoint_round_trips(tmp_path, run_script, read_manifest, prefix, extra):
    reference = random_reference()
    save_checkpoint(reference, tmp_path / "ssl.ckpt", prefix, with_unknown_classes(), extra)
    sys.modules.pop("msml_absent")
    code, out, err = run_script("export_dreams", "--checkpoint", tmp_path / "ssl.ckpt", "--heads", 4, "--peaks",
                                ROWS - 1, "-o", tmp_path / "enc")
    assert code == 0, err
    manifest = read_manifest(tmp_path / "enc")
    assert manifest["source"]["kind"] == "checkpoint" and manifest["source"]["file"] == "ssl.ckpt"
    assert manifest["hyperparameters"] == {
        "d_model": 24, "layers": 3, "heads": 4, "ffn": 40, "d_peak": 7, "fourier_width": 12, "fourier_depth": 3,
        "frequencies": 30, "attention_bias": "mz"}
    items = spectra(dtype=torch.float32)
    found = archive.load(tmp_path / "enc" / "model.pt")(batch(items))
    torch.testing.assert_close(found, reference(items, ROWS, "precursor"), rtol=0, atol=1e-5)


def test_a_plain_state_dict_is_a_checkpoint(tmp_path, run_script):
    save_checkpoint(random_reference(), tmp_path / "state.pt", wrap=False)
    assert run_script("export_dreams", "--checkpoint", tmp_path / "state.pt", "--heads", 4, "-o", tmp_path / "e")[0] == 0


class Bomb:
    """Creates a file when a careless reader unpickles it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_code_inside_a_checkpoint_is_never_run(tmp_path):
    save_checkpoint(random_reference(), tmp_path / "bad.ckpt", wrap={"callbacks": Bomb(tmp_path / "boom")})
    assert read_checkpoint(tmp_path / "bad.ckpt").tensors
    assert not (tmp_path / "boom").exists()


def test_an_inert_object_takes_everything():
    thing = Inert(1, a=2)
    thing.__setstate__({"x": 1})
    thing["k"] = 1
    thing.append(2)
    assert isinstance(thing(), Inert)


def broken_checkpoint(tmp_path, change):
    reference = random_reference()
    state = reference.state_dict()
    change(state)
    torch.save({"state_dict": state}, tmp_path / "broken.ckpt")
    return tmp_path / "broken.ckpt"


@pytest.mark.parametrize("change, words", [
    (lambda s: s.pop("transformer_encoder.scales.3.bias"), "missing: transformer_encoder.scales.3.bias"),
    (lambda s: s.update({"transformer_encoder.extra": torch.zeros(2)}), "unexpected: transformer_encoder.extra"),
    (lambda s: s.update({"ff_peak.ff.0.bias": torch.zeros(9)}), "wrong shape: ff_peak.ff.0.bias is [9], expected [7]"),
    (lambda s: s["transformer_encoder.atts.1.weights"].fill_(float("nan")), "NaN or infinite values in blocks.1.attention"),
    (lambda s: s.pop("fourier_enc.b"), "no usable fourier_enc.b"),
    (lambda s: [s.pop(k) for k in list(s) if "atts" in k], "is this the right kind of checkpoint?"),
])
def test_a_checkpoint_that_does_not_fit_is_named_in_one_line(tmp_path, run_script, change, words):
    path = broken_checkpoint(tmp_path, change)
    code, out, err = run_script("export_dreams", "--checkpoint", path, "--heads", 4, "-o", tmp_path / "enc")
    assert (code, out) == (4, "")
    assert err.startswith(f"error: {path}: ") and words in err and err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["broken.ckpt"]


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 cut short", b"\x80\x02}q\x00."])
def test_a_damaged_file_is_no_checkpoint(tmp_path, run_script, content):
    (tmp_path / "x.ckpt").write_bytes(content)
    code, out, err = run_script("export_dreams", "--checkpoint", tmp_path / "x.ckpt", "-o", tmp_path / "enc")
    assert code == 4 and err.startswith(f"error: {tmp_path}/x.ckpt: ") and err.count("\n") == 1
    assert not (tmp_path / "enc").exists()


# Command line ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("arguments, message", [
    ([], "one of the arguments --checkpoint --random-init is required"),
    (["--random-init", "--checkpoint", "x"], "not allowed with argument"),
    (["--random-init", "--heads", "5"], "--heads: found 5, expected a divisor of the width 1024"),
    (["--random-init", "--preset", "tiny", "--d-peak", "32"], "--d-peak: found 32, expected less than the width 32"),
    (["--random-init", "--padding", "many"], "--padding: found 'many', expected a number of rows or none"),
    (["--random-init", "--frequencies", "7000"], "--frequencies: found 7000, expected all (5997) or a number"),
    (["--random-init", "--peaks", "0"], "0 is not a positive number"),
    (["--random-init", "--unknown"], "unrecognized arguments: --unknown"),
])
def test_a_bad_command_line_is_exit_2(tmp_path, run_script, arguments, message):
    code, out, err = run_script("export_dreams", *arguments, "-o", tmp_path / "enc")
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1


def test_sizes_beside_a_checkpoint_are_refused(tmp_path, run_script):
    code, _, err = run_script("export_dreams", "--checkpoint", "x.ckpt", "--layers", 3, "-o", tmp_path / "enc")
    assert code == 2 and err == "error: --layers: sizes come from the checkpoint; leave this out\n"


def test_a_missing_checkpoint_is_exit_4(tmp_path, run_script):
    code, _, err = run_script("export_dreams", "--checkpoint", "absent.ckpt", "-o", tmp_path / "enc")
    assert code == 4 and err == "error: absent.ckpt: no such file; expected a DreaMS checkpoint\n"


def test_an_existing_output_is_kept_unless_forced(tmp_path, run_script, read_manifest):
    out = tmp_path / "enc"
    assert run_script("export_dreams", *TINY, "-o", out)[0] == 0
    code, _, err = run_script("export_dreams", *TINY, "--seed", 8, "-o", out)
    assert code == 5 and err == f"error: {out}: exists already; choose another directory or use --force\n"
    assert read_manifest(out)["source"]["seed"] == 7
    assert run_script("export_dreams", *TINY, "--seed", 8, "-o", out, "--force")[0] == 0
    assert read_manifest(out)["source"]["seed"] == 8
    assert [p.name for p in tmp_path.iterdir()] == ["enc"]


def test_force_leaves_other_directories_alone(tmp_path, run_script):
    (tmp_path / "enc").mkdir()
    (tmp_path / "enc" / "thesis.tex").write_text("precious")
    code, _, err = run_script("export_dreams", *TINY, "-o", tmp_path / "enc", "--force")
    assert code == 5 and "is no encoder directory" in err
    assert (tmp_path / "enc" / "thesis.tex").read_text() == "precious"


def test_an_output_below_a_file_is_refused(tmp_path, run_script):
    (tmp_path / "file").write_text("")
    code, _, err = run_script("export_dreams", *TINY, "-o", tmp_path / "file" / "enc")
    assert code == 5 and "file is not a directory" in err


def test_help_and_version(run_process):
    help_text = run_process("export_dreams", "--help")
    assert help_text.returncode == 0 and "examples:" in help_text.stdout and "exit codes:" in help_text.stdout
    assert run_process("export_dreams", "--version").stdout == "export_dreams.py 0.1.0\n"
