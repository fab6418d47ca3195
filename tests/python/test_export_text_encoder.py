"""The exported text encoder against transformers and tokenizers, LoRA adapters, and the exporter as a program."""

import json
import math
import random

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaModel
from transformers import logging as transformers_logging

from specbridge_export import archive, llama_weights, renderings, text_directory
from specbridge_export.llama import LlamaEncoder, LlamaShape

transformers_logging.set_verbosity_error()

LLAMA31 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
           "original_max_position_embeddings": 16}


def renderings_of(count, seed=1):
    generator = random.Random(seed)
    for _ in range(count):
        masses = generator.sample(range(15, 700), generator.randint(1, 30))
        yield renderings.rendered([(float(mz), generator.random()) for mz in masses], renderings.LLM4MS_BEFORE, 30)


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """A table as specbridge render writes it."""
    path = tmp_path_factory.mktemp("texts") / "texts.tsv"
    rows = [f"s{i}\t{i}\t{text}\tok\t" for i, text in enumerate(renderings_of(60))]
    header, bad = "query_id\tquery_index\ttext\tstatus\tmessage", "bad\t60\t\tno_peaks\twhy"
    path.write_text("\n".join([header, *rows, bad]) + "\n")
    return path


@pytest.fixture(scope="module")
def llama(tmp_path_factory, texts):
    """Makes a Hugging Face directory of a tiny Llama; returns directory and model."""
    def make(name="llama", **changes):
        directory = tmp_path_factory.mktemp(name)
        tokenizer = renderings.trained_tokenizer(renderings.read_texts(texts), 400)
        settings = dict(vocab_size=tokenizer.get_vocab_size() + 3, hidden_size=32, num_hidden_layers=3,
                        num_attention_heads=4, num_key_value_heads=2, intermediate_size=48, initializer_range=0.3,
                        rms_norm_eps=1e-5, rope_theta=500.0, attn_implementation="eager", pad_token_id=2)
        torch.manual_seed(3)
        model = LlamaModel(LlamaConfig(**(settings | changes))).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() == 1:
                    parameter.add_(0.2 * torch.randn_like(parameter))
        model.save_pretrained(directory)
        tokenizer.save(str(directory / "tokenizer.json"))
        return directory, model
    return make


def both_ways(model, ids, mask):
    """What transformers makes of tokens that all see each other."""
    seen = mask[:, None, None, :].expand(-1, 1, ids.size(1), -1)
    bias = torch.zeros(seen.shape, dtype=model.dtype).masked_fill(seen == 0, torch.finfo(model.dtype).min)
    return model(input_ids=ids, attention_mask=bias).last_hidden_state


def left_padded(rows):
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, ids.size(1) - len(row):], mask[i, ids.size(1) - len(row):] = torch.tensor(row), 1
    return ids, mask


def encoder_of(directory, adapters=()):
    shape, weights = llama_weights.from_directory(directory, list(adapters))
    encoder = LlamaEncoder(shape)
    encoder.load_state_dict(weights | {"frequencies": encoder.frequencies})
    return archive.script(encoder.eval())


def batch_of(directory):
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    return left_padded([tokenizer.encode(text).ids for text in renderings_of(5, seed=9)])


def expect_equal(found, expected, mask, tolerance=1e-5):
    """Of the tokens that are no padding, relative to the length of each state."""
    difference = (found - expected).abs().amax(-1) / expected.norm(dim=-1)
    assert difference[mask == 1].max().item() < tolerance


@pytest.mark.parametrize("changes", [{}, {"rope_scaling": LLAMA31}, {"head_dim": 16}, {"num_key_value_heads": 4}])
def test_states_are_those_of_transformers_when_all_tokens_see_each_other(llama, changes):
    directory, model = llama(**changes)
    ids, mask = batch_of(directory)
    with torch.no_grad():
        expect_equal(encoder_of(directory)(ids, mask), both_ways(model, ids, mask), mask)


