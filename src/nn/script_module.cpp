#include "nn/script_module.h"

#include <caffe2/serialize/inline_container.h>
#include <caffe2/serialize/read_adapter_interface.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "base/text.h"
#include "nn/allowed_operations.h"
#include "nn/archive_code.h"
#include "nn/archive_pickle.h"
#include "nn/torch_runtime.h"
#include "nn/watchdog.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/manifest.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// Reads the archive from memory, so that the bytes that were checked are the ones that are loaded.
class BytesAdapter final : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit BytesAdapter(std::string_view bytes) : bytes_(bytes) {}
  std::size_t size() const override { return bytes_.size(); }
  std::size_t read(std::uint64_t pos, void* buffer, std::size_t count,
                   const char* /*what*/) const override {
    if (pos >= bytes_.size()) return 0;
    const std::string_view part = bytes_.substr(pos, count);
    std::memcpy(buffer, part.data(), part.size());
    return part.size();
  }

 private:
  std::string_view bytes_;
};

std::string checked_bytes(const fs::path& file, const std::string& expected) {
  std::string bytes;
  try {
    bytes = read_file(file);
  } catch (const InputError& error) {
    throw ArtifactError(error.what());
  }
  check_sha256(file, sha256(bytes), expected);
  return bytes;
}

using Reader = caffe2::serialize::PyTorchStreamReader;

[[noreturn]] void refuse_record(const std::string& where, const std::string& record,
                                const std::string& problem) {
  throw ArtifactError(fmt::format("{}: its record {}: {}; export the encoder again", where,
                                  one_line(record, 100), problem));
}

std::string text_of(Reader& reader, const std::string& record) {
  const auto [data, size] = reader.getRecord(record);
  return {static_cast<const char*>(data.get()), size};
}

/// Reading an archive runs its `__setstate__` methods and builds native objects before any graph
/// can be looked at, so both are found in the raw records.
void refuse_code_at_load(std::string_view text, const std::string& where,
                         const std::string& record) {
  for (const std::string_view refused : {"__setstate__", "__torch__.torch.classes"}) {
    if (text.find(refused) == std::string_view::npos) continue;
    throw ArtifactError(
        fmt::format("{}: {} uses {}, which an encoder may not; export the encoder again", where,
                    record, refused));
  }
}

bool is_code(std::string_view record) {
  return record.ends_with(".py") || record.ends_with(".pkl");
}

/// LibTorch reads records into memory as long as they say they are.
void check_sizes(Reader& reader, std::size_t archive_bytes, const std::string& where) {
  std::size_t code = 0, data = 0;
  for (const std::string& record : reader.getAllRecords()) {
    const std::size_t size = reader.getRecordSize(record);
    std::size_t& sum = is_code(record) || record.ends_with(".debug_pkl") ? code : data;
    sum += std::min(size, std::size_t{1} << 60);
    if (code > kMostCode) {
      refuse_record(where, record, fmt::format("with it code takes more than {} bytes", kMostCode));
    }
    if (data > archive_bytes) refuse_record(where, record, "says it is longer than the file");
  }
}

/// What would end LibTorch's reader, or never let it end, is found before it reads.
void check_records(std::string_view bytes, const std::string& where) {
  Reader reader(std::make_shared<BytesAdapter>(bytes));
  check_sizes(reader, bytes.size(), where);
  for (const std::string& record : reader.getAllRecords()) {
    if (!is_code(record)) continue;
    const std::string text = text_of(reader, record);
    refuse_code_at_load(text, where, record);
    std::optional<std::string> problem;
    if (record.ends_with(".py")) problem = code_problem(text);
    if (record == "data.pkl" || record == "constants.pkl") {
      const std::string folder = record.substr(0, record.find('.')) + "/";
      problem = pickle_problem(text, [&](const std::string& key) -> std::optional<std::uint64_t> {
        if (!reader.hasRecord(folder + key)) return {};
        return reader.getRecordSize(folder + key);
      });
    }
    if (problem) refuse_record(where, record, *problem);
  }
}

