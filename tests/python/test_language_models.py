"""BERT and ALBERT checkpoints with a vocab.txt, exported as molecule encoders, against transformers."""

import json

import numpy as np
import pytest
import torch
from language_support import (KINDS, PACKAGES, SMILES, TOKENS, many_smiles, model_directory,
                              packaged_checkpoint, packaged_model, random_model, transformers_tokenizer,
                              transformers_vectors, write_vocabulary)
from tokenizers import Tokenizer

from specbridge_export import archive, bert_weights
from specbridge_export.bert import BertEncoder

POOLINGS = ["cls", "mean"]


@pytest.fixture
def exported(tmp_path, run_script):
    """Exports a checkpoint; returns the network and the tokenizer of the encoder."""
    def export(directory, *options, name="enc"):
        code, _, err = run_script("export_chemberta", "--checkpoint", directory, *options, "-o", tmp_path / name)
        assert code == 0, err
        out = tmp_path / name
        return archive.load(out / "model.pt"), Tokenizer.from_file(str(out / "tokenizer.json"))

    return export


def vectors_in_batches(network, ids, size=16):
    """As the program does it: several at a time, padded to the longest."""
    rows = []
    with torch.no_grad():
        for begin in range(0, len(ids), size):
            part = ids[begin:begin + size]
            padded = torch.zeros(len(part), max(map(len, part)), dtype=torch.int64)
            mask = torch.zeros_like(padded)
            for i, row in enumerate(part):
                padded[i, :len(row)], mask[i, :len(row)] = torch.tensor(row), 1
            rows.append(network(padded, mask))
    return torch.cat(rows)


def expect_equal(found, expected, tolerance=1e-5):
    """Relative to the length of each vector."""
    difference = (found - expected).abs().amax(1) / expected.norm(dim=1)
    assert difference.max().item() < tolerance


