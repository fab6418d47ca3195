#include "index/kernels/kernels.h"

#include <cpuid.h>

namespace specbridge {
namespace {

bool has_f16c() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_F16C) != 0;
}

bool has_avx2() {
  return __builtin_cpu_supports("avx2") != 0 && has_f16c();
}

bool has_avx512() {
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
         __builtin_cpu_supports("avx512vnni") != 0;
}

}  // namespace

std::vector<const Kernels*> possible_kernels() {
  std::vector<const Kernels*> kernels = {&scalar_kernels()};
  if (has_avx2()) kernels.push_back(&avx2_kernels());
  if (has_avx2() && has_avx512()) kernels.push_back(&avx512_kernels());
  return kernels;
}

const Kernels& best_kernels() {
  static const Kernels* const kBest = possible_kernels().back();
  return *kBest;
}

}  // namespace specbridge
