#include "specbridge/serve.h"

#include <fmt/format.h>

#include <atomic>
#include <string>

#include "base/text.h"
#include "pipeline/serve/search_service.h"
#include "serve/gatekeeper.h"
#include "serve/http_service.h"
#include "specbridge/error.h"
#include "specbridge/spectrum_reader.h"
#include "store/file.h"

namespace specbridge {
namespace {

/// The first line of the file.
std::string read_token(const std::filesystem::path& file) {
  constexpr std::size_t kShortest = 16;
  const std::string text = read_file(file);
  const std::string token(trim(std::string_view(text).substr(0, text.find('\n'))));
  if (token.size() >= kShortest) return token;
  throw InputError({file.string(), 1},
                   fmt::format("the token has {}; expected {} or more that nobody guesses, e.g. of "
                               "openssl rand -hex 32",
                               counted(token.size(), "character"), kShortest));
}

ServiceSettings settings_of(const ServeConfig& config, const RunContext& context) {
  if (!is_loopback(config.address) && !config.token) {
    throw UsageError(
        fmt::format("serve: --address {} can be reached from other machines; expected --token FILE "
                    "with the secret that they must send",
                    one_line(config.address, 60)));
  }
  ServiceSettings settings;
  settings.formats = kSpectrumFormats;
  settings.address = config.address;
  settings.port = config.port;
  if (config.token) settings.token = read_token(*config.token);
  settings.most_bytes = config.most_bytes;
  settings.working = context.threads;
  settings.waiting = config.waiting;
  settings.patience = config.patience;
  return settings;
}

}  // namespace

void run_serve(const ServeConfig& config, const ServeEvents& events, const RunContext& context) {
  const auto settings = settings_of(config, context);
  const SearchService searches(config, context);
  HttpService service(settings, searches, [&](const Json& line) {
    if (events.request) {
      events.request(compact(line));
    }
  });
  const bool ipv6 = config.address.find(':') != std::string::npos;
  const std::string host = ipv6 ? fmt::format("[{}]", config.address) : config.address;
  if (events.listening) events.listening(fmt::format("http://{}:{}/", host, service.port()));
  static const std::atomic<bool> kNever = false;
  service.run(context.interrupt != nullptr ? *context.interrupt : kNever);
}

}  // namespace specbridge
