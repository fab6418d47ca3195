"""What the exporters share: encoder modules, checkpoints, tokenizers, and the encoder directory."""

VERSION = "0.1.0"
FORMAT_VERSION = 1
# How the program spells molecules (kStandardForm in src/chem/standard_form.h): an encoder that was trained on them, or
# whose models are, goes with one.
STANDARD_FORM = 2
