#include "bench/row_bench.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "bench/bench_inputs.h"
#include "index/aligned_numbers.h"
#include "index/faiss_index.h"
#include "index/kernels/kernels.h"
#include "index/row_store.h"
#include "index/row_writer.h"
#include "index/signs/sign_codes.h"
#include "index/vector_index.h"

namespace specbridge::bench {
namespace {

constexpr std::size_t kWindow = 10'000, kWindows = 6, kDim = 768, kMany = 256, kBest = 20;
constexpr std::size_t kRounds = 31, kRoundsOfMany = 5;
constexpr std::size_t kSpread = 2'000, kSpreadWindow = 5'000;  // queries over all rows

/// Something that is measured: one window a call.
struct Subject {
  std::string name;
  double bytes = 0;  ///< of the rows of a window; 0: not looked at
  std::function<void(std::size_t window)> scan;
  std::vector<double> milliseconds = {};
};

double cpu_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

double median_of(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + values.size() / 2);
  return values[values.size() / 2];
}

__attribute__((target_clones("avx512f", "avx2", "default"))) std::uint64_t sum_of(
    std::span<const std::uint64_t> words) {
  std::uint64_t sum = 0;
  for (const std::uint64_t word : words) sum += word;
  return sum;
}

/// The best of a window, as FAISS gives them, too.
void choose_best(std::span<const float> scores) {
  std::vector<Neighbor> best;
  const auto worse = [](const Neighbor& a, const Neighbor& b) { return a.score > b.score; };
  for (std::size_t row = 0; row < scores.size(); ++row) {
    if (best.size() == kBest && scores[row] <= best.front().score) continue;
    if (best.size() == kBest) {
      std::ranges::pop_heap(best, worse);
      best.pop_back();
    }
    best.push_back({row, scores[row]});
    std::ranges::push_heap(best, worse);
  }
  benchmark::DoNotOptimize(best.front().row);
}

/// Rows of one type in files, for all windows.
struct RowFiles {
  RowFiles(RowType row_type, const Matrix& rows) : type(row_type) {
    RowWriter writer(folder.path(), type, kDim);
    for (std::size_t i = 0; i < rows.rows(); ++i) writer.add(rows.row(i));
    writer.finish();
    vectors.emplace(folder.path() / vectors_file_name(type));
    vectors->verify();  // the first touch checks every block; not what is measured
    if (type == RowType::i8) scales.emplace(folder.path() / kScalesFile);
  }
  RowType type;
  ScratchFolder folder;
  std::optional<BlockFile> vectors, scales;
};

RowRange window_at(std::size_t window) {
  return {window * kWindow, (window + 1) * kWindow};
}

/// The rows of all windows as signs, and queries for them. A window has the rows of whole blocks.
struct SignFiles {
  SignFiles(const Matrix& rows, const Matrix& queries) : codes(std::vector<float>(kDim)) {
    const std::size_t bytes = sign_block_of(kDim).block_bytes();
    blocks = AlignedNumbers<std::uint8_t>(rows.rows() / kSignBlockRows * bytes);
    std::ranges::fill(std::span(blocks.data(), blocks.size()), std::uint8_t{0});
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      codes.encode(
          rows.row(i), i % kSignBlockRows,
          std::span(blocks.data(), blocks.size()).subspan(i / kSignBlockRows * bytes, bytes));
    }
    for (std::size_t i = 0; i < queries.rows(); ++i) {
      prepared.push_back(codes.prepare(queries.row(i)));
      asked.push_back(prepared.back().query);
    }
  }
  SignBlocks window(std::size_t window) const {
    const std::size_t first = window * kBlocks;
    return codes.blocks_at(blocks.data() + first * sign_block_of(kDim).block_bytes(), kBlocks);
  }
  static constexpr std::size_t kBlocks = kWindow / kSignBlockRows;
  SignCodes codes;
  AlignedNumbers<std::uint8_t> blocks;
  std::vector<SignCodes::Prepared> prepared;
  std::vector<SignQuery> asked;
};

