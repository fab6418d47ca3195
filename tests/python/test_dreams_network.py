"""The exported spectrum encoder against the published description."""

import pytest
import torch
from dreams_reference import random_reference
from dreams_support import LAYERS, PADDINGS, POOLINGS, ROWS, batch, encoder_like, scripted_like, spectra

from specbridge_export import archive, dreams_weights
from specbridge_export.dreams import DreamsShape


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])
def test_equals_the_published_network(padding_rows, pooling, dtype, tolerance):
    reference = random_reference().to(dtype)
    model = encoder_like(reference, padding_rows=padding_rows, pooling=pooling).to(dtype)
    items = spectra(dtype=dtype)
    expected = reference(items, padding_rows or None, pooling)
    torch.testing.assert_close(archive.script(model)(batch(items)), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_spectrum_longer_than_the_padding_is_not_padded(pooling):
    reference = random_reference().double()
    items = spectra(lengths=(ROWS + 3, ROWS + 1))
    model = encoder_like(reference, pooling=pooling).double()
    for item in items:
        expected = reference([item], len(item), pooling)
        torch.testing.assert_close(model(item[None]), expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
@pytest.mark.parametrize("n", [1, 2, LAYERS, LAYERS + 1])
def test_gradients_equal_the_published_network(n, padding_rows, pooling):
    reference = random_reference().double()
    model = encoder_like(reference, padding_rows=padding_rows, pooling=pooling).double()
    items = spectra()
    target = torch.randn(len(items), 24, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    (reference(items, padding_rows or None, pooling) * target).sum().backward()
    scripted = archive.script(model)
    with torch.no_grad():
        state = scripted.prefix(batch(items), n)
    (scripted.suffix(state, n) * target).sum().backward()

    shape = DreamsShape(d_model=24, layers=LAYERS, heads=4, ffn=40, d_peak=7, fourier_width=12, fourier_depth=3,
                        frequencies=30)
    published = dict(reference.named_parameters())
    table = dreams_weights.key_table(shape, [f"ff_fourier.ff.{i}" for i in (0, 3, 6)])
    ours = dict(scripted.named_parameters())
    for theirs, (name, _) in table.items():
        block = int(name.split(".")[1]) if name.startswith("blocks.") else None
        trains = n > LAYERS or (block is not None and block >= LAYERS - n) or name.startswith("final_norm")
        if trains and ours[name].requires_grad:
            torch.testing.assert_close(ours[name].grad, published[theirs].grad, rtol=0, atol=1e-9, msg=name)
        else:
            assert ours[name].grad is None, name


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
def test_every_split_gives_the_same_bits(padding_rows, pooling):
    model = scripted_like(random_reference(), padding_rows=padding_rows, pooling=pooling)
    peaks = batch(spectra(dtype=torch.float32))
    expected = model(peaks)
    for n in range(LAYERS + 2):
        state = model.prefix(peaks, n)
        assert all(tensor.size(0) == len(peaks) for tensor in state)
        assert torch.equal(model.suffix(state, n), expected), n


@pytest.mark.parametrize("n", [-1, LAYERS + 2])
def test_a_split_that_does_not_exist_is_refused(n):
    model = scripted_like(random_reference())
    with pytest.raises(Exception, match="between 0 and the number of blocks"):
        model.prefix(batch(spectra(dtype=torch.float32)), n)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
def test_zero_rows_of_the_batch_change_nothing(padding_rows, pooling):
    model = encoder_like(random_reference(), padding_rows=padding_rows, pooling=pooling).double()
    items = spectra()
    together = model(batch(items, rows=ROWS + 9))
    for i, item in enumerate(items):
        torch.testing.assert_close(model(item[None])[0], together[i], rtol=0, atol=1e-12)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_zero_rows_appended_to_a_state_change_nothing(pooling):
    model = encoder_like(random_reference(), pooling=pooling).double()
    peaks = batch(spectra())
    for n in range(1, LAYERS + 2):
        state = [torch.cat([t, torch.zeros_like(t[:, :2])], dim=1) for t in model.prefix(peaks, n)]
        torch.testing.assert_close(model.suffix(state, n), model(peaks), rtol=0, atol=1e-12)


def test_a_row_has_the_same_bits_at_every_place_of_a_batch():
    model = scripted_like(random_reference())
    item = spectra(lengths=(7,), dtype=torch.float32)[0]
    others = spectra(lengths=(7,) * 5, seed=9, dtype=torch.float32)
    results = []
    for place in range(6):
        items = others[:place] + [item] + others[place:]
        results.append(model(batch(items))[place])
    assert all(torch.equal(result, results[0]) for result in results)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_order_of_peaks_does_not_matter(pooling):
    model = encoder_like(random_reference(), pooling=pooling).double()
    item = spectra(lengths=(9,))[0]
    shuffled = item[[0, 5, 3, 8, 1, 2, 7, 4, 6]]
    torch.testing.assert_close(model(shuffled[None]), model(item[None]), rtol=0, atol=1e-12)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
def test_no_row_at_all_gives_numbers_and_gradients(padding_rows, pooling):
    model = scripted_like(random_reference(), padding_rows=padding_rows, pooling=pooling)
    peaks = batch(spectra(lengths=(4, 3), dtype=torch.float32))
    peaks[1] = 0.0
    vectors = model(peaks)
    vectors.square().sum().backward()
    assert torch.isfinite(vectors).all()
    for name, parameter in model.named_parameters():
        assert parameter.grad is None or torch.isfinite(parameter.grad).all(), name


def test_bfloat16_linears_stay_close_and_are_off_at_first():
    model = scripted_like(random_reference())
    peaks = batch(spectra(dtype=torch.float32))
    exact = model(peaks)
    assert model.bf16_linears is False
    model.bf16_linears = True
    rounded = model(peaks)
    assert rounded.dtype == torch.float32 and not torch.equal(rounded, exact)
    assert torch.cosine_similarity(rounded, exact).min() > 0.999


def test_weights_stored_in_bfloat16_give_the_same_bits():
    model = scripted_like(random_reference())
    model.bf16_linears = True
    peaks = batch(spectra(dtype=torch.float32))
    expected = model(peaks)
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2 and name.startswith(("blocks.", "embedding.fourier.")):
            parameter.data = parameter.data.to(torch.bfloat16)
    assert torch.equal(model(peaks), expected)


@pytest.mark.parametrize("n", [1, LAYERS + 1])
def test_dropout_acts_in_training_only(n):
    model = scripted_like(random_reference(), dropout=0.3)
    peaks = batch(spectra(dtype=torch.float32))
    expected = model.suffix(model.prefix(peaks, n), n)
    assert torch.equal(model.suffix(model.prefix(peaks, n), n), expected)
    model.train()
    before = model.prefix(peaks, n)
    assert all(torch.equal(a, b) for a, b in zip(before, model.prefix(peaks, n)))
    first, second = model.suffix(before, n), model.suffix(before, n)
    assert not torch.equal(first, second) and torch.isfinite(first).all()
    model.dropout = 0.0
    torch.testing.assert_close(model.suffix(before, n), expected, rtol=0, atol=0)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding_rows", PADDINGS)
def test_padding_rows_one_by_one_equal_one_that_counts_for_all(padding_rows, pooling):
    # A rate too small to hit any value leaves only the expansion that dropout asks for.
    model = encoder_like(random_reference(), padding_rows=padding_rows, pooling=pooling).double()
    peaks = batch(spectra(), rows=ROWS + 1)
    for n in range(1, LAYERS + 2):
        state = model.prefix(peaks, n)
        expected = model.suffix(state, n)
        model.train()
        model.dropout = 1e-300
        torch.testing.assert_close(model.suffix(state, n), expected, rtol=0, atol=1e-10)
        model.eval()
