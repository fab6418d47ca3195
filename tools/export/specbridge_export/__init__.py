"""What the exporters share: encoder modules, checkpoints, tokenizers, and the encoder directory."""

VERSION = "0.1.0"
FORMAT_VERSION = 1
