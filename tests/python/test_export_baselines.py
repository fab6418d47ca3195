"""DeepSets, DeepSets with Fourier features and the feed-forward network on bins, as spectrum encoders."""

import numpy as np
import pytest
import torch
from dreams_support import batch, spectra

from specbridge_export import archive
from specbridge_export.baselines import BaselineEncoder, BaselineShape
from specbridge_export.baselines_directory import initialise

KINDS = ["deepsets", "deepsets-fourier", "binned-ffn"]
SMALL = {"deepsets": ["--width", 16], "deepsets-fourier": ["--width", 16, "--frequencies", 12],
         "binned-ffn": ["--width", 16, "--bin-width", 5]}


def small_encoder(kind, depth=2, dropout=0.0):
    shape = BaselineShape(kind, width=16, depth=depth, frequencies=12, bin_width=5.0)
    encoder = BaselineEncoder(shape, dropout)
    initialise(encoder, shape, 3, 0.001)
    return encoder.double().eval()


def weight(encoder, name):
    return dict(encoder.named_parameters())[name].detach()


def linear(encoder, name, x):
    return x @ weight(encoder, name + ".weight").T + weight(encoder, name + ".bias")


def by_hand(encoder, kind, peaks):
    """One spectrum [rows, 2] without padding, row by row, from the names of the weights."""
    if kind == "binned-ffn":
        bins = torch.zeros(201, dtype=peaks.dtype)
        for mz, intensity in peaks[1:].tolist():
            bins[int(mz // 5.0)] += intensity if mz < 1005.0 else 0.0
        return linear(encoder, "blocks.1.linear", torch.relu(linear(encoder, "blocks.0.first.linear", bins)))
    total = torch.zeros(16, dtype=peaks.dtype)
    for mz, intensity in peaks:
        if kind == "deepsets":
            row = torch.stack([mz / 1000.0, intensity])
        else:
            angles = 2 * np.pi * mz * weight(encoder, "blocks.0.rows.frequencies")[0]
            row = torch.cat([linear(encoder, "blocks.0.rows.mz", torch.cat([torch.cos(angles), torch.sin(angles)])),
                             linear(encoder, "blocks.0.rows.intensity", intensity[None])])
        row = torch.relu(linear(encoder, "blocks.0.rows.first.linear", row))
        total += torch.relu(linear(encoder, "blocks.0.more.layers.0.linear", row))
    hidden = torch.relu(linear(encoder, "blocks.1.layers.0.linear", total))
    return linear(encoder, "blocks.1.layers.1.linear", hidden)


@pytest.mark.parametrize("kind", KINDS)
def test_it_computes_what_is_written_down(kind):
    encoder = small_encoder(kind)
    for item in spectra():
        expected = by_hand(encoder, kind, item)
        assert expected.abs().max() > 0.01
        torch.testing.assert_close(archive.script(encoder)(item[None])[0], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_padding_and_company_change_nothing(kind, depth):
    encoder, items = archive.script(small_encoder(kind, depth)), spectra()
    together = encoder(batch(items, rows=30))
    for i, item in enumerate(items):
        torch.testing.assert_close(encoder(item[None])[0], together[i], rtol=0, atol=1e-13)
    torch.testing.assert_close(encoder(batch(items[::-1])).flip(0), together, rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_a_peak_without_intensity_is_none(kind):
    encoder = archive.script(small_encoder(kind))
    for item in spectra():
        more = torch.cat([item, torch.tensor([[123.4, 0.0], [56.7, 0.0]], dtype=item.dtype)])
        torch.testing.assert_close(encoder(more[None]), encoder(item[None]), rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_every_cut_gives_the_whole_network(kind, depth):
    encoder, peaks = archive.script(small_encoder(kind, depth)), batch(spectra())
    blocks = depth if kind == "binned-ffn" else 2
    for n in range(blocks + 2):
        state = encoder.prefix(peaks, n)
        assert all(tensor.size(0) == len(peaks) and tensor.dim() >= 2 for tensor in state)
        torch.testing.assert_close(encoder.suffix(state, n), encoder(peaks), rtol=0, atol=1e-13)
    for n in (-1, blocks + 2):
        with pytest.raises(Exception, match="n counts the last blocks"):
            encoder.prefix(peaks, n)


@pytest.mark.parametrize("kind", KINDS)
def test_every_weight_gets_a_gradient(kind):
    encoder = archive.script(small_encoder(kind))
    peaks = batch(spectra(lengths=(40,) * 30))
    encoder.suffix(encoder.prefix(peaks, 3), 3).square().sum().backward()
    for name, parameter in encoder.named_parameters():
        if name.endswith("frequencies"):
            assert not parameter.requires_grad
        else:
            assert parameter.grad.abs().sum() > 0, name


@pytest.mark.parametrize("kind", KINDS)
def test_dropout_acts_while_training_and_only_then(kind):
    encoder, peaks = archive.script(small_encoder(kind, dropout=0.5)), batch(spectra())
    assert torch.equal(encoder.suffix([peaks], 3), encoder(peaks))
    encoder.train()
    assert not torch.equal(encoder.suffix([peaks], 3), encoder.suffix([peaks], 3))
    assert torch.equal(encoder.prefix(peaks, 0)[0], encoder.prefix(peaks, 0)[0])


@pytest.mark.parametrize("kind", KINDS)
def test_a_spectrum_without_peaks_gets_numbers(kind):
    found = small_encoder(kind)(torch.zeros(2, 5, 2, dtype=torch.float64))
    assert torch.isfinite(found).all()


def test_bins_leave_out_the_precursor_and_what_lies_beyond():
    encoder = small_encoder("binned-ffn")
    peaks = torch.tensor([[[500.0, 1.1], [100.0, 0.5], [101.0, 0.25], [1004.9, 1.0], [1005.0, 1.0], [2000.0, 1.0]]])
    binned = encoder.blocks[0].binned(peaks[:, 1:])[0]
    assert {i: float(value) for i, value in enumerate(binned) if value != 0} == {20: 0.75, 200: 1.0}


@pytest.mark.parametrize("kind", ["deepsets", "deepsets-fourier"])
def test_the_order_of_rows_does_not_matter_to_a_sum(kind):
    encoder, item = small_encoder(kind), spectra()[-1]
    torch.testing.assert_close(encoder(item.flip(0)[None]), encoder(item[None]), rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind, total", [
    ("deepsets", (2 * 512 + 512) + 3 * (512 * 512 + 512)),
    ("deepsets-fourier", 5997 + (11994 * 409 + 409) + 2 * 103 + 4 * (512 * 512 + 512)),
    ("binned-ffn", (1005 * 512 + 512) + (512 * 512 + 512))])
def test_the_published_sizes_are_the_default(tmp_path, run_script, read_manifest, kind, total):
    code, out, _ = run_script("export_baselines", "--kind", kind, "-o", tmp_path / "enc")
    assert code == 0 and f"spectrum encoder {kind}: {total:,} parameters, vectors of 512" in out
    manifest = read_manifest(tmp_path / "enc")
    assert manifest["parameters"] == {"total": total} and manifest["architecture"] == kind
    assert manifest["source"] == {"kind": "random-init", "seed": 0}
    assert manifest["padding"] == {"rule": "none"}
    assert manifest["input"]["peaks"] == (1000 if kind == "binned-ffn" else 60)


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_are_all_that_trains(tmp_path, run_script, read_manifest, kind):
    run_script("export_baselines", "--kind", kind, *SMALL[kind], "-o", tmp_path / "enc")
    manifest = read_manifest(tmp_path / "enc")
    loaded = archive.load(tmp_path / "enc/model.pt")
    trainable = [name for name, parameter in loaded.named_parameters() if parameter.requires_grad]
    assert [name for block in manifest["blocks"] for name in block] == trainable and manifest["rest"] == []
    assert len(manifest["blocks"]) == 2 and set(manifest["bf16_weights"]) < set(trainable)
    for peaks, vector in zip(manifest["golden"]["peaks"], manifest["golden"]["vectors"], strict=True):
        found = loaded(torch.tensor([peaks]))[0].detach().numpy()
        np.testing.assert_allclose(found, np.asarray(vector, dtype=np.float32), rtol=0, atol=1e-5 * np.abs(found).max())


@pytest.mark.parametrize("kind", KINDS)
def test_vectors_differ_and_have_about_unit_scale(tmp_path, run_script, read_manifest, kind):
    run_script("export_baselines", "--kind", kind, "-o", tmp_path / "enc")
    vectors = np.asarray(read_manifest(tmp_path / "enc")["golden"]["vectors"])
    assert 0.05 < np.sqrt(np.mean(vectors ** 2)) < 5
    assert min(np.abs(vectors[i] - vectors[j]).max() for i in range(4) for j in range(i)) > 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_bfloat16_stays_close_and_is_off_at_first(tmp_path, run_script, kind):
    run_script("export_baselines", "--kind", kind, "-o", tmp_path / "enc")
    encoder, peaks = archive.load(tmp_path / "enc/model.pt"), batch(spectra(dtype=torch.float32))
    exact = encoder(peaks)
    assert encoder.bf16_linears is False
    encoder.bf16_linears = True
    rounded = encoder(peaks)
    assert rounded.dtype == torch.float32 and not torch.equal(rounded, exact)
    assert torch.cosine_similarity(rounded, exact).min() > 0.999


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_bytes(tmp_path, run_process, kind):
    for name, seed, hash_seed in (("a", 5, "1"), ("b", 5, "2"), ("c", 6, "1")):
        result = run_process("export_baselines", "--kind", kind, *SMALL[kind], "--seed", seed, "-o", tmp_path / name,
                             hash_seed=hash_seed)
        assert (result.returncode, result.stderr) == (0, "")
    bytes_of = [[(tmp_path / name / file).read_bytes() for file in ("model.pt", "manifest.json")] for name in "abc"]
    assert bytes_of[0] == bytes_of[1] != bytes_of[2]


@pytest.mark.parametrize("arguments, message", [
    ([], "the following arguments are required: --kind"),
    (["--kind", "mist"], "invalid choice: 'mist'"),
    (["--kind", "deepsets", "--bin-width", "2"], "--bin-width: is of binned-ffn; leave this out"),
    (["--kind", "binned-ffn", "--frequencies", "9"], "--frequencies: is of deepsets-fourier; leave this out"),
    (["--kind", "deepsets-fourier", "--frequencies", "7000"], "--frequencies: found 7000, expected all (5997) or"),
    (["--kind", "deepsets-fourier", "--frequencies", "some"], "--frequencies: found 'some', expected all or a number"),
    (["--kind", "binned-ffn", "--bin-width", "0"], "0 is not above 0"),
    (["--kind", "binned-ffn", "--bin-width", "1e-6"], "makes 1,005,000,000 bins up to 1005 Da, expected at most"),
    (["--kind", "deepsets", "--width", "1"], "--width: found 1, expected at least 2"),
    (["--kind", "deepsets", "--depth", "0"], "0 is not a positive number"),
])
def test_a_bad_command_line_is_exit_2(tmp_path, run_script, arguments, message):
    code, out, err = run_script("export_baselines", *arguments, "-o", tmp_path / "enc")
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1
    assert not (tmp_path / "enc").exists()


def test_an_existing_output_is_kept_unless_forced(tmp_path, run_script):
    arguments = ["--kind", "deepsets", "--width", 4, "-o", tmp_path / "enc"]
    assert run_script("export_baselines", *arguments)[0] == 0
    code, _, err = run_script("export_baselines", *arguments)
    assert code == 5 and "exists already" in err
    assert run_script("export_baselines", *arguments, "--force")[0] == 0
