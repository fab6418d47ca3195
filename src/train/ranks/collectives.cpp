#include "train/ranks/collectives.h"

#ifdef SPECBRIDGE_HAS_GLOO
#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif

#include <cstdlib>
#include <vector>

namespace specbridge {

#ifdef SPECBRIDGE_HAS_GLOO

namespace {

using Gloo = c10d::ProcessGroupGloo;

/// Where the user names a network, that one.
std::shared_ptr<gloo::transport::Device> device_at(const std::string& address) {
  const char* named = std::getenv("GLOO_SOCKET_IFNAME");
  if (named != nullptr && *named != '\0') return Gloo::createDeviceForInterface(named);
  return address.empty() ? Gloo::createDefaultDevice() : Gloo::createDeviceForHostname(address);
}

class GlooCollectives final : public Collectives {
 public:
  GlooCollectives(c10d::Store& store, std::size_t rank, std::size_t count,
                  const std::string& address, std::chrono::milliseconds patience) {
    auto options = Gloo::Options::create(patience);
    options->devices.push_back(device_at(address));
    options->threads = 1;  // one operation after the other
    gloo_ = c10::make_intrusive<Gloo>(c10::intrusive_ptr<c10d::Store>::reclaim_copy(&store),
                                      static_cast<int>(rank), static_cast<int>(count), options);
  }

  void sum(at::Tensor& tensor) override {
    on_host(tensor, [this](std::vector<at::Tensor>& host) { gloo_->allreduce(host)->wait(); });
  }
  void broadcast(at::Tensor& tensor) override {
    on_host(tensor, [this](std::vector<at::Tensor>& host) { gloo_->broadcast(host)->wait(); });
  }

 private:
  template <typename Operation>
  static void on_host(at::Tensor& tensor, const Operation& operation) {
    std::vector<at::Tensor> host = {tensor.detach().to(at::kCPU).contiguous()};
    operation(host);
    if (host.front().const_data_ptr() != tensor.const_data_ptr()) {
      tensor.detach().copy_(host.front());
    }
  }

  c10::intrusive_ptr<Gloo> gloo_;
};

}  // namespace

std::unique_ptr<Collectives> make_collectives(c10d::Store& store, std::size_t rank,
                                              std::size_t count, const std::string& address,
                                              std::chrono::milliseconds patience) {
  return std::make_unique<GlooCollectives>(store, rank, count, address, patience);
}

bool has_collectives() {
  return true;
}

#else

std::unique_ptr<Collectives> make_collectives(c10d::Store&, std::size_t, std::size_t,
                                              const std::string&, std::chrono::milliseconds) {
  return nullptr;
}

bool has_collectives() {
  return false;
}

#endif

}  // namespace specbridge