void collect_forbidden(const torch::jit::Block& block, std::set<std::string>& found) {
  for (const torch::jit::Node* node : block.nodes()) {
    const std::string name = node->kind().toQualString();
    if (!is_allowed_operation(name)) found.insert(name);
    for (const torch::jit::Block* inner : node->blocks()) collect_forbidden(*inner, found);
  }
}

/// Every function and method of the archive, called or not, is in its compilation unit.
void refuse_foreign_operations(const torch::jit::CompilationUnit& code, const std::string& where) {
  std::set<std::string> found;
  for (torch::jit::Function* function : code.get_functions()) {
    if (!function->isGraphFunction()) {
      found.insert(function->qualname().qualifiedName());
    } else {
      collect_forbidden(*torch::jit::toGraphFunction(*function).graph()->block(), found);
    }
  }
  if (found.empty()) return;
  throw ArtifactError(fmt::format("{}: uses {}, which an encoder may not; export the encoder again",
                                  where, fmt::join(found, ", ")));
}

/// Runs graphs as written: no recording of shapes in the first calls and no rewriting after them,
/// so the first call gives the bits of every later one and gradients are those of the plain
/// operations.
void use_plain_executor() {
  static std::once_flag once;
  std::call_once(once, [] { torch::jit::getProfilingMode() = false; });
}

/// What is stored as bfloat16 is worked with as float32.
void widen(const torch::jit::Module& module) {
  for (const auto& named : module.named_parameters()) {
    if (named.value.scalar_type() != at::kBFloat16) continue;
    named.value.set_data(named.value.detach().to(at::kFloat));
  }
}

void narrow(const torch::jit::Module& module, const std::set<std::string>& parameters) {
  for (const auto& named : module.named_parameters()) {
    if (!parameters.contains(named.name)) continue;
    named.value.set_data(named.value.detach().to(at::kBFloat16));
  }
}

torch::jit::Module read_module(std::string_view bytes, const std::string& where) {
  auto code = std::make_shared<torch::jit::CompilationUnit>();
  check_records(bytes, where);
  torch::jit::Module module = torch::jit::import_ir_module(
      code, std::make_unique<BytesAdapter>(bytes), c10::Device(c10::kCPU),
      /*load_debug_files=*/false);
  refuse_foreign_operations(*code, where);
  return module;
}

}  // namespace

torch::jit::Module load_script_module(const fs::path& file, const std::string& sha256,
                                      const c10::Device& device) {
  const std::string where = file.string();
  const std::string bytes = checked_bytes(file, sha256);
  use_plain_executor();
  const Watchdog watchdog(where, network_limits(bytes.size(), device.is_cpu()));
  try {
    torch::jit::Module module = read_module(bytes, where);
    module.eval();
    widen(module);
    module.to(device);
    return module;
  } catch (const c10::Error& error) {
    if (is_resource_failure(error)) rethrow(error, where);
    throw ArtifactError(fmt::format("{}: not a TorchScript archive that can be loaded ({})", where,
                                    first_line(error)));
  } catch (const torch::jit::ErrorReport& error) {
    const std::string_view text = trim(error.what());
    throw ArtifactError(fmt::format("{}: its code cannot be compiled ({})", where,
                                    one_line(text.substr(0, text.find('\n')), 300)));
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw ArtifactError(fmt::format("{}: not a TorchScript archive that can be loaded ({})", where,
                                    one_line(error.what(), 300)));
  }
}

void round_to_bfloat16(const torch::jit::Module& module, const std::set<std::string>& parameters) {
  narrow(module, parameters);
  widen(module);
}

void write_script_module(const torch::jit::Module& module, const std::set<std::string>& parameters,
                         const fs::path& file) {
  const torch::jit::Module copy = module.deepcopy();
  narrow(copy, parameters);
  std::ostringstream bytes;
  translating(file.string(), [&] { copy.save(bytes); });
  write_file(file, bytes.str());
}

}  // namespace specbridge
