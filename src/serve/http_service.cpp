#include "serve/http_service.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

#include "base/characters.h"
#include "base/text.h"
#include "page/page_assets.h"
#include "page/page_text.h"
#include "serve/admission.h"
#include "serve/gatekeeper.h"
#include "serve/limited_server.h"
#include "serve/replies.h"
#include "serve/searches.h"
#include "serve/service_assets.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

using Clock = std::chrono::steady_clock;

/// What this thread knows of the request that it is at, for the log.
struct AtRequest {
  std::optional<Clock::time_point> begun;  ///< nothing before it could be read
  std::optional<std::size_t> spectra;      ///< that were searched
  std::string error;                       ///< what clients are not told
};
thread_local AtRequest at_request;

constexpr std::size_t kLongestName = 64;   // of a search
constexpr std::size_t kSpareThreads = 64;  // for who sends slowly, and to say that there is no room
constexpr std::size_t kFraming = 1 << 20;  // more than the framing of a body in chunks takes

/// A page may show and ask what this service gives, and nothing else.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// "2026-11-29T13:05:00Z"
std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/// Addresses that have a method of their own; other methods of theirs are refused.
struct Route {
  const char *path, *method;
};
constexpr std::array<Route, 6> kRoutes = {{{"/", "GET"},
                                           {"/api/search", "POST"},
                                           {"/api/health", "GET"},
                                           {"/api/library", "GET"},
                                           {"/api/progress", "GET"},
                                           {"/api/openapi.json", "GET"}}};

bool is_route(std::string_view path) {
  return std::ranges::any_of(kRoutes, [&](const Route& route) { return path == route.path; });
}

bool is_name(const std::string& name) {
  const auto plain = [](char c) { return is_digit(c) || is_letter(c) || c == '-'; };
  return name.size() <= kLongestName && std::ranges::all_of(name, plain);
}

/// A search that was let in; it leaves with the object.
struct Place {
  Admission& admission;
  Searches& searches;
  const std::string& name;
  Place(Admission& gate, Searches& all, const std::string& called)
      : admission(gate), searches(all), name(called) {}
  ~Place() {
    admission.leave();
    searches.end(name);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
};

/// Nothing where it is no number; the largest there is for one that is beyond all.
std::optional<std::uint64_t> stated_length(const httplib::Request& request) {
  constexpr std::size_t kMostDigits = 18;
  const std::string length = request.get_header_value("Content-Length");
  if (length.empty() || !std::ranges::all_of(length, is_digit)) return {};
  if (length.size() > kMostDigits) return std::numeric_limits<std::uint64_t>::max();
  return std::stoull(length);
}

}  // namespace

struct HttpService::Impl {
  Impl(ServiceSettings given, const ServiceBackend& answering,
       std::function<void(const Json&)> told)
      : settings(std::move(given)),
        backend(answering),
        log(std::move(told)),
        gatekeeper(settings.address, settings.token),
        admission(settings.working, settings.waiting) {
    configure();
    add_pages();
    add_routes();
  }

  void configure();
  void add_pages();
  void add_routes();
  int problem_of_body(const httplib::Request& request) const;
  bool may_pass(const httplib::Request& request, httplib::Response& response) const;
  std::optional<std::string> read_body(const httplib::ContentReader& read,
                                       httplib::Response& response) const;
  void search(const httplib::Request& request, const std::string& body,
              httplib::Response& response);
  ServiceAnswer run_search(SearchRequest request, SearchProgress& progress,
                           std::chrono::milliseconds left) const;
  void tell(const httplib::Request& request, const httplib::Response& response) const;

  ServiceSettings settings;
  const ServiceBackend& backend;
  std::function<void(const Json&)> log;
  Gatekeeper gatekeeper;
  Admission admission;
  Searches searches;
  std::string front_page{service_html()};
  LimitedServer server;
  int port = 0;
};

void HttpService::Impl::configure() {
  server.new_task_queue = [this] {
    return new httplib::ThreadPool(settings.working + settings.waiting + kSpareThreads);
  };
  server.set_payload_max_length(settings.most_bytes);
  server.limits.most_body = settings.most_bytes + kFraming;
  server.limits.body_time = settings.patience;
  server.set_tcp_nodelay(true);
  // An address that another program listens on is refused, but not one that it has just left.
  server.set_socket_options([](int socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  server.set_default_headers({{"Content-Security-Policy", kPolicy},
                              {"X-Content-Type-Options", "nosniff"},
                              {"Referrer-Policy", "no-referrer"},
                              {"Cross-Origin-Resource-Policy", "same-origin"},
                              {"Cache-Control", "no-store"}});
  server.set_pre_routing_handler([this](const auto& request, auto& response) {
    return may_pass(request, response) ? httplib::Server::HandlerResponse::Unhandled
                                       : httplib::Server::HandlerResponse::Handled;
  });
  server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (response.body.empty()) refuse(response, response.status, words_of(response.status));
  });
  server.set_exception_handler([](const auto&, auto& response, const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      at_request.error = error.what();
    } catch (...) {
      at_request.error = "unknown";
    }
    refuse(response, 500, "our fault; the log of the service says more");
  });
  server.set_logger([this](const auto& request, const auto& response) { tell(request, response); });
}

