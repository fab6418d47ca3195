"""The exporter of the spectrum encoder as a program."""

import hashlib

import numpy as np
import pytest
import torch
from dreams_reference import random_reference
from dreams_support import TINY, batch, scripted_like, spectra

from specbridge_export import archive
from specbridge_export.dreams import DreamsEncoder, DreamsShape
from specbridge_export.dreams_directory import parameter_counts


def reencode_golden(directory, manifest):
    model = archive.load(directory / "model.pt")
    golden = manifest["golden"]
    for peaks, vector in zip(golden["peaks"], golden["vectors"], strict=True):
        found = model(torch.tensor([peaks], dtype=torch.float32))[0].detach().numpy()
        expected = np.asarray(vector, dtype=np.float32)
        # The scripted network may take other kernels on a later call, another processor or number of threads: sums of
        # float32 then differ by some units of the last place of the largest value.
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * float(np.abs(expected).max()))


def test_directory_holds_what_the_manifest_says(tmp_path, run_script, read_manifest):
    code, out, _ = run_script("export_dreams", *TINY, "-o", tmp_path / "enc")
    assert code == 0 and "21,712 parameters, 16,640 in the last two blocks" in out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["enc"]
    assert sorted(p.name for p in (tmp_path / "enc").iterdir()) == ["manifest.json", "model.pt"]
    manifest = read_manifest(tmp_path / "enc")
    data = (tmp_path / "enc" / "model.pt").read_bytes()
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


@pytest.mark.thorough
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
    assert parameter_counts(model) == {"total": 95_549_381, "trainable_last_two_blocks": 25_174_016}


@pytest.mark.thorough
def test_full_size_exports_and_loads(tmp_path, run_process, read_manifest):
    result = run_process("export_dreams", "--random-init", "-o", tmp_path / "full")
    assert result.returncode == 0, result.stderr
    assert "95,549,381 parameters, 25,174,016 in the last two blocks" in result.stdout
    reencode_golden(tmp_path / "full", read_manifest(tmp_path / "full"))


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


@pytest.mark.parametrize(("change", "complaint"), [
    (lambda out: (out / "diary.txt").write_text("mine"), "holds diary.txt, which is no part of the encoder"),
    (lambda out: (out / ".git").mkdir(), "holds .git, which is no part of the encoder"),
    (lambda out: (out / "manifest.json").write_text('{"artifact": "library", "files": {"model.pt": {}}}'),
     "is a library, no encoder directory"),
    (lambda out: (out / "manifest.json").write_text('{"name": "my web page"}'),
     "has a manifest.json that is not of an encoder"),
    (lambda out: (out / "manifest.json").write_bytes(b"\xff["), "has a manifest.json that is not of an encoder")])
def test_force_replaces_an_encoder_only_when_it_holds_nothing_else(tmp_path, run_script, change, complaint):
    out = tmp_path / "enc"
    assert run_script("export_dreams", *TINY, "-o", out)[0] == 0
    change(out)
    before = sorted(path.name for path in out.iterdir())
    code, _, err = run_script("export_dreams", *TINY, "-o", out, "--force")
    assert (code, err) == (5, f"error: {out}: {complaint}, and --force leaves it alone; remove it yourself or choose "
                              "another directory\n")
    assert sorted(path.name for path in out.iterdir()) == before


def test_an_output_below_a_file_is_refused(tmp_path, run_script):
    (tmp_path / "file").write_text("")
    code, _, err = run_script("export_dreams", *TINY, "-o", tmp_path / "file" / "enc")
    assert code == 5 and "file is not a directory" in err


def test_help_and_version(run_process):
    help_text = run_process("export_dreams", "--help")
    assert help_text.returncode == 0 and "examples:" in help_text.stdout and "exit codes:" in help_text.stdout
    assert run_process("export_dreams", "--version").stdout == "export_dreams.py 0.1.0\n"
