"""Checkpoints of the spectrum encoder: what is read, what is refused, what is never run."""

import argparse
import sys
import types

import numpy as np
import pytest
import torch
from dreams_reference import random_reference, save_checkpoint
from dreams_support import ROWS, batch, spectra

from specbridge_export import archive
from specbridge_export.checkpoint import Inert, read_checkpoint

HEADS = {"ff_out.ff.0.weight": torch.zeros(4, 24), "ff_out.ff.0.bias": torch.zeros(4),
         "ro_out.weight": torch.zeros(1, 48)}


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
    state = tmp_path / "state.pt"
    save_checkpoint(random_reference(), state, wrap=False)
    assert run_script("export_dreams", "--checkpoint", state, "--heads", 4, "-o", tmp_path / "e")[0] == 0


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
    (lambda s: s["transformer_encoder.atts.1.weights"].fill_(float("nan")),
     "NaN or infinite values in blocks.1.attention"),
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