void HttpService::Impl::add_pages() {
  fill_place(front_page, "@@SECTIONS@@", hits_sections());
  fill_place(front_page, "@@FORMATS@@", settings.formats);
  const auto page = [this](const char* path, std::string_view text, const char* type) {
    server.Get(path, [text, type](const httplib::Request&, httplib::Response& response) {
      response.set_content(text.data(), text.size(), type);
    });
  };
  constexpr const char *kHtml = "text/html; charset=utf-8", *kStyle = "text/css; charset=utf-8",
                       *kScript = "text/javascript; charset=utf-8";
  page("/", front_page, kHtml);
  page("/service.js", service_js(), kScript);
  page("/page.css", page_css(), kStyle);
  page("/page.js", page_js(), kScript);
  page("/structure.js", structure_js(), kScript);
  page("/spectrum.js", spectrum_js(), kScript);
  page("/hits_data.js", hits_data_js(), kScript);
  page("/hits.js", hits_js(), kScript);
  page("/api/openapi.json", openapi_json(), kJsonType);
}

void HttpService::Impl::add_routes() {
  server.Get("/api/health", [this](const auto&, auto& response) {
    give(response, 200,
         {{"status", "ok"}, {"working", admission.working()}, {"waiting", admission.waiting()}});
  });
  server.Get("/api/library",
             [this](const auto&, auto& response) { give(response, 200, backend.library()); });
  server.Get("/api/progress", [this](const auto& request, auto& response) {
    const auto progress = searches.find(request.get_param_value("id"));
    if (progress == nullptr) return refuse(response, 404, "no search of this id is under way");
    give(response, 200, progress->state());
  });
  // The body is read as it is, whatever its type says: forms have a limit of their own.
  server.Post("/api/search", [this](const httplib::Request& request, httplib::Response& response,
                                    const httplib::ContentReader& read) {
    if (request.is_multipart_form_data()) {
      return refuse(response, 415, "a form; expected the file of spectra itself as the body");
    }
    if (const auto body = read_body(read, response)) search(request, *body, response);
  });
  // Of the addresses that there are; all others are not found. Bodies are refused before.
  const auto wrong_method = [](const auto&, auto& response) {
    refuse(response, 405, words_of(405));
  };
  for (const auto& [path, method] : kRoutes) {
    server.Delete(path, wrong_method);
    server.Options(path, wrong_method);
    if (std::string_view(method) != "GET") server.Get(path, wrong_method);
  }
}

/// What is wrong with the body of a request; 0: nothing. Told before the body is waited for.
int HttpService::Impl::problem_of_body(const httplib::Request& request) const {
  constexpr int kBad = 400, kWrongMethod = 405, kNone = 411, kTooLarge = 413, kNotRanges = 416;
  const bool is_search = request.method == "POST" && request.path == "/api/search";
  const std::string coding = request.get_header_value("Transfer-Encoding");
  const auto length = stated_length(request);
  if (request.has_header("Range")) return kNotRanges;
  if (request.has_header("Content-Length") && !length) return kBad;
  if (!coding.empty() && coding != "chunked") return kBad;
  if (!is_search) {
    const bool may_have_body =
        request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (may_have_body) return is_route(request.path) ? kWrongMethod : 404;
    return !coding.empty() || length.value_or(0) > 0 ? kBad : 0;
  }
  if (coding.empty() && !length) return kNone;
  return length.value_or(0) > settings.most_bytes ? kTooLarge : 0;
}

bool HttpService::Impl::may_pass(const httplib::Request& request,
                                 httplib::Response& response) const {
  at_request = {Clock::now(), {}, {}};
  const std::string host = request.get_header_value("Host"),
                    origin = request.get_header_value("Origin"),
                    site = request.get_header_value("Sec-Fetch-Site"),
                    authorization = request.get_header_value("Authorization");
  const auto objection = gatekeeper.objection({host, origin, site, authorization});
  if (!objection.empty()) {
    refuse(response, 403, objection);
    return false;
  }
  if (const int problem = problem_of_body(request); problem != 0) {
    refuse(response, problem, words_of(problem));
    return false;
  }
  // Pages are no secret, and a browser must have them to ask for the token.
  if (!request.path.starts_with("/api/") || request.path == "/api/openapi.json") return true;
  if (gatekeeper.is_authorised(authorization)) return true;
  response.set_header("WWW-Authenticate", "Bearer");
  refuse(response, 401, "expected the token of this service: Authorization: Bearer TOKEN");
  return false;
}

