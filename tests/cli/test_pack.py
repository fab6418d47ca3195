"""What `pack` makes: a smaller model that gives nearly the same answers."""

import json

import pytest

from cli_support import answered, copy_of, edit_manifest, flip_byte, read_json, search_fitted, specbridge, succeed


@pytest.fixture(scope="module")
def packed(calibrated, tmp_path_factory):
    out = tmp_path_factory.mktemp("packed") / "model"
    said = json.loads(succeed("pack", calibrated.model, "-o", out, "--json").out)
    return type(calibrated)(**{**vars(calibrated), "model": out, "said": said})


def test_a_packed_model_takes_less_than_half_of_the_room(packed):
    assert packed.said["bytes_after"] < packed.said["bytes_before"] / 2


def test_a_packed_model_says_what_it_was_made_from(packed, calibrated):
    manifest, before = read_json(packed.model / "manifest.json"), read_json(calibrated.model / "manifest.json")
    assert manifest["packed"]["from"] == before["fingerprint"] != manifest["fingerprint"]
    assert manifest["calibration"] == before["calibration"]
    assert manifest["training"] == before["training"]
    assert "all hold" in succeed("info", packed.model).out


def test_its_answers_are_those_of_the_model_but_for_rounding(packed, calibrated, tmp_path):
    rows = {}
    for name, world in [("before", calibrated), ("after", packed)]:
        folder = tmp_path / name
        folder.mkdir()
        table = answered(search_fitted(world, folder, "-k", 0))
        rows[name] = {(row["query_id"], row["inchikey14"]): row for row in table}
    assert rows["before"].keys() == rows["after"].keys()
    for key, row in rows["before"].items():
        other = rows["after"][key]
        assert float(other["evidence.cosine"]) == pytest.approx(float(row["evidence.cosine"]), abs=0.02)
        fragments = [float(one["evidence.fragments"] or 0) for one in (row, other)]
        # A weight of four bits is off by at most a sixteenth of itself, and a score adds up a few of them.
        assert fragments[1] == pytest.approx(fragments[0], abs=0.25)


def test_its_encoder_is_the_trained_one(packed, calibrated):
    assert read_json(packed.model / "manifest.json")["trained_blocks"] == 0
    encoder = read_json(packed.model / "spectrum-encoder" / "manifest.json")
    before = read_json(calibrated.model / "spectrum-encoder" / "manifest.json")
    assert encoder["fingerprint"] != before["fingerprint"]
    assert encoder["golden"]["peaks"] == before["golden"]["peaks"]
    assert encoder["golden"]["vectors"] != before["golden"]["vectors"]


def test_the_same_bytes_come_out_again(packed, calibrated, tmp_path):
    succeed("pack", calibrated.model, "-o", tmp_path / "model", "--threads", 1)
    files = [read_json(folder / "manifest.json")["files"] for folder in (packed.model, tmp_path / "model")]
    assert files[0] == files[1]


def test_packing_again_changes_no_weight(packed, tmp_path):
    succeed("pack", packed.model, "-o", tmp_path / "model")
    for name in ("trained.safetensors", "fragments.safetensors", "spectrum-encoder/model.pt"):
        assert (tmp_path / "model" / name).read_bytes() == (packed.model / name).read_bytes()


def test_weights_that_do_not_belong_to_the_manifest_are_not_packed(calibrated, tmp_path):
    mixed = copy_of(calibrated.model, tmp_path)
    edit_manifest(mixed, lambda manifest: manifest.update(fingerprint="1" * 64))
    result = specbridge("pack", mixed, "-o", tmp_path / "packed")
    assert result.code == 4
    assert "do not belong together" in result.err
    assert not (tmp_path / "packed").exists()


def test_a_damaged_model_is_not_packed(calibrated, tmp_path):
    damaged = copy_of(calibrated.model, tmp_path)
    flip_byte(damaged / "config.json", 5)
    result = specbridge("pack", damaged, "-o", tmp_path / "packed")
    assert result.code == 4
    assert "config.json" in result.err
    assert not (tmp_path / "packed").exists()


def test_members_are_packed_one_by_one_and_share_the_encoder_they_started_from(made, tmp_path):
    succeed("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
            made.encoder["morgan"], "--config", made.config, "--set", "members=2", "--threads", 1, "-o",
            tmp_path / "model")
    succeed("pack", tmp_path / "model", "-o", tmp_path / "packed")
    before, after = (read_json(tmp_path / name / "manifest.json") for name in ("model", "packed"))
    for name in ("trained.safetensors", "members/2/trained.safetensors"):
        assert after["files"][name]["size"] < 0.6 * before["files"][name]["size"]
    assert after["files"]["spectrum-encoder/model.pt"] == before["files"]["spectrum-encoder/model.pt"]
    assert after["trained_blocks"] == before["trained_blocks"]


def test_a_model_that_is_there_is_kept_unless_forced(packed, calibrated, tmp_path):
    result = specbridge("pack", calibrated.model, "-o", packed.model)
    assert result.code == 5
    assert "--force" in result.err
