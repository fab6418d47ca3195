"""The exported molecule encoder against transformers, its tokenizers, and the exporter as a program."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import RobertaConfig, RobertaForMaskedLM, RobertaModel
from transformers import logging as transformers_logging

from specbridge_export import STANDARD_FORM, archive, bert_weights, tokenizers
from specbridge_export.bert import BertEncoder, BertShape
from specbridge_export.smiles import read_smiles

transformers_logging.set_verbosity_error()

TINY = ["--random-init", "--preset", "tiny", "--seed", "7"]
SMILES = ["CCO", "C[C@H](N)C(=O)[O-]", "Clc1ccc2c(c1)[nH]c1ccccc12", "BrCC#N", "O=S(=O)(O)c1ccccc1", "F/C=C\\F"]
VOCABULARY, PAD = 61, 1


def config(**changes):
    settings = dict(vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=3, num_attention_heads=4,
                    intermediate_size=40, max_position_embeddings=66, type_vocab_size=1, pad_token_id=PAD,
                    layer_norm_eps=1e-5, initializer_range=0.3, attn_implementation="eager")
    return RobertaConfig(**(settings | changes))


def hugging_face_model(kind=RobertaModel, **changes):
    torch.manual_seed(3)
    model = kind(config(**changes)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:  # biases and norms start at special values
                parameter.add_(0.2 * torch.randn_like(parameter))
    return model


def encoder_like(model, pooling="cls"):
    shape = BertShape(vocabulary=VOCABULARY, pad_id=PAD, hidden=24, layers=3, heads=4, ffn=40, positions=66)
    encoder = BertEncoder(shape, pooling)
    state = {name: tensor.detach() for name, tensor in model.state_dict().items()}
    encoder.load_state_dict(bert_weights.from_hugging_face(state, shape, "model"))
    return encoder.eval()


def token_batch(lengths=(3, 9, 17, 30)):
    generator = torch.Generator().manual_seed(2)
    ids = torch.full((len(lengths), max(lengths)), PAD)
    mask = torch.zeros_like(ids)
    for i, length in enumerate(lengths):
        ids[i, :length] = torch.randint(5, VOCABULARY, (length,), generator=generator)
        mask[i, :length] = 1
    return ids, mask


def expected_vectors(model, ids, mask, pooling):
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    if pooling == "cls":
        return hidden[:, 0]
    return (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])
def test_equals_transformers(pooling, dtype, tolerance):
    model = hugging_face_model().to(dtype)
    scripted = archive.script(encoder_like(model, pooling).to(dtype))
    ids, mask = token_batch()
    with torch.no_grad():
        expected = expected_vectors(model, ids, mask, pooling)
        found = scripted(ids, mask)
    torch.testing.assert_close(found, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_padding_of_the_batch_changes_nothing(pooling):
    encoder = encoder_like(hugging_face_model(), pooling).double()
    ids, mask = token_batch()
    together = encoder(ids, mask)
    for i, length in enumerate(mask.sum(1).tolist()):
        alone = encoder(ids[i:i + 1, :length], mask[i:i + 1, :length])[0]
        torch.testing.assert_close(alone, together[i], rtol=0, atol=1e-12)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_a_row_without_tokens_gives_numbers(pooling):
    ids, mask = token_batch()
    assert torch.isfinite(encoder_like(hugging_face_model(), pooling)(ids, torch.zeros_like(mask))).all()


def test_bfloat16_linears_stay_close_and_are_off_at_first():
    torch.manual_seed(1)
    shape = BertShape(vocabulary=VOCABULARY, pad_id=PAD, hidden=64, layers=3, heads=4, ffn=128, positions=66)
    encoder = BertEncoder(shape, "cls")
    bert_weights.initialise(encoder, 1)
    scripted = archive.script(encoder.eval())
    exact = scripted(*token_batch())
    assert scripted.bf16_linears is False
    scripted.bf16_linears = True
    rounded = scripted(*token_batch())
    assert rounded.dtype == torch.float32 and not torch.equal(rounded, exact)
    assert torch.cosine_similarity(rounded, exact).min() > 0.999


def test_full_size_has_the_published_count():
    with torch.device("meta"):
        encoder = BertEncoder(BertShape(vocabulary=581, pad_id=1), "cls")
    assert archive.parameter_count(encoder) == 43_961_088


# The exporter as a program ------------------------------------------------------------------------

def check_golden(directory, manifest):
    """Golden ids come from the tokenizer file, golden vectors from the archive."""
    model, tokenizer = archive.load(directory / "model.pt"), Tokenizer.from_file(str(directory / "tokenizer.json"))
    golden = manifest["golden"]
    assert len(golden["smiles"]) == 4
    for smiles, ids, vector in zip(golden["smiles"], golden["input_ids"], golden["vectors"], strict=True):
        assert tokenizer.encode(smiles).ids == ids
        found = model(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.int64))[0].detach().numpy()
        # The scripted network may take other kernels on a later call or another number of threads.
        np.testing.assert_allclose(found, np.asarray(vector, dtype=np.float32), rtol=0, atol=1e-5)


def test_directory_holds_what_the_manifest_says(tmp_path, run_script, read_manifest):
    out = tmp_path / "enc"
    code, text, _ = run_script("export_chemberta", *TINY, "-o", out)
    assert code == 0 and "53,280 parameters" in text
    assert sorted(p.name for p in out.iterdir()) == ["manifest.json", "model.pt", "tokenizer.json"]
    manifest = read_manifest(out)
    assert manifest["files"] == {
        name: {"size": (out / name).stat().st_size, "sha256": hashlib.sha256((out / name).read_bytes()).hexdigest()}
        for name in ("model.pt", "tokenizer.json")}
    assert manifest["artifact"] == "molecule-encoder" and manifest["architecture"] == "roberta"
    assert manifest["input"] == {"max_tokens": 512, "pad_id": 1, "length_multiple": 16}
    assert manifest["dim"] == 32 and manifest["pooling"] == "cls" and manifest["parameters"]["total"] == 53280
    assert sorted(manifest["hyperparameters"]) == ["ffn", "heads", "hidden", "layer_norm_eps", "layers", "pad_id",
                                                   "positions", "token_types", "vocabulary"]
    check_golden(out, manifest)


def test_the_manifest_states_the_standard_form_that_the_program_has(tmp_path, run_script, read_manifest):
    run_script("export_chemberta", *TINY, "-o", tmp_path / "enc")
    header = (Path(__file__).parents[2] / "src/chem/standard_form.h").read_text()
    known = int(re.search(r"kStandardForm = (\d+);", header)[1])
    assert read_manifest(tmp_path / "enc")["standard_form"] == STANDARD_FORM == known


@pytest.mark.thorough
def test_same_seed_gives_the_same_bytes(tmp_path, run_process):
    (tmp_path / "molecules.smi").write_text("\n".join(SMILES * 30))
    for name, hash_seed in (("a", "1"), ("b", "2")):
        result = run_process("export_chemberta", *TINY, "--tokenizer", "bpe", "--smiles", tmp_path / "molecules.smi",
                             "--vocab-size", 120, "-o", tmp_path / name, hash_seed=hash_seed)
        assert (result.returncode, result.stderr) == (0, "")
    for file in ("model.pt", "tokenizer.json", "manifest.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file
    assert b"tools/export/specbridge_export" not in (tmp_path / "a" / "model.pt").read_bytes()


def test_fingerprint_follows_weights_settings_and_tokenizer(tmp_path, run_script, read_manifest):
    (tmp_path / "m.smi").write_text("\n".join(SMILES))
    variants = {"base": [], "same": [], "seed": ["--seed", "8"], "mean": ["--pooling", "mean"],
                "words": ["--tokenizer", "wordlevel", "--smiles", str(tmp_path / "m.smi")]}
    found = {}
    for name, options in variants.items():
        assert run_script("export_chemberta", *TINY, *options, "-o", tmp_path / name)[0] == 0
        found[name] = read_manifest(tmp_path / name)["fingerprint"]
    assert found["base"] == found["same"] and len(set(found.values())) == 4


@pytest.mark.thorough
def test_full_size_exports_and_loads(tmp_path, run_process, read_manifest):
    result = run_process("export_chemberta", "--random-init", "-o", tmp_path / "full")
    assert result.returncode == 0, result.stderr
    assert "43,961,088 parameters" in result.stdout
    check_golden(tmp_path / "full", read_manifest(tmp_path / "full"))


# Tokenizers ---------------------------------------------------------------------------------------

def test_atoms_bpe_has_581_tokens_and_drops_nothing():
    tokenizer = tokenizers.atoms_bpe()
    vocabulary = tokenizer.get_vocab()
    assert len(vocabulary) == 581 and sorted(vocabulary.values()) == list(range(581))
    text = "".join(tokenizers.PRINTABLE)
    assert tokenizer.encode(text, add_special_tokens=False).tokens == list(text)
    for smiles in SMILES:
        assert tokenizer.encode(smiles).tokens == ["<s>", *smiles, "</s>"]


def test_trained_bpe_merges_and_drops_nothing():
    tokenizer = tokenizers.trained_bpe(SMILES * 30, 110)
    assert tokenizer.get_vocab_size() == 110
    for smiles in SMILES:
        pieces = tokenizer.encode(smiles, add_special_tokens=False).tokens
        assert "".join(pieces) == smiles
    assert len(tokenizer.encode(SMILES[2]).tokens) < len(SMILES[2])


def test_word_level_cuts_atoms():
    tokenizer = tokenizers.trained_word_level(SMILES, None)
    assert tokenizer.encode("C[C@H](N)C(=O)[O-]").tokens == [
        "<s>", "C", "[C@H]", "(", "N", ")", "C", "(", "=", "O", ")", "[O-]", "</s>"]
    assert tokenizer.encode("C[Zn]Cl").tokens == ["<s>", "C", "<unk>", "Cl", "</s>"]
    assert tokenizers.trained_word_level(SMILES, 12).get_vocab_size() == 12


@pytest.mark.parametrize("kind", ["atoms-bpe", "bpe", "wordlevel"])
def test_only_the_agreed_parts_of_the_format_are_used(tmp_path, run_script, read_manifest, kind):
    (tmp_path / "m.smi").write_text("\n".join(SMILES * 5))
    options = [] if kind == "atoms-bpe" else ["--smiles", tmp_path / "m.smi"]
    assert run_script("export_chemberta", *TINY, "--tokenizer", kind, *options, "-o", tmp_path / "enc")[0] == 0
    parts = json.loads((tmp_path / "enc" / "tokenizer.json").read_text())
    assert parts["model"]["type"] == ("WordLevel" if kind == "wordlevel" else "BPE")
    assert parts["normalizer"] is None and parts["padding"] is None
    assert parts["truncation"]["max_length"] == 512
    if kind == "wordlevel":
        assert parts["pre_tokenizer"]["type"] == "Split" and parts["pre_tokenizer"]["behavior"] == "Isolated"
        assert parts["post_processor"]["type"] == "TemplateProcessing"
    else:
        assert parts["pre_tokenizer"]["type"] == "ByteLevel" and parts["post_processor"]["type"] == "RobertaProcessing"
    check_golden(tmp_path / "enc", read_manifest(tmp_path / "enc"))


def test_long_molecules_are_cut_with_their_ends_kept(tmp_path, run_script):
    run_script("export_chemberta", *TINY, "--positions", 34, "-o", tmp_path / "enc")
    ids = Tokenizer.from_file(str(tmp_path / "enc" / "tokenizer.json")).encode("C" * 100).ids
    assert len(ids) == 32 and ids[0] == 0 and ids[-1] == 2


def test_a_tokenizer_file_is_taken_as_it_is(tmp_path, run_script, read_manifest):
    tokenizers.write_tokenizer(tokenizers.trained_bpe(SMILES * 9, 110), tmp_path / "t.json", 512)
    code, _, err = run_script("export_chemberta", *TINY, "--tokenizer-file", tmp_path / "t.json", "-o", tmp_path / "e")
    assert code == 0, err
    assert (tmp_path / "e" / "tokenizer.json").read_bytes() == (tmp_path / "t.json").read_bytes()
    assert read_manifest(tmp_path / "e")["hyperparameters"]["vocabulary"] == 110


@pytest.mark.parametrize("text", ["1\tCCO\n2\tCCN\n", "CCO 1\nCCN 2\n", "CCO\nCCN\n", "CCO\tethanol\nCCN\tx\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_smiles_files_are_recognised(tmp_path, text, packed):
    path = tmp_path / "m"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert read_smiles(path) == ["CCO", "CCN"]


# Checkpoints --------------------------------------------------------------------------------------

def write_vocab_and_merges(directory):
    tokens = tokenizers.SPECIAL_TOKENS + list("CcNnOoBrl()[]=#@+-12HSF/\\")
    (directory / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)} | {"Br": 40}))
    (directory / "merges.txt").write_text("#version: 0.2\nB r\n")


def model_directory(path, prefix="roberta.", pooler=True, pickled=False, tokenizer=True, **changes):
    """A directory as the hub keeps them; returns the model in it."""
    from safetensors.torch import save_file
    model = hugging_face_model(**changes)
    path.mkdir()
    model.config.save_pretrained(path)
    state = {prefix + name: tensor.contiguous() for name, tensor in model.state_dict().items()
             if pooler or not name.startswith("pooler.")}
    if prefix == "roberta.":
        state["lm_head.bias"] = torch.zeros(VOCABULARY)
    torch.save(state, path / "pytorch_model.bin") if pickled else save_file(state, path / "model.safetensors")
    if tokenizer:
        write_vocab_and_merges(path)
    return model


def check_vectors(directory, model):
    encoder = archive.load(directory / "model.pt")
    ids, mask = token_batch()
    with torch.no_grad():
        expected = expected_vectors(model, ids, mask, "cls")
        torch.testing.assert_close(encoder(ids, mask), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("prefix", ["roberta.", "chem_mdl.", ""])
@pytest.mark.parametrize("pickled", [False, True])
def test_a_checkpoint_round_trips(tmp_path, run_script, read_manifest, prefix, pickled):
    model = model_directory(tmp_path / "hf", prefix, pickled=pickled)
    code, _, err = run_script("export_chemberta", "--checkpoint", tmp_path / "hf", "-o", tmp_path / "enc")
    assert (code, err) == (0, "")
    check_vectors(tmp_path / "enc", model)
    manifest = read_manifest(tmp_path / "enc")
    assert manifest["source"]["file"] == ("pytorch_model.bin" if pickled else "model.safetensors")
    assert manifest["input"]["max_tokens"] == 64
    check_golden(tmp_path / "enc", manifest)


def test_a_masked_language_model_as_transformers_saves_it(tmp_path, run_script):
    model = hugging_face_model(RobertaForMaskedLM)
    model.save_pretrained(tmp_path / "hf")
    write_vocab_and_merges(tmp_path / "hf")
    code, _, err = run_script("export_chemberta", "--checkpoint", tmp_path / "hf", "-o", tmp_path / "enc")
    assert code == 0 and err.startswith("note: ") and "has no pooler; it is set to zero" in err
    check_vectors(tmp_path / "enc", model.roberta)


def test_vocab_and_merges_become_a_tokenizer(tmp_path, run_script):
    model_directory(tmp_path / "hf")
    run_script("export_chemberta", "--checkpoint", tmp_path / "hf", "-o", tmp_path / "enc")
    tokenizer = Tokenizer.from_file(str(tmp_path / "enc" / "tokenizer.json"))
    # Without an unknown token a byte-level BPE drops what it does not know, as the published ones do.
    assert tokenizer.encode("BrCP").tokens == ["<s>", "Br", "C", "</s>"]


def test_vocab_txt_becomes_a_tokenizer(tmp_path, run_script, read_manifest):
    model_directory(tmp_path / "hf", tokenizer=False)
    tokens = ["[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "C", "O", "c", "(", ")", "=", "1", "[O-]"]
    (tmp_path / "hf" / "vocab.txt").write_text("\n".join(tokens) + "\n")
    assert run_script("export_chemberta", "--checkpoint", tmp_path / "hf", "-o", tmp_path / "enc")[0] == 0
    tokenizer = Tokenizer.from_file(str(tmp_path / "enc" / "tokenizer.json"))
    assert tokenizer.encode("CC(=O)[O-]Br").tokens == [
        "[CLS]", "C", "C", "(", "=", "O", ")", "[O-]", "[UNK]", "[SEP]"]
    check_golden(tmp_path / "enc", read_manifest(tmp_path / "enc"))


def damage(directory, name, change):
    path = directory / name
    path.write_text(json.dumps(change(json.loads(path.read_text()))))


@pytest.mark.parametrize("prepare, words", [
    (lambda d: (d / "config.json").unlink(), "config.json: cannot be read: No such file"),
    (lambda d: (d / "config.json").write_text("{"), "config.json: not JSON"),
    (lambda d: damage(d, "config.json", lambda c: c | {"hidden_act": "relu"}), "hidden_act is 'relu', expected 'gelu'"),
    (lambda d: damage(d, "config.json", lambda c: c | {"model_type": "gpt2"}),
     "model_type is 'gpt2', expected one of roberta, bert, albert"),
    (lambda d: damage(d, "config.json", lambda c: c | {"num_hidden_layers": 2}),
     "unexpected: encoder.layer.2.attention."),
    (lambda d: damage(d, "config.json", lambda c: c | {"vocab_size": 70}),
     "embeddings.word_embeddings.weight is [61, 24], expected [70, 24]"),
    (lambda d: damage(d, "vocab.json", lambda v: v | {"Xe": 400}), "ids up to 400, the model has 61 embeddings"),
    (lambda d: (d / "model.safetensors").unlink(), "has neither model.safetensors nor pytorch_model.bin"),
    (lambda d: (d / "model.safetensors").write_bytes(b"short"), "not a readable safetensors file"),
    (lambda d: (d / "vocab.json").unlink(), "has no tokenizer.json, no vocab.json with merges.txt and no vocab.txt"),
    (lambda d: (d / "merges.txt").write_text("#version\na b c\n"), "found the line 'a b c', expected two tokens"),
    (lambda d: (d / "merges.txt").write_text("#version\nZ q\n"), "merges.txt"),
    (lambda d: (d / "tokenizer.json").write_text("{}"), "tokenizer.json: not a tokenizer.json"),
])
def test_a_directory_that_does_not_fit_is_named_in_one_line(tmp_path, run_script, prepare, words):
    model_directory(tmp_path / "hf")
    prepare(tmp_path / "hf")
    code, out, err = run_script("export_chemberta", "--checkpoint", tmp_path / "hf", "-o", tmp_path / "enc")
    assert (code, out) == (4, "")
    assert err.startswith(f"error: {tmp_path / 'hf'}") and words in err and err.count("\n") == 1
    assert not (tmp_path / "enc").exists()


# Command line -------------------------------------------------------------------------------------

@pytest.mark.parametrize("arguments, code, message", [
    ([], 2, "one of the arguments --checkpoint --random-init is required"),
    (["--random-init", "--tokenizer", "bpe"], 2, "--tokenizer bpe: needs --smiles FILE to learn from"),
    (["--random-init", "--smiles", "x.smi"], 2, "--smiles: has no use with atoms-bpe; leave it out"),
    (["--random-init", "--tokenizer", "bpe", "--smiles", "absent.smi"], 3, "absent.smi: no such file"),
    (["--random-init", "--tokenizer-file", "absent.json"], 4, "absent.json: no such file"),
    (["--random-init", "--heads", "7"], 2, "--heads: found 7, expected a divisor of the width 768"),
    (["--random-init", "--positions", "3"], 2, "--positions: found 3, expected at least 16"),
    (["--checkpoint", "absent"], 4, "absent: no such directory"),
    (["--checkpoint", "x", "--hidden", "8"], 2, "--hidden: sizes come from the checkpoint; leave this out"),
    (["--checkpoint", "x", "--tokenizer", "bpe"], 2, "--tokenizer: the checkpoint has its tokenizer"),
])
def test_a_bad_command_line_says_why(tmp_path, run_script, arguments, code, message):
    found, out, err = run_script("export_chemberta", *arguments, "-o", tmp_path / "enc")
    assert (found, out) == (code, "") and message in err and err.count("\n") == 1


def test_a_file_without_smiles_is_exit_3(tmp_path, run_script):
    (tmp_path / "m.txt").write_text("12 34\n??? !!!\n")
    code, _, err = run_script("export_chemberta", *TINY, "--tokenizer", "bpe", "--smiles", tmp_path / "m.txt", "-o",
                              tmp_path / "enc")
    assert code == 3 and "no SMILES in the first 2 lines" in err


def test_an_existing_output_is_kept_unless_forced(tmp_path, run_script):
    assert run_script("export_chemberta", *TINY, "-o", tmp_path / "enc")[0] == 0
    code, _, err = run_script("export_chemberta", *TINY, "-o", tmp_path / "enc")
    assert code == 5 and "exists already" in err
    assert run_script("export_chemberta", *TINY, "-o", tmp_path / "enc", "--force")[0] == 0


def test_help_and_version(run_process):
    help_text = run_process("export_chemberta", "--help")
    assert help_text.returncode == 0 and "tokenizers of --random-init:" in help_text.stdout
    assert run_process("export_chemberta", "--version").stdout == "export_chemberta.py 0.1.0\n"