def test_a_causal_copy_gives_other_vectors(llama):
    directory, model = llama()
    ids, mask = batch_of(directory)
    with torch.no_grad():
        found, causal = encoder_of(directory)(ids, mask), model(input_ids=ids, attention_mask=mask).last_hidden_state
    own = mask[:, :, None]
    vectors, others = (found * own).sum(1), (causal * own).sum(1)
    assert torch.cosine_similarity(vectors, others).max() < 0.99


def test_padding_of_the_batch_changes_nothing(llama):
    directory, _ = llama()
    encoder = encoder_of(directory)
    ids, mask = batch_of(directory)
    with torch.no_grad():
        together = encoder(ids, mask)
        for i, length in enumerate(mask.sum(1).tolist()):
            alone = encoder(ids[i:i + 1, -length:], mask[i:i + 1, -length:])[0]
            expect_equal(together[i, -length:], alone, torch.ones(length), 1e-5)


def test_the_parts_are_the_whole_wherever_it_is_cut_and_rows_of_zeros_change_nothing(llama):
    directory, _ = llama()
    encoder = encoder_of(directory)
    ids, mask = batch_of(directory)
    with torch.no_grad():
        whole = encoder(ids, mask)
        for n in range(0, 5):
            state = [torch.cat([part, torch.zeros_like(part[:, :3])], dim=1) for part in encoder.prefix(ids, mask, n)]
            expect_equal(encoder.suffix(state, n)[:, :-3], whole, mask)


def test_a_row_without_tokens_gives_numbers(llama):
    directory, _ = llama()
    ids, mask = batch_of(directory)
    assert torch.isfinite(encoder_of(directory)(ids, torch.zeros_like(mask))).all()


# LoRA -----------------------------------------------------------------------------------------------------------------

def adapter(directory, names, rank=2, alpha=8, **config):
    """Writes a LoRA adapter under the names that peft gives them; returns what it adds to each weight."""
    directory.mkdir(parents=True)
    generator, tensors, added = torch.Generator().manual_seed(rank), {}, {}
    for name, rows, columns in names:
        a, b = torch.randn(rank, columns, generator=generator), torch.randn(rows, rank, generator=generator)
        tensors[f"base_model.model.model.{name}.lora_A.weight"] = a
        tensors[f"base_model.model.model.{name}.lora_B.weight"] = b
        factor = alpha / (math.sqrt(rank) if config.get("use_rslora") else rank)
        added[f"{name}.weight"] = factor * b @ a
    save_file(tensors, directory / "adapter_model.safetensors")
    (directory / "adapter_config.json").write_text(json.dumps(
        {"peft_type": "LORA", "r": rank, "lora_alpha": alpha, "bias": "none", "use_dora": False, **config}))
    return added


QUERY, DOWN = ("layers.1.self_attn.q_proj", 32, 32), ("layers.2.mlp.down_proj", 32, 48)


@pytest.mark.parametrize("rslora", [False, True])
def test_adapters_are_added_to_the_weights_one_after_the_other(llama, tmp_path, rslora):
    directory, model = llama()
    first = adapter(tmp_path / "first", [QUERY, DOWN], use_rslora=rslora)
    second = adapter(tmp_path / "second", [QUERY], rank=3)
    with torch.no_grad():
        for added in (first, second):
            for name, change in added.items():
                model.get_parameter(name).add_(change)
        ids, mask = batch_of(directory)
        found = encoder_of(directory, [tmp_path / "first", tmp_path / "second"])(ids, mask)
        expect_equal(found, both_ways(model, ids, mask), mask)


@pytest.mark.parametrize("config, names, message", [
    ({"use_dora": True}, [QUERY], "use_dora is True, expected False; merge it with peft first"),
    ({"modules_to_save": ["lm_head"]}, [QUERY], "modules_to_save is ['lm_head'], expected None"),
    ({}, [("layers.7.self_attn.q_proj", 32, 32)], "changes no weight of the model"),
    ({}, [("layers.1.self_attn.q_proj", 16, 32)], "do not fit each other and the weight of [32, 32]"),
    ({"r": 0}, [QUERY], "no numbers r and lora_alpha"),
])
def test_adapters_that_do_not_fit_are_refused(llama, tmp_path, run_script, config, names, message):
    directory, _ = llama()
    adapter(tmp_path / "lora", names, **({} if "r" in config else config))
    if "r" in config:
        path = tmp_path / "lora/adapter_config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | config))
    code, _, err = run_script("export_text_encoder", "--checkpoint", directory, "--adapter", tmp_path / "lora", "-o",
                              tmp_path / "enc")
    assert code == 4 and message in err and not (tmp_path / "enc").exists()