/// All that is measured, and what it works on.
class RowBench {
 public:
  RowBench() : rows_(unit_rows(kWindow * kWindows, kDim)), queries_(unit_rows(kMany, kDim)) {
    for (const RowType type : {RowType::f32, RowType::f16, RowType::i8}) {
      files_.push_back(std::make_unique<RowFiles>(type, rows_));
    }
    for (std::size_t window = 0; window < kWindows; ++window) {
      faiss_.push_back(make_index("Flat", kDim));
      faiss_.back()->add(
          {rows_.values().subspan(window * kWindow * kDim, kWindow * kDim), kWindow, kDim});
    }
  }

  /// One query: what reads, FAISS, then ours.
  std::vector<Subject> of_one() {
    std::vector<Subject> subjects;
    subjects.push_back(
        {"reading alone", kWindow * kDim * 4.0, [this](std::size_t window) {
           const std::size_t words = kWindow * kDim / 2;
           benchmark::DoNotOptimize(
               sum_of(files_.front()->vectors->values<std::uint64_t>(window * words, words)));
         }});
    subjects.push_back(
        {"FAISS Flat", kWindow * kDim * 4.0, [this](std::size_t window) {
           benchmark::DoNotOptimize(
               faiss_[window]->search({queries_.row(0), 1, kDim}, kBest, {}).front().front().row);
         }});
    for_each_store([&](std::string name, const StoredRows& store) {
      const double bytes = static_cast<double>(kWindow * kDim * bytes_of_number(store.type()));
      subjects.push_back({std::move(name), bytes, [this, &store](std::size_t window) {
                            const RowSet rows({window_at(window)});
                            store.scores(queries_.row(0), rows, scores_.row(0));
                            choose_best(scores_.row(0));
                          }});
    });
    for (const Kernels* kernels : possible_kernels()) {
      const auto bytes = static_cast<double>(SignFiles::kBlocks * signs_.window(0).block_bytes());
      subjects.push_back(
          {fmt::format("signs {}", kernels->name), bytes,
           [this, kernels](std::size_t window) { scan_signs(*kernels, window, 1); }});
    }
    return subjects;
  }

  /// 2,000 queries whose windows overlap, one by one and in one sweep.
  std::vector<Subject> of_spread() {
    Random random(1);
    for (std::size_t q = 0; q < kSpread; ++q) {
      const std::size_t first = random.below(kWindow * kWindows - kSpreadWindow);
      spread_.emplace_back(std::vector<RowRange>{{first, first + kSpreadWindow}});
    }
    spread_scores_ = Matrix(kSpread, kSpreadWindow);
    std::vector<Subject> subjects;
    for_each_store([&](const std::string& name, const StoredRows& store) {
      if (!name.ends_with(best_kernels().name)) return;
      subjects.push_back({name + " one by one", 0, [this, &store](std::size_t) {
                            for (const auto& ask : spread_requests()) {
                              store.scores(ask.query, *ask.rows, ask.scores);
                            }
                          }});
      subjects.push_back({name + " sweep", 0, [this, &store](std::size_t) {
                            store.scores_of_many(spread_requests(), {});
                          }});
    });
    return subjects;
  }

  /// 256 queries that share a window.
  std::vector<Subject> of_many() {
    std::vector<Subject> subjects;
    subjects.push_back({"FAISS Flat", 0, [this](std::size_t window) {
                          benchmark::DoNotOptimize(
                              faiss_[window]->search(queries_.view(), kBest, {}).size());
                        }});
    for_each_store([&](std::string name, const StoredRows& store) {
      subjects.push_back({std::move(name), 0,
                          [this, &store](std::size_t window) { sweep_window(store, window); }});
    });
    for (const Kernels* kernels : possible_kernels()) {
      subjects.push_back(
          {fmt::format("signs {}", kernels->name), 0,
           [this, kernels](std::size_t window) { scan_signs(*kernels, window, kMany); }});
    }
    return subjects;
  }

 private:
  template <typename Visit>
  void for_each_store(Visit&& visit) {
    for (const auto& files : files_) {
      for (const Kernels* kernels : possible_kernels()) {
        stores_.push_back(std::make_unique<StoredRows>(
            files->type, *files->vectors, files->scales ? &*files->scales : nullptr,
            RowSize{kWindow * kWindows, kDim}, *kernels));
        visit(to_string(files->type) + " " + kernels->name, *stores_.back());
      }
    }
  }