/// Nothing where it is larger than the service takes, unpacked, or broke off: that is said.
std::optional<std::string> HttpService::Impl::read_body(const httplib::ContentReader& read,
                                                        httplib::Response& response) const {
  constexpr int kTooLarge = 413, kBroken = 400;
  std::string body;
  bool fits = true;
  const bool whole = read([&](const char* data, std::size_t size) {
    fits = body.size() + size <= settings.most_bytes;
    if (fits) body.append(data, size);
    return fits;
  });
  if (whole) return body;
  const int status = !fits || response.status == kTooLarge ? kTooLarge : kBroken;
  refuse(response, status, words_of(status));
  return {};
}

ServiceAnswer HttpService::Impl::run_search(SearchRequest request, SearchProgress& progress,
                                            std::chrono::milliseconds left) const {
  const Deadline deadline(left);
  request.stop = &deadline.passed();
  request.progress = [&progress](std::string_view stage, std::size_t done, std::size_t total) {
    progress.tell(stage, done, total);
  };
  return backend.search(request);
}

void HttpService::Impl::search(const httplib::Request& request, const std::string& body,
                               httplib::Response& response) {
  const auto begin = Clock::now();
  const std::string name = request.get_param_value("id");
  if (!is_name(name)) {
    return refuse(response, 400, "id: expected at most 64 letters, digits and hyphens");
  }
  if (body.empty()) {
    return refuse(response, 400, "the body is empty; expected a file of spectra");
  }
  SearchRequest asked{body, {request.params.begin(), request.params.end()}, nullptr, {}};
  asked.options.erase("id");
  const auto progress = searches.begin(name);
  if (progress == nullptr) return refuse(response, 409, "a search of this id is under way");
  const auto entry = admission.enter(settings.patience);
  if (entry != Entry::in) {
    searches.end(name);
    response.set_header("Retry-After", "5");
    return refuse(response, 503,
                  entry == Entry::full ? "too many searches wait already; ask again later"
                                       : "no place came free in time; ask again later");
  }
  const Place place{admission, searches, name};
  try {
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    const auto answer = run_search(std::move(asked), *progress, settings.patience - waited);
    response.status = answer.status;
    at_request.spectra = answer.spectra;
    at_request.error = answer.error;
    response.set_header("X-Spectra", std::to_string(answer.spectra));
    response.set_content(answer.body, answer.type);
  } catch (const Interrupted&) {
    refuse(response, 503,
           fmt::format("the search took longer than {} s; ask for fewer spectra",
                       settings.patience.count()));
  }
}

void HttpService::Impl::tell(const httplib::Request& request,
                             const httplib::Response& response) const {
  const auto [begun, spectra, error] = std::exchange(at_request, {});
  const auto spent = begun ? Clock::now() - *begun : Clock::duration::zero();
  Json line{{"time", utc_now()},
            {"milliseconds", std::chrono::duration_cast<std::chrono::milliseconds>(spent).count()},
            {"method", one_line(request.method, 20)},
            {"path", one_line(request.path, 200)},
            {"status", response.status},
            {"received", stated_length(request).value_or(0)},
            {"sent", response.body.size()},
            {"client", request.remote_addr}};
  if (spectra) line["spectra"] = *spectra;
  if (!error.empty()) line["error"] = one_line(error, 1000);
  log(line);
}

HttpService::HttpService(ServiceSettings settings, const ServiceBackend& backend,
                         std::function<void(const Json&)> log)
    : impl_(std::make_unique<Impl>(std::move(settings), backend, std::move(log))) {
  const std::string& address = impl_->settings.address;
  const int port = impl_->settings.port;
  impl_->port = port;
  const bool bound = port == 0 ? (impl_->port = impl_->server.bind_to_any_port(address)) > 0
                               : impl_->server.bind_to_port(address, port);
  if (bound) return;
  throw UsageError(fmt::format(
      "serve: cannot listen on {} port {}; another program may do so, choose another with --port",
      one_line(address, 60), port));
}

HttpService::~HttpService() = default;

int HttpService::port() const noexcept {
  return impl_->port;
}

void HttpService::run(const std::atomic<bool>& stop) {
  std::atomic<bool> ended = false;
  std::thread watch([&] {
    constexpr std::chrono::milliseconds kLook{50};
    while (!ended) {  // it may be asked before it listens
      if (stop) {
        impl_->server.ending = true;
        impl_->server.stop();
      }
      std::this_thread::sleep_for(kLook);
    }
  });
  impl_->server.listen_after_bind();
  ended = true;
  watch.join();
}

}  // namespace specbridge