# The exporter as a program --------------------------------------------------------------------------------------------

@pytest.fixture
def exported(tmp_path, run_script):
    def export(*options, name="enc"):
        code, out, err = run_script("export_text_encoder", *options, "-o", tmp_path / name)
        assert code == 0, err
        return tmp_path / name
    return export


@pytest.mark.parametrize("options", [(), ("--skip-before",), ("--max-tokens", "60"), ("--before", "")])
def test_the_golden_vectors_are_means_over_the_own_tokens_by_transformers(llama, exported, read_manifest, options):
    directory, model = llama()
    out = exported("--checkpoint", directory, *options)
    manifest = read_manifest(out)
    tokenizer, golden = Tokenizer.from_file(str(out / "tokenizer.json")), manifest["golden"]
    for text, ids, vector in zip(golden["texts"], golden["input_ids"], golden["vectors"]):
        whole = tokenizer.encode(text).ids
        assert len(ids) <= 60 or "--max-tokens" not in options
        assert ids == whole or "--max-tokens" in options
        peaks = text.removeprefix(manifest["input"]["before"])
        own = len(tokenizer.encode(peaks, add_special_tokens=False).ids)
        first = len(ids) - own if "--skip-before" in options else 1
        with torch.no_grad():
            states = both_ways(model, torch.tensor([ids]), torch.ones(1, len(ids)))[0]
        np.testing.assert_allclose(vector, states[first:].mean(0).numpy(), rtol=0, atol=2e-5)


def test_weights_in_several_files_are_those_of_one(llama, exported, read_manifest, tmp_path):
    directory, _ = llama()
    one = read_manifest(exported("--checkpoint", directory))
    tensors = load_file(directory / "model.safetensors")
    names = sorted(tensors)
    parts = {"a.safetensors": names[:5], "b.safetensors": names[5:]}
    for file, keys in parts.items():
        save_file({key: tensors[key] for key in keys}, directory / file)
    (directory / "model.safetensors").unlink()
    index = {"weight_map": {key: file for file, keys in parts.items() for key in keys}}
    (directory / "model.safetensors.index.json").write_text(json.dumps(index))
    assert read_manifest(exported("--checkpoint", directory, name="several"))["fingerprint"] == one["fingerprint"]


def test_a_seed_gives_the_same_bytes_and_another_seed_others(exported, texts):
    made = [exported("--random-init", "--preset", "tiny", "--texts", texts, "--seed", seed, name=name)
            for seed, name in ((7, "a"), (7, "b"), (8, "c"))]
    first, second, other = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in made)
    assert first == second and first["model.pt"] != other["model.pt"]
    assert first["tokenizer.json"] == other["tokenizer.json"]


def test_tokens_are_learnt_from_the_texts_digits_by_three_at_most(exported, texts):
    tokenizer = Tokenizer.from_file(str(exported("--random-init", "--preset", "tiny", "--texts", texts) /
                                        "tokenizer.json"))
    tokens = tokenizer.encode("extra_peak@1066,").tokens
    assert tokens[0] == "<|begin_of_text|>" and "".join(tokens[1:]) == "extra_peak@1066,"
    assert max(len(token) for token in tokenizer.get_vocab() if token.isdigit()) == 3
    assert len(tokenizer.encode("base_peak@93,").ids) <= 8


