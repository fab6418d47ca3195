#include "nn/torch_runtime.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string_view>

#include "base/text.h"
#include "nn/torch_version.h"
#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

bool has_nvidia_driver() {
  std::error_code ignored;
  if (fs::exists("/dev/nvidia0", ignored) || fs::exists("/dev/dxg", ignored)) return true;
  void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver != nullptr) dlclose(driver);
  return driver != nullptr;
}

/// Where the CUDA half of LibTorch is: beside libtorch_cpu, or, because an installed program comes
/// without it, in the folder of a LibTorch that the user names.
fs::path torch_cuda() {
  constexpr const char* kName = "libtorch_cuda.so";
  Dl_info found{};
  if (dladdr(reinterpret_cast<const void*>(&at::set_num_threads), &found) != 0) {
    const fs::path beside = fs::path(found.dli_fname).parent_path() / kName;
    std::error_code ignored;
    if (fs::exists(beside, ignored)) return beside;
  }
  const char* named = std::getenv("SPECBRIDGE_LIBTORCH");
  return named == nullptr ? fs::path(kName) : fs::path(named) / kName;
}

/// Registers the CUDA backend; empty, or why it cannot be had.
std::string open_cuda() {
  if (!has_nvidia_driver()) return "this machine has no NVIDIA driver";
  setenv("CUDA_MODULE_LOADING", "LAZY", 0);
  // The library registers itself and stays for the life of the process.
  if (dlopen(torch_cuda().c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    const char* reason = dlerror();
    return one_line(
        fmt::format("{}; SPECBRIDGE_LIBTORCH may name the torch/lib folder of LibTorch {}",
                    reason != nullptr ? reason : "libtorch_cuda.so cannot be opened",
                    torch_version()),
        300);
  }
  return at::hasCUDA() ? "" : "Torch finds no usable CUDA device";
}

const std::string& why_no_cuda() {
  static const std::string kReason = open_cuda();
  return kReason;
}

/// Whether a message of Torch tells of memory that ran out or of a device that failed.
bool tells_of_resources(std::string_view text) {
  constexpr std::array<std::string_view, 5> kSigns = {"out of memory", "can't allocate memory",
                                                      "CUDA error", "CUBLAS_STATUS", "cuDNN error"};
  return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) {
    return text.find(sign) != std::string_view::npos;
  });
}

/// What went wrong within a network, without the interpreter's trace of its code.
std::string_view cause(std::string_view text) {
  constexpr std::string_view kCause = "\nRuntimeError: ";
  const auto at = text.rfind(kCause);
  if (at != std::string_view::npos) text.remove_prefix(at + kCause.size());
  text = trim(text);
  return text.substr(0, text.find('\n'));
}

}  // namespace

c10::Device resolve_device(const Device& device) {
  if (device.kind == Device::Kind::cpu) return c10::Device(c10::kCPU);
  const std::string& reason = why_no_cuda();
  if (!reason.empty()) {
    if (device.kind == Device::Kind::automatic) return c10::Device(c10::kCPU);
    throw ResourceError(
        fmt::format("--device {}: {}; use --device cpu or auto", to_string(device), reason));
  }
  const auto count = static_cast<int>(at::getNumGPUs());
  if (device.index >= count) {
    throw ResourceError(
        fmt::format("--device {}: this machine has {} CUDA device{}, counted from 0",
                    to_string(device), count, count == 1 ? "" : "s"));
  }
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(device.index)};
}

void prepare_threads(std::size_t intra_op) {
  const int wanted = static_cast<int>(std::clamp<std::size_t>(intra_op, 1, 1024));
  if (at::get_num_threads() != wanted) at::set_num_threads(wanted);
}

IntraOpThreads::IntraOpThreads(std::size_t count) : previous_(at::get_num_threads()) {
  prepare_threads(count);
}

IntraOpThreads::~IntraOpThreads() {
  at::set_num_threads(previous_);
}

std::string first_line(const c10::Error& error) {
  const std::string_view text = error.what_without_backtrace();
  return one_line(trim(text.substr(0, text.find('\n'))), 300);
}

bool is_resource_failure(const c10::Error& error) {
  return dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
         tells_of_resources(error.what_without_backtrace());
}

void rethrow(const c10::Error& error, const std::string& where) {
  const std::string message = fmt::format("{}: {}", where, first_line(error));
  if (is_resource_failure(error)) {
    throw ResourceError(message + "; use a smaller --batch or another --device");
  }
  throw ArtifactError(message);
}

void rethrow_current(const std::string& where) {
  try {
    throw;
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const c10::Error& error) {
    rethrow(error, where);
  } catch (const std::exception& error) {
    const std::string message = fmt::format("{}: {}", where, one_line(cause(error.what()), 300));
    if (tells_of_resources(error.what())) throw ResourceError(message);
    throw ArtifactError(message);
  }
}

}  // namespace specbridge
