#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "specbridge/train_settings.h"
#include "train/trainer.h"

namespace specbridge::test {

/// The spectrum encoder directory that the build made for these tests (preset tiny, 2 blocks, 32
/// dimensions); empty when the project's Python environment is absent.
std::filesystem::path tiny_encoder();

/// Spectra of made-up molecules: those of one molecule share most peaks, targets are random unit
/// vectors.
TrainingInput toy_problem(std::size_t molecules, std::size_t spectra_each);

/// Inputs with these numbers of peaks.
std::vector<PeakRows> toy_inputs(const std::vector<std::size_t>& peak_counts);

/// A small head and mapper, every weight of the encoder trains.
TrainSettings toy_settings();

/// A run on the CPU.
RunContext toy_context(std::size_t threads = 1);

}  // namespace specbridge::test

/// Ends a test that needs the encoder where there is none.
#define SKIP_WITHOUT_ENCODER()                                                          \
  if (specbridge::test::tiny_encoder().empty()) {                                       \
    GTEST_SKIP() << "no Python environment (scripts/setup.sh) to make an encoder with"; \
  }