@pytest.mark.parametrize("arguments, code, message", [
    (["--random-init"], 2, "needs --texts FILE to learn tokens from"),
    (["--random-init", "--texts", "nowhere.tsv"], 3, "nowhere.tsv: no such file"),
    (["--random-init", "--texts", "TEXTS", "--vocab-size", "100"], 2, "--vocab-size: found 100, expected at least 258"),
    (["--random-init", "--texts", "TEXTS", "--heads", "3"], 2, "--heads: 3 heads"),
    (["--random-init", "--texts", "TEXTS", "--adapter", "x"], 2, "--adapter: is merged into a checkpoint"),
    (["--random-init", "--texts", "TEXTS", "--least", "1"], 2, "--least: found 1, expected a share"),
    (["--random-init", "--texts", "TEXTS", "--preset", "tiny", "--max-tokens", "9"], 4, "9 tokens leave no room"),
    (["--checkpoint", "nowhere"], 4, "nowhere: no such directory"),
    (["--checkpoint", "LLAMA", "--layers", "2"], 2, "--layers: sizes come from the checkpoint"),
])
def test_what_does_not_fit_is_refused_in_one_line(llama, texts, run_script, tmp_path, arguments, code, message):
    names = {"TEXTS": texts, "LLAMA": llama()[0] if "LLAMA" in arguments else ""}
    found, _, err = run_script("export_text_encoder", *(names.get(part, part) for part in arguments), "-o",
                               tmp_path / "enc")
    assert (found, err.count("\n")) == (code, 1) and message in err
    assert not (tmp_path / "enc").exists()


@pytest.mark.parametrize("change, message", [
    ({"model_type": "mistral"}, "model_type is 'mistral', expected 'llama'"),
    ({"attention_bias": True}, "attention_bias is True, expected False"),
    ({"rope_scaling": {"rope_type": "yarn", "factor": 2.0}}, "rope_scaling is 'yarn', expected none, or llama3"),
    ({"num_hidden_layers": 4}, "does not fit the architecture; missing: layers.3"),
    ({"vocab_size": None}, "no number for vocab_size"),
])
def test_other_networks_are_refused(llama, run_script, tmp_path, change, message):
    directory, _ = llama()
    config = directory / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    code, _, err = run_script("export_text_encoder", "--checkpoint", directory, "-o", tmp_path / "enc")
    assert code == 4 and message in err


def test_damaged_directories_are_refused(llama, run_script, tmp_path):
    directory, _ = llama()
    (directory / "tokenizer.json").write_text("{}")
    code, _, err = run_script("export_text_encoder", "--checkpoint", directory, "-o", tmp_path / "enc")
    assert code == 4 and "not a tokenizer.json" in err
    (directory / "model.safetensors").write_bytes(b"no tensors")
    code, _, err = run_script("export_text_encoder", "--checkpoint", directory, "-o", tmp_path / "enc")
    assert code == 4 and "not a readable safetensors file" in err


def test_bfloat16_linears_stay_close_and_are_off_at_first():
    encoder = LlamaEncoder(LlamaShape(vocabulary=40, hidden=64, layers=3, heads=4, kv_heads=4, head_dim=16, ffn=96))
    llama_weights.initialise(encoder, 1)
    scripted = archive.script(encoder.eval())
    ids = torch.arange(40)[None]
    exact = scripted(ids, torch.ones_like(ids)).mean(1)
    assert scripted.bf16_linears is False
    scripted.bf16_linears = True
    rounded = scripted(ids, torch.ones_like(ids)).mean(1)
    assert not torch.equal(rounded, exact) and torch.cosine_similarity(rounded, exact).min() > 0.999


def test_the_own_tokens_of_a_text_are_as_many_at_its_end_as_it_has_alone(texts):
    tokenizer = renderings.trained_tokenizer(renderings.read_texts(texts), 400)
    assert renderings.specials_of(tokenizer, "x") == (1, 0)
    settings = {"input": {"before": "before ", "peaks": 30, "max_tokens": 512, "before_in_mean": False}}
    text, ids, first, last = text_directory.tokenized(tokenizer, [(58.0, 1.0)], settings, (1, 0))
    assert text == "before base_peak@58,max_peak@58"
    alone = tokenizer.encode("base_peak@58,max_peak@58", add_special_tokens=False).ids
    assert (last, last - first) == (len(ids), len(alone)) and ids[-6:] == alone[-6:]
    settings["input"]["before_in_mean"] = True
    assert text_directory.tokenized(tokenizer, [(58.0, 1.0)], settings, (1, 0))[2:] == (1, len(ids))
