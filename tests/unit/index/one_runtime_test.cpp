#include <ATen/Functions.h>
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "index/vector_index.h"
#include "nn/torch_runtime.h"

namespace specbridge {
namespace {

/// The files mapped into this process whose name starts with one of the given.
std::set<std::string> mapped_libraries(const std::set<std::string>& names) {
  std::set<std::string> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const auto slash = line.find('/');
    if (slash == std::string::npos) continue;
    const std::string path = line.substr(slash);
    const std::string name = path.substr(path.rfind('/') + 1);
    for (const auto& wanted : names) {
      if (name.starts_with(wanted)) found.insert(path);
    }
  }
  return found;
}

/// The shared object that provides BLAS to this program.
std::string blas_provider() {
  Dl_info info{};
  // The address as the dynamic linker resolved it for everybody, FAISS included.
  const void* address = dlsym(RTLD_DEFAULT, "sgemm_");
  if (address == nullptr || dladdr(address, &info) == 0) return "";
  return info.dli_fname;
}

/// FAISS and LibTorch both multiply matrices, large enough for BLAS and for threads.
void put_both_to_work() {
  const at::Tensor a = at::ones({256, 256});
  ASSERT_EQ(at::mm(a, a)[0][0].item<float>(), 256);
  Matrix rows(1000, 64), queries(100, 64);
  rows.row(7)[0] = 1;
  for (std::size_t i = 0; i < queries.rows(); ++i) queries.row(i)[0] = 1;
  const auto index = make_index("Flat", 64);
  index->add(rows.view());
  ASSERT_EQ(index->search(queries.view(), 1, {})[99][0].row, 7U);
}

TEST(OneRuntime, BlasComesFromLibTorch) {
  put_both_to_work();
  EXPECT_TRUE(blas_provider().ends_with("/libtorch_cpu.so")) << blas_provider();
}

TEST(OneRuntime, OpenMpIsThereOnce) {
  put_both_to_work();
  EXPECT_EQ(mapped_libraries({"libgomp"}).size(), 1U);
  EXPECT_EQ(mapped_libraries({"libiomp", "libomp"}), std::set<std::string>{});
}

}  // namespace
}  // namespace specbridge
