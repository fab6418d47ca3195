"""What gensim learns of words; tests/cli/test_spec2vec.py calls it by the Python of SPECBRIDGE_ORACLES_VENV.

    word2vec_oracle.py DOCUMENTS.json OUT.json

DOCUMENTS.json is {"documents": [[word, ...], ...], "dim", "epochs", "learning_rate", "learning_rate_decay", "seed"};
OUT.json is {"gensim": version, "vectors": {word: [number, ...]}}. As Spec2Vec has it: a bag of words with 5 negatives,
a window of 500, which here is not shortened at random, so that it is the whole document.
"""

import json
import sys
from pathlib import Path

import gensim
from gensim.models import Word2Vec


def main() -> None:
    asked = json.loads(Path(sys.argv[1]).read_text())
    last = asked["learning_rate"] - asked["epochs"] * asked["learning_rate_decay"]
    model = Word2Vec(asked["documents"], sg=0, negative=5, vector_size=asked["dim"], window=500, shrink_windows=False,
                     min_count=1, sample=1e-3, alpha=asked["learning_rate"], min_alpha=last, epochs=asked["epochs"],
                     workers=1, seed=asked["seed"])
    vectors = {word: model.wv[word].tolist() for word in model.wv.key_to_index}
    Path(sys.argv[2]).write_text(json.dumps({"gensim": gensim.__version__, "vectors": vectors}))


if __name__ == "__main__":
    main()
