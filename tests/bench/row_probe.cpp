// What float16 and int8 rows lose: the 10 best of float32 rows that they find, too, for spectra as
// queries. docs/method/rows.md has the figures.
//   specbridge_row_probe MODEL LIBRARY SPECTRA THREADS TOLERANCE...
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "bench/bench_inputs.h"
#include "index/row_writer.h"
#include "search/controls.h"
#include "search/search_parts.h"

namespace specbridge::bench {
namespace {

constexpr std::size_t kBest = 10;

/// The rows of a library, stored as another type.
struct Copy {
  Copy(RowType row_type, const RowStore& from) : type(row_type) {
    RowWriter writer(folder.path(), type, from.dim());
    std::vector<float> row(from.dim());
    for (std::size_t i = 0; i < from.rows(); ++i) {
      from.decode(RowSet({RowRange{i, i + 1}}), row);
      writer.add(row);
    }
    writer.finish();
    vectors.emplace(folder.path() / vectors_file_name(type));
    if (type == RowType::i8) scales.emplace(folder.path() / kScalesFile);
    store = open_rows(type, *vectors, scales ? &*scales : nullptr, from.rows(), from.dim());
  }
  RowType type;
  ScratchFolder folder;
  std::optional<BlockFile> vectors, scales;
  std::unique_ptr<StoredRows> store;
};

std::vector<std::size_t> best_of(std::span<const float> scores, std::size_t k) {
  std::vector<std::size_t> places(scores.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  const auto better = [&](std::size_t a, std::size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  };
  std::ranges::partial_sort(places, places.begin() + static_cast<std::ptrdiff_t>(k), better);
  places.resize(k);
  return places;
}

/// What is lost over some queries.
struct Loss {
  std::size_t queries = 0, candidates = 0, first = 0;
  double found = 0, error = 0;

  /// A row that scores as the 10th of float32 does is as good: molecules may have equal vectors.
  void add(std::span<const float> exact, std::span<const float> stored) {
    const auto wanted = best_of(exact, kBest), got = best_of(stored, kBest);
    const float least = exact[wanted.back()];
    const auto right = std::ranges::count_if(got, [&](std::size_t i) { return exact[i] >= least; });
    ++queries;
    candidates += exact.size();
    found += static_cast<double>(right) / kBest;
    first += exact[got.front()] >= exact[wanted.front()] ? 1 : 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      error = std::max(error, std::abs(static_cast<double>(exact[i]) - stored[i]));
    }
  }
};

/// Queries with their candidates, as far as there are more than 10.
struct Asked {
  std::vector<std::span<const float>> vectors;
  std::vector<RowSet> rows;
};

std::vector<std::vector<float>> scores_of(const RowStore& store, const Asked& asked,
                                          std::size_t first, std::size_t last,
                                          const RunContext& context) {
  std::vector<std::vector<float>> scores;
  std::vector<ScoreRequest> requests;
  for (std::size_t i = first; i < last; ++i) scores.emplace_back(asked.rows[i].size());
  for (std::size_t i = first; i < last; ++i) {
    requests.push_back({asked.vectors[i], &asked.rows[i], scores[i - first]});
  }
  store.scores_of_many(requests, context);
  return scores;
}

void print_loss(const std::string& what, const RowStore& exact, const std::vector<Copy*>& copies,
                const Asked& asked, const RunContext& context) {
  constexpr std::size_t kAtOnce = 256;
  std::vector<Loss> losses(copies.size());
  for (std::size_t first = 0; first < asked.rows.size(); first += kAtOnce) {
    const std::size_t last = std::min(first + kAtOnce, asked.rows.size());
    const auto wanted = scores_of(exact, asked, first, last, context);
    for (std::size_t i = 0; i < copies.size(); ++i) {
      const auto got = scores_of(*copies[i]->store, asked, first, last, context);
      for (std::size_t q = 0; q < got.size(); ++q) losses[i].add(wanted[q], got[q]);
    }
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const Loss& loss = losses[i];
    const auto of = static_cast<double>(std::max<std::size_t>(loss.queries, 1));
    fmt::print("{:<14}{:<6}{:>9}{:>13.0f}{:>12.5f}{:>12.5f}{:>14.1e}\n", what,
               to_string(copies[i]->type), loss.queries, static_cast<double>(loss.candidates) / of,
               loss.found / of, static_cast<double>(loss.first) / of, loss.error);
  }
}

Asked asked_of(const CandidateSource& source, const std::vector<Query>& queries,
               const Matrix& vectors) {
  Asked asked;
  const auto sets = source.candidates({queries, vectors.view()}, 0);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].rows.size() <= kBest) continue;
    asked.vectors.push_back(vectors.row(i));
    asked.rows.push_back(sets[i].rows);
  }
  return asked;
}

int run(std::span<const std::string> arguments) {
  RunContext context;
  context.device = {Device::Kind::cpu, 0};
  context.threads = std::stoul(arguments[3]);
  SearchSources sources{arguments[0], arguments[1]};
  sources.rank_by = RankBy::cosine;
  const Searcher searcher = Searcher::open(sources, context);
  const RowStore& exact = searcher.parts().vectors();
  QueryStream stream({arguments[2]}, {}, searcher.parts().rules);
  std::vector<Query> queries;
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& chunk) {
    for (Query& query : chunk) {
      if (!query.refusal) queries.push_back(std::move(query));
    }
  });
  const std::vector<Control> controls = {Control::none};
  const Matrix vectors =
      shown_under(controls, *searcher.parts().model, queries, 256, 0).front().vectors;
  Copy half(RowType::f16, exact), integers(RowType::i8, exact);
  const std::vector<Copy*> copies = {&half, &integers};
  fmt::print("{:<14}{:<6}{:>9}{:>13}{:>12}{:>12}{:>14}\n", "candidates", "rows", "queries",
             "mean number", "Recall@10", "first kept", "largest error");
  for (const std::string& tolerance : arguments.subspan(4)) {
    SearchSources window = sources;
    window.choice.tolerance = parse_tolerance(tolerance);
    const Searcher over = with_choice(searcher, window, context);
    print_loss(tolerance, exact, copies, asked_of(*over.parts().source, queries, vectors), context);
  }
  Asked all;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    all.vectors.push_back(vectors.row(i));
    all.rows.emplace_back(std::vector<RowRange>{{0, exact.rows()}});
  }
  print_loss("all", exact, copies, all, context);
  return 0;
}

}  // namespace
}  // namespace specbridge::bench

int main(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: specbridge_row_probe MODEL LIBRARY SPECTRA THREADS TOLERANCE...\n");
    return 2;
  }
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    return specbridge::bench::run(arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
