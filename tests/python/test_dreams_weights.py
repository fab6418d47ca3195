"""What the weights of the spectrum encoder are when nothing has trained them."""

import pytest
import torch
from dreams_support import batch

from specbridge_export import dreams_weights
from specbridge_export.dreams import DreamsEncoder, DreamsShape
from specbridge_export.spectrum_directory import golden_spectra


def test_frequencies_are_the_published_ones():
    published = dreams_weights.frequencies(5997)[0]
    assert published.shape == (5997,) and published.dtype == torch.float32
    assert published[0].item() == 5000.0 and published[4998].item() == pytest.approx(1 / 0.9998)
    assert published[4999].item() == 0.5 and published[5996].item() == pytest.approx(1 / 999)


@pytest.mark.parametrize("count", [2, 64, 512, 5900, 5993])
def test_a_subset_of_frequencies_is_distinct_and_wide(count):
    chosen = dreams_weights.frequencies(count)[0]
    assert len(set(chosen.tolist())) == count
    assert chosen.max() <= 1000.01
    if count >= 64:
        assert chosen.max() > 900 and chosen.min() < 1 / 990


def test_starting_weights_let_every_peak_be_seen():
    shape = DreamsShape(d_model=256, layers=4, heads=8, ffn=512, d_peak=32, fourier_width=256, fourier_depth=2,
                        frequencies=512)
    model = DreamsEncoder(shape, 61, "precursor", 0.0)
    dreams_weights.initialise(model, 3)
    items = [torch.from_numpy(item) for item in golden_spectra(60)]
    sums = model.prefix(items[-1][None], 4)[1]
    assert sums.std() < 1.5
    vectors = model(batch(items))
    assert torch.cosine_similarity(vectors[0], vectors[1], dim=0) < 0.9


def test_attention_by_intensity_starts_with_the_root_of_the_intensity():
    shape = DreamsShape(d_model=32, layers=2, heads=4, ffn=64, d_peak=8, fourier_width=32, fourier_depth=2,
                        frequencies=64, attention_bias="intensity")
    model = DreamsEncoder(shape, 0, "precursor", 0.0)
    dreams_weights.initialise(model, 3)
    peaks = torch.tensor([[[200.0, 1.1], [50.0, 1.0], [60.0, 0.25], [70.0, 0.0]]])
    weights = torch.exp(-model.prefix(peaks, 2)[1])[0]
    torch.testing.assert_close(weights, torch.tensor([1.1 ** 0.5, 1.0, 0.5, 1e-4]))


def test_without_attention_bias_every_key_starts_alike():
    shape = DreamsShape(d_model=32, layers=2, heads=4, ffn=64, d_peak=8, fourier_width=32, fourier_depth=2,
                        frequencies=64, attention_bias="none")
    model = DreamsEncoder(shape, 0, "precursor", 0.0)
    dreams_weights.initialise(model, 3)
    peaks = torch.tensor([[[200.0, 1.1], [50.0, 1.0], [60.0, 0.25]]])
    assert model.prefix(peaks, 2)[1].abs().max() == 0.0
