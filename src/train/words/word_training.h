#pragma once

#include <string>

#include "base/matrix.h"
#include "specbridge/context.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "train/words/word_documents.h"

namespace specbridge {

/// What a training of words gave.
struct TrainedWords {
  Matrix vectors;  ///< [words, dim], as the documents number them
  TrainingResult
      result;           ///< its steps are spectra; its loss is the mean of the last epoch, in nats
  std::string metrics;  ///< lines of metrics.jsonl, one an epoch
};

/// Trains vectors of words, with settings of the objective spec2vec. Each step begins where the one
/// before ended, so one thread works, and the bytes are a function of documents, settings and seed.
/// @throws Interrupted
TrainedWords train_words(const WordDocuments& documents, const TrainSettings& settings,
                         const RunContext& context);

/// How words are made with such settings.
WordRules word_rules(const WordSettings& settings);

}  // namespace specbridge
