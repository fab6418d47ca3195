"""Builds tokenizers with the Hugging Face library and writes what they make of many texts.

usage: tokenizer_oracle.py OUT [SMILES.smi.gz]
Writes OUT/texts.json and, for every tokenizer, OUT/NAME.json and OUT/NAME.ids.json.
"""

import gzip
import json
import random
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, pre_tokenizers, processors
from tokenizers.models import BPE, WordLevel
from tokenizers.trainers import BpeTrainer, WordLevelTrainer

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
SMILES_REGEX = (r"(\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?|>>?|\*|\$"
                r"|\%[0-9]{2}|[0-9])")
TRICKY = ["", " ", "  ", "C", " C", "C ", "Cl", "Br", "[CH][I-][Br-]", "[Zn+2]", "[nH]", "[C@@H](N)C", "CC  O", "C\tN",
          "C\nN", "caf\u00e9", "\u4e2d\u6587C", "C\u00a0N", "\U0001f600CO", "\u0661\u0662 12", "e\u0301", "<s>CC</s>",
          "C<mask>C", "C  <mask>  C", "<mas", "<unk>", "it's we'll I'd 'tis", "a'S 't", "C%10CC%10", "C/C=C\\C", "><",
          "C.[Na+]", "C%(101)CC%(101)", "CC|CC>>CO", "C[Q]C", "[PAD]C[MASK]",
          "x" * 300, "C" * 3000, "[" + "C" * 2000 + "]", "(" * 50 + ")" * 50, "1234567890" * 20,
          "\x00\x01\x7f", "\u2028C\u3000 N", "Q\u0301 \u00b2\u00bd", "   C   N   ", "[unclosed", "\ufffd"]


def trained(tokenizer, texts, size):
    tokenizer.train_from_iterator(texts, BpeTrainer(
        vocab_size=size, special_tokens=SPECIAL, show_progress=False))
    return tokenizer


def ends(tokenizer):
    return [(token, tokenizer.token_to_id(token)) for token in ("</s>", "<s>")]


def zero_merges():
    """Atoms in the vocabulary, no merges, no unknown token: what is not listed disappears."""
    tokens = SPECIAL + list("cCO()=12N.n3F~-4S#/5soPIB6\\789p*b") + ["Cl", "Br", "[nH]"]
    tokenizer = Tokenizer(BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.post_processor = processors.RobertaProcessing(*ends(tokenizer), add_prefix_space=False)
    return tokenizer


def with_merges(texts):
    tokenizer = Tokenizer(BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    trained(tokenizer, texts, 600)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, rstrip=True, special=True)])
    tokenizer.post_processor = processors.RobertaProcessing(*ends(tokenizer), add_prefix_space=True)
    return tokenizer


def without_regex(texts):
    """One piece per text, whole words first; each special token of the template twice."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>", ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trained(tokenizer, texts, 400)
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=True),
        processors.TemplateProcessing(single="<s> <s> $A </s>", special_tokens=ends(tokenizer))])
    return tokenizer


def word_level(texts):
    tokenizer = Tokenizer(WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(SMILES_REGEX), behavior="isolated")
    tokenizer.train_from_iterator(texts, WordLevelTrainer(special_tokens=SPECIAL, show_progress=False))
    tokenizer.add_tokens(["ClC"])
    tokenizer.post_processor = processors.BertProcessing(*ends(tokenizer))
    return tokenizer


def one_token_a_line():
    """As a vocab.txt becomes one: what the pattern does not find is dropped, what the vocabulary lacks is unknown."""
    pattern = SMILES_REGEX.replace(r"(\[", r"(\%\([0-9]{3}\)|\[", 1).replace(r"|\(|", r"|\||\(|", 1)
    atoms = "c C ( ) O 1 2 = N . n 3 F Cl >> > ~ - 4 [C@H] S [C@@H] [O-] Br # / [nH] [N+] \\ % %10 |".split()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {token: i for i, token in enumerate(special + atoms)}
    tokenizer = Tokenizer(WordLevel(vocab=vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True)
    tokenizer.add_special_tokens(special)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def only_matches(texts):
    """Keeps what the pattern finds, then cuts at every "=" and spells bytes."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SMILES_REGEX), behavior="removed", invert=True),
        pre_tokenizers.Split("=", behavior="removed"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    return trained(tokenizer, texts, 300)


def read_smiles(path):
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [max(line.split(), key=len) for _, line in zip(range(10000), stream)]


def mixtures(count):
    """Strings of SMILES characters, blanks, marks and letters of other scripts in random order."""
    alphabet = list("CNOcn()[]=#123%+-@/\\ '") + ["Cl", "Br", "  ", "\t", "\u00e9", "\u4e2d", "<mask>", "'s", "\u00a0"]
    generator = random.Random(5)
    return ["".join(generator.choices(alphabet, k=generator.randint(1, 40))) for _ in range(count)]


def main(out, smiles_file):
    texts = TRICKY + mixtures(2000) + (read_smiles(smiles_file) if smiles_file else [])
    training = texts[-3000:]
    tokenizers = {"zero_merges": zero_merges(), "with_merges": with_merges(training),
                  "without_regex": without_regex(training), "word_level": word_level(training),
                  "only_matches": only_matches(training), "one_token_a_line": one_token_a_line()}
    (out / "texts.json").write_text(json.dumps(texts))
    for name, tokenizer in tokenizers.items():
        tokenizer.save(str(out / f"{name}.json"))
        ids = {"all": [tokenizer.encode(text).ids for text in texts]}
        tokenizer.enable_truncation(12)
        ids["cut"] = [tokenizer.encode(text).ids for text in texts]
        (out / f"{name}.ids.json").write_text(json.dumps(ids))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