# Small random models ------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("changes", [{}, {"hidden_act": "gelu_new"}, {"num_hidden_layers": 1}])
def test_vectors_and_tokens_are_those_of_transformers(tmp_path, exported, kind, pooling, changes):
    model = random_model(kind, **changes)
    directory = model_directory(tmp_path / "hf", model)
    network, tokenizer = exported(directory, "--pooling", pooling)
    ids = transformers_tokenizer(directory)(SMILES)["input_ids"]
    assert [tokenizer.encode(smiles).ids for smiles in SMILES] == ids
    expected = transformers_vectors(model, ids, pooling)
    expect_equal(vectors_in_batches(network, ids), expected)
    assert torch.cdist(expected, expected).add(10 * torch.eye(len(ids))).min() > 0.01  # all of them differ


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_in_double_precision_they_differ_by_rounding_only(tmp_path, kind, pooling):
    model = random_model(kind).double()
    model.config.save_pretrained(tmp_path)
    shape = bert_weights.read_config(tmp_path / "config.json", kind)
    encoder = BertEncoder(shape, pooling)
    encoder.load_state_dict(bert_weights.from_hugging_face(dict(model.state_dict()), shape, "model"))
    ids = [[3, 6, 7, 8, 4], [3] + [6, 16, 20, 21] * 9 + [4]]
    found = vectors_in_batches(archive.script(encoder.double().eval()), ids)
    torch.testing.assert_close(found, transformers_vectors(model, ids, pooling), rtol=0, atol=1e-11)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_molecule_has_its_vector_in_any_batch(tmp_path, exported, kind, pooling):
    network, tokenizer = exported(model_directory(tmp_path / "hf", random_model(kind)), "--pooling", pooling)
    ids = [tokenizer.encode(smiles).ids for smiles in SMILES]
    alone = torch.cat([vectors_in_batches(network, [row]) for row in ids])
    expect_equal(vectors_in_batches(network, ids), alone, 1e-6)
    expect_equal(vectors_in_batches(network, ids[::-1], 3).flip(0), alone, 1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_padding_beyond_the_table_of_positions_changes_nothing(tmp_path, exported, kind):
    """The program pads to multiples of 16, a table of 60 positions or not."""
    network, _ = exported(model_directory(tmp_path / "hf", random_model(kind)))
    ids = torch.randint(6, len(TOKENS), (1, 60), generator=torch.Generator().manual_seed(1))
    padded, mask = torch.zeros(1, 64, dtype=torch.int64), torch.zeros(1, 64, dtype=torch.int64)
    padded[:, :60], mask[:, :60] = ids, 1
    expect_equal(network(padded, mask), network(ids, torch.ones_like(ids)), 1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_manifest_says_what_it_is(tmp_path, exported, read_manifest, kind):
    model = random_model(kind)
    network, tokenizer = exported(model_directory(tmp_path / "hf", model))
    manifest = read_manifest(tmp_path / "enc")
    assert manifest["architecture"] == kind and manifest["dim"] == 24 and manifest["pooling"] == "cls"
    assert manifest["input"] == {"max_tokens": 60, "pad_id": 0, "length_multiple": 16}
    assert manifest["source"]["file"] == "pytorch_model.bin"
    assert manifest["parameters"]["total"] == sum(parameter.numel() for parameter in model.parameters())
    golden = manifest["golden"]
    assert [tokenizer.encode(smiles).ids for smiles in golden["smiles"]] == golden["input_ids"]
    expected = torch.tensor(np.asarray(golden["vectors"], dtype=np.float32))
    expect_equal(transformers_vectors(model, golden["input_ids"], "cls"), expected)


def test_an_albert_keeps_one_layer_for_all(tmp_path, exported, read_manifest):
    network, _ = exported(model_directory(tmp_path / "hf", random_model("albert", num_hidden_layers=7)))
    names = [name for name, _ in network.named_parameters()]
    assert [name for name in names if ".ff_in.weight" in name] == ["layers.0.ff_in.weight"]
    assert read_manifest(tmp_path / "enc")["hyperparameters"] | {"layers": 1, "repeats": 7, "embedding": 12} == (
        read_manifest(tmp_path / "enc")["hyperparameters"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pickled", [False, True])
def test_a_masked_language_model_is_taken_without_its_head(tmp_path, exported, kind, pickled):
    masked = random_model(kind, masked=True)
    directory = model_directory(tmp_path / "hf", masked, pickled)
    network, tokenizer = exported(directory)
    ids = [tokenizer.encode(smiles).ids for smiles in SMILES]
    expect_equal(vectors_in_batches(network, ids), transformers_vectors(getattr(masked, kind), ids, "cls"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_config_without_a_kind_is_told_by_the_names_of_the_tensors(tmp_path, exported, read_manifest, kind):
    directory = model_directory(tmp_path / "hf", random_model(kind, masked=True))
    change(directory, lambda config: {key: value for key, value in config.items() if key != "model_type"})
    exported(directory)
    assert read_manifest(tmp_path / "enc")["architecture"] == kind


def test_what_the_pattern_does_not_find_is_dropped_and_what_the_vocabulary_lacks_is_unknown(tmp_path, exported):
    _, tokenizer = exported(model_directory(tmp_path / "hf", random_model("bert")))
    assert tokenizer.encode("C?!C").tokens == ["[CLS]", "C", "[UNK]", "C", "[SEP]"]
    assert tokenizer.encode("[Zn]Cl").tokens == ["[CLS]", "[UNK]", "Cl", "[SEP]"]
    assert tokenizer.encode("").tokens == ["[CLS]", "[SEP]"]


# What does not fit -------------------------------------------------------------------------------

def change(directory, edit):
    path = directory / "config.json"
    path.write_text(json.dumps(edit(json.loads(path.read_text()))))


def change_tensors(directory, edit):
    path = directory / "pytorch_model.bin"
    torch.save(edit(torch.load(path, weights_only=True)), path)


class Harmful:
    def __reduce__(self):
        return (print, ("this ran",))


WORDS = "embeddings.word_embeddings.weight"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spoil, words", [
    (lambda d: (d / "vocab.txt").unlink(), "has no tokenizer.json, no vocab.json with merges.txt and no vocab.txt"),
    (lambda d: write_vocabulary(d, [token for token in TOKENS if token != "[UNK]"]), "vocab.txt: no [UNK]; expected"),
    (lambda d: write_vocabulary(d, ["[PAD]", "[UNK]", "C"]), "vocab.txt: no [SEP], [CLS]; expected"),
    (lambda d: write_vocabulary(d, [*TOKENS, "[Xe]"]), f"the tokenizer has ids up to {len(TOKENS)}, the model"),
    (lambda d: (d / "vocab.txt").write_bytes(b"\xff\xfe"), "vocab.txt: cannot be read"),
    (lambda d: change(d, lambda c: c | {"model_type": "gpt2"}),
     "config.json: model_type is 'gpt2', expected one of roberta, bert, albert"),
    (lambda d: change(d, lambda c: {key: c[key] for key in c if key != "model_type"}),
     "config.json: has no model_type, and the names of the tensors do not tell"),
    (lambda d: change(d, lambda c: c | {"hidden_act": "relu"}), "hidden_act is 'relu', expected 'gelu' or 'gelu_new'"),
    (lambda d: change(d, lambda c: c | {"position_embedding_type": "relative_key"}), "expected 'absolute'"),
    (lambda d: change(d, lambda c: c | {"is_decoder": True}), "is_decoder is True, expected False"),
    (lambda d: change(d, lambda c: c | {"num_attention_heads": 5}), "5 heads do not divide a width of 24"),
    (lambda d: change(d, lambda c: c | {"hidden_size": None}), "config.json: no number for hidden_size"),
    (lambda d: change_tensors(d, lambda t: t | {WORDS: t[WORDS][:7]}), f"wrong shape: {WORDS} is [7, "),
    (lambda d: change_tensors(d, lambda t: t | {WORDS: t[WORDS] * float("nan")}), "NaN or infinite values in"),
    (lambda d: change_tensors(d, lambda t: {key: t[key] for key in list(t)[:-3]}), "missing: "),
    (lambda d: change_tensors(d, lambda t: t | {"encoder.more": t[WORDS]}), "unexpected: encoder.more"),
    (lambda d: torch.save({"weights": Harmful()}, d / "pytorch_model.bin"), "not a readable PyTorch checkpoint"),
    (lambda d: (d / "pytorch_model.bin").write_bytes(b"short"), "not a readable PyTorch checkpoint"),
    (lambda d: (d / "pytorch_model.bin").unlink(), "has neither model.safetensors nor pytorch_model.bin"),
])
def test_what_does_not_fit_is_named_in_one_line(tmp_path, run_script, kind, spoil, words):
    directory = model_directory(tmp_path / "hf", random_model(kind))
    spoil(directory)
    code, out, err = run_script("export_chemberta", "--checkpoint", directory, "-o", tmp_path / "enc")
    assert (code, out) == (4, "")
    assert err.startswith(f"error: {directory}") and words in err and err.count("\n") == 1
    assert not (tmp_path / "enc").exists()


def test_layers_in_several_groups_are_refused(tmp_path, run_script):
    directory = model_directory(tmp_path / "hf", random_model("albert", num_hidden_groups=3))
    code, _, err = run_script("export_chemberta", "--checkpoint", directory, "-o", tmp_path / "enc")
    assert code == 4 and "num_hidden_groups is 3, expected 1" in err


def test_a_kind_that_the_tensors_contradict_is_refused(tmp_path, run_script):
    directory = model_directory(tmp_path / "hf", random_model("bert", masked=True))
    change(directory, lambda config: config | {"model_type": "roberta"})
    code, _, err = run_script("export_chemberta", "--checkpoint", directory, "-o", tmp_path / "enc")
    assert code == 4 and "model_type is 'roberta', but the tensors of" in err and "are those of a bert" in err


# Models out of packages ---------------------------------------------------------------------------

@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_package_gives_the_vectors_of_transformers(tmp_path, exported, package, pooling):
    directory, kind = packaged_checkpoint(package, tmp_path)
    network, tokenizer = exported(directory, "--pooling", pooling)
    reference, molecules = transformers_tokenizer(directory), many_smiles(10_000)
    differing = [smiles for smiles in molecules
                 if tokenizer.encode(smiles).ids != reference(smiles, truncation=True, max_length=512)["input_ids"]]
    assert differing == [] and len(molecules) >= 1000
    ids = [tokenizer.encode(smiles).ids for smiles in molecules[:1000]]
    expect_equal(vectors_in_batches(network, ids), transformers_vectors(packaged_model(directory, kind), ids, pooling))