  void sweep_window(const StoredRows& store, std::size_t window) {
    const RowSet rows({window_at(window)});
    std::vector<ScoreRequest> requests;
    for (std::size_t q = 0; q < kMany; ++q) {
      requests.push_back({queries_.row(q), &rows, scores_.row(q)});
    }
    store.scores_of_many(requests, {});
    for (std::size_t q = 0; q < kMany; ++q) choose_best(scores_.row(q));
  }

  void scan_signs(const Kernels& kernels, std::size_t window, std::size_t queries) {
    constexpr std::size_t kRows = SignFiles::kBlocks * kSignBlockRows;
    std::vector<float*> places;
    for (std::size_t q = 0; q < queries; ++q) places.push_back(scores_.row(q).data());
    kernels.signs(signs_.window(window), std::span(signs_.asked).first(queries), places.data());
    for (std::size_t q = 0; q < queries; ++q) choose_best(scores_.row(q).first(kRows));
  }

  std::vector<ScoreRequest> spread_requests() {
    std::vector<ScoreRequest> requests;
    for (std::size_t q = 0; q < kSpread; ++q) {
      requests.push_back({queries_.row(q % kMany), &spread_[q], spread_scores_.row(q)});
    }
    return requests;
  }

  Matrix rows_;
  const Matrix queries_;
  const SignFiles signs_{rows_, queries_};
  std::vector<RowSet> spread_;
  Matrix spread_scores_;
  Matrix scores_{kMany, kWindow};
  std::vector<std::unique_ptr<RowFiles>> files_;
  std::vector<std::unique_ptr<StoredRows>> stores_;
  std::vector<std::unique_ptr<VectorIndex>> faiss_;
};

void measure(std::vector<Subject>& subjects, std::size_t rounds) {
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      Subject& subject = subjects[i];
      const double before = cpu_milliseconds();
      subject.scan((round + i) % kWindows);  // not what the last one has left in the cache
      subject.milliseconds.push_back(cpu_milliseconds() - before);
    }
  }
}

double time_of(const std::vector<Subject>& subjects, const std::string& name) {
  return median_of(std::ranges::find(subjects, name, &Subject::name)->milliseconds);
}

void print_one(const std::vector<Subject>& subjects) {
  const double faiss = time_of(subjects, "FAISS Flat");
  const double reading = subjects.front().bytes / median_of(subjects.front().milliseconds);
  fmt::print("{:<16}{:>10}{:>8}{:>16}{:>14}\n", "one query", "ms", "GB/s", "of reading",
             "FAISS / it");
  for (const Subject& subject : subjects) {
    const double time = median_of(subject.milliseconds);
    fmt::print("{:<16}{:>10.3f}{:>8.1f}{:>15.0f}%{:>14.1f}\n", subject.name, time,
               subject.bytes / time / 1e6, 100 * subject.bytes / time / reading, faiss / time);
  }
}

/// @param alone milliseconds of FAISS for one query
void print_many(const std::vector<Subject>& subjects, double alone) {
  const double batch = time_of(subjects, "FAISS Flat");
  fmt::print("\n{:<16}{:>14}{:>8}{:>16}{:>18}\n", fmt::format("{} queries", kMany), "ms a query",
             "Gop/s", "FAISS / it", "one by one / it");
  for (const Subject& subject : subjects) {
    const double time = median_of(subject.milliseconds);
    fmt::print("{:<16}{:>14.4f}{:>8.0f}{:>16.1f}{:>18.1f}\n", subject.name, time / kMany,
               2e-6 * kMany * kWindow * kDim / time, batch / time, kMany * alone / time);
  }
}

}  // namespace

void print_row_table() {
  RowBench bench;
  fmt::print("window of {} rows of {}, the best {}; one core, rows not in the cache\n", kWindow,
             kDim, kBest);
  fmt::print("FAISS {} ({})\n\n", faiss_version(), faiss_build());
  auto one = bench.of_one();
  measure(one, kRounds);
  print_one(one);
  auto many = bench.of_many();
  measure(many, kRoundsOfMany);
  print_many(many, time_of(one, "FAISS Flat"));
  auto spread = bench.of_spread();
  measure(spread, kRoundsOfMany);
  fmt::print("\n{} queries, each with {} of {} rows\n", kSpread, kSpreadWindow, kWindow * kWindows);
  for (const Subject& subject : spread) {
    fmt::print("{:<24}{:>10.4f} ms a query\n", subject.name,
               median_of(subject.milliseconds) / kSpread);
  }
}

}  // namespace specbridge::bench
