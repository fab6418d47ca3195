#include "toy_problem.h"

#include <algorithm>

#include "base/random.h"
#include "specbridge/train_settings.h"

namespace specbridge::test {
namespace {

PeakRows spectrum(double precursor_mz, std::vector<double> mz, Random& random) {
  std::sort(mz.begin(), mz.end());
  PeakRows input;
  input.rows = {static_cast<float>(precursor_mz), 1.1F};
  for (std::size_t i = 0; i < mz.size(); ++i) {
    input.rows.push_back(static_cast<float>(mz[i]));
    input.rows.push_back(i == 0 ? 1.0F : static_cast<float>(0.05 + 0.9 * random.uniform()));
  }
  return input;
}

}  // namespace

std::filesystem::path tiny_encoder() {
  return SPECBRIDGE_TINY_ENCODER;
}

TrainingInput toy_problem(std::size_t molecules, std::size_t spectra_each) {
  constexpr std::size_t kDim = 16;
  Random random(2026);
  TrainingInput input;
  input.spectrum_encoder = tiny_encoder();
  input.targets = Matrix(molecules, kDim);
  for (std::size_t m = 0; m < molecules; ++m) {
    for (float& value : input.targets.row(m)) value = static_cast<float>(random.normal());
    normalize(input.targets.row(m));
    std::vector<double> common;
    for (std::size_t i = 0; i < 4 + m % 7; ++i) common.push_back(50 + 300 * random.uniform());
    const double precursor_mz = 360 + 200 * random.uniform();
    for (std::size_t s = 0; s < spectra_each; ++s) {
      auto mz = common;
      mz.push_back(50 + 300 * random.uniform());
      input.examples.push_back({spectrum(precursor_mz, mz, random), m});
    }
  }
  return input;
}

std::vector<PeakRows> toy_inputs(const std::vector<std::size_t>& peak_counts) {
  Random random(7);
  std::vector<PeakRows> inputs;
  for (const std::size_t count : peak_counts) {
    std::vector<double> mz;
    for (std::size_t i = 0; i < count; ++i) mz.push_back(50 + 400 * random.uniform());
    inputs.push_back(spectrum(500 + 100 * random.uniform(), mz, random));
  }
  return inputs;
}

TrainSettings toy_settings() {
  TrainSettings settings;
  settings.shape = {24, 20, 1, 28};
  settings.trainable_blocks = "all";
  settings.learning_rate = 3e-3;
  settings.batch = 8;
  settings.epochs = 10;
  settings.length_window = 2;
  settings.validations = 0;
  return settings;
}

RunContext toy_context(std::size_t threads) {
  RunContext context;
  context.device = {Device::Kind::cpu, 0};
  context.threads = threads;
  context.seed = 5;
  return context;
}

}  // namespace specbridge::test
