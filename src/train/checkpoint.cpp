#include "train/checkpoint.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/partial.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kCheckpointVersion = 1;
constexpr std::size_t kHeaderUnit = 8;  // what follows the header is aligned to it

std::span<const float> numbers_of(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

/// The tensors of a checkpoint in the order of the file.
std::vector<at::Tensor> tensors_of(const Checkpoint& checkpoint) {
  const auto& state = checkpoint.optimizer;
  std::vector<at::Tensor> tensors = {state.values, state.first_moment, state.second_moment};
  if (checkpoint.best) tensors.push_back(checkpoint.best->weights);
  return tensors;
}

/// Everything but tensors and lines.
Json header_of(const Checkpoint& checkpoint) {
  Json json = {{"format_version", kCheckpointVersion},
               {"seed", checkpoint.seed},
               {"steps", checkpoint.steps},
               {"total_steps", checkpoint.total_steps},
               {"lost_in_a_row", checkpoint.lost_in_a_row},
               {"validated_step", checkpoint.validated_step},
               {"without_gain", checkpoint.without_gain},
               {"updates", checkpoint.optimizer.updates},
               {"numbers", checkpoint.optimizer.values.numel()},
               {"recent_losses", checkpoint.log.recent},
               {"metrics_bytes", checkpoint.log.lines.size()}};
  if (checkpoint.best) {
    const auto& figures = checkpoint.best->figures;
    json["best"] = {{"step", checkpoint.best->step},
                    {"recall_at_1", figures.recall_at_1},
                    {"recall_at_5", figures.recall_at_5},
                    {"recall_at_20", figures.recall_at_20},
                    {"mrr", figures.mrr}};
    if (figures.loss) json["best"]["loss"] = *figures.loss;
  }
  return json;
}

/// A checkpoint's file, taken apart from its beginning to its end.
class CheckpointFile {
 public:
  explicit CheckpointFile(const fs::path& path) : file_(path) {}

  Checkpoint read() {
    try {
      return parse();
    } catch (const Json::exception& error) {
      fail(fmt::format("is no checkpoint of a training ({})", error.what()));
    }
  }

 private:
  [[noreturn]] void fail(const std::string& problem) const {
    throw ArtifactError(fmt::format("{}: {}", file_.path().string(), problem));
  }

  Checkpoint parse() {
    const Json json = header();
    if (json.at("format_version").get<std::uint64_t>() > kCheckpointVersion) {
      fail("was written by a newer specbridge");
    }
    Checkpoint checkpoint;
    checkpoint.seed = json.at("seed");
    checkpoint.steps = json.at("steps");
    checkpoint.total_steps = json.at("total_steps");
    checkpoint.lost_in_a_row = json.at("lost_in_a_row");
    checkpoint.validated_step = json.at("validated_step");
    checkpoint.without_gain = json.at("without_gain");
    const std::uint64_t numbers = json.at("numbers");
    auto& state = checkpoint.optimizer;
    state.updates = json.at("updates");
    for (auto* tensor : {&state.values, &state.first_moment, &state.second_moment}) {
      *tensor = tensor_of(numbers);
    }
    if (json.contains("best")) checkpoint.best = best_of(json["best"], numbers);
    checkpoint.log.recent = json.at("recent_losses").get<std::vector<double>>();
    checkpoint.log.lines = file_.bytes(offset_, json.at("metrics_bytes"));
    offset_ += checkpoint.log.lines.size();
    if (offset_ != file_.size()) fail("holds bytes that belong to nothing");
    return checkpoint;
  }

  Json header() {
    const std::uint64_t size = file_.values<std::uint64_t>(0, 1)[0];
    offset_ = sizeof size;
    const std::string_view text = file_.bytes(offset_, size);
    offset_ += size;
    return Json::parse(text);
  }

  BestValidation best_of(const Json& json, std::uint64_t numbers) {
    ValidationFigures figures{json.at("recall_at_1"), json.at("recall_at_5"),
                              json.at("recall_at_20"), json.at("mrr")};
    if (json.contains("loss")) figures.loss = json["loss"].get<double>();
    return {figures, json.at("step"), tensor_of(numbers)};
  }

  at::Tensor tensor_of(std::uint64_t numbers) {
    if (numbers > file_.size() / sizeof(float)) fail("states more numbers than it holds");
    const auto values = file_.values<float>(offset_ / sizeof(float), numbers);
    at::Tensor tensor = at::empty({static_cast<std::int64_t>(numbers)}, at::kFloat);
    std::ranges::copy(values, tensor.mutable_data_ptr<float>());
    offset_ += values.size_bytes();
    return tensor;
  }

  BlockFile file_;
  std::uint64_t offset_ = 0;
};

}  // namespace

void write_checkpoint(const fs::path& file, const Checkpoint& checkpoint) {
  std::string text = header_of(checkpoint).dump();
  text.resize((text.size() + kHeaderUnit - 1) / kHeaderUnit * kHeaderUnit, ' ');
  const std::uint64_t size = text.size();
  const Partial partial(file, Partial::Kind::file);
  BlockWriter writer(partial.path());
  writer.write_values(std::span(&size, 1));
  writer.write(text);
  for (const auto& tensor : tensors_of(checkpoint)) writer.write_values(numbers_of(tensor));
  writer.write(checkpoint.log.lines);
  writer.finish();
  sync_tree(partial.path());
  publish(partial.path(), file);
}

Checkpoint read_checkpoint(const fs::path& file) {
  return CheckpointFile(file).read();
}

}  // namespace specbridge
