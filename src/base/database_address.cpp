#include "base/database_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::size_t kLongestSchema = 40;  // names of tables and indexes stay below 63 bytes
constexpr std::string_view kUnreadable =
    "the address of a database cannot be read; expected postgres://USER@HOST/DATABASE (in a user "
    "name or password, / is written %2F and @ is written %40) or \"host=HOST dbname=DATABASE\"";

using Setting = std::pair<std::string, std::string>;  // as it is written

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_url(std::string_view text) {
  return text.starts_with("postgres://") || text.starts_with("postgresql://");
}

/// Whether nobody but the server may learn the value. Names in another spelling are not trusted.
bool is_secret(std::string_view name) {
  return name.find("pass") != std::string_view::npos || name.find('%') != std::string_view::npos;
}

/// Takes "name = value" from the front: the value ends at a blank, or is quoted as libpq does it.
std::optional<Setting> take_setting(std::string_view& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {};
  const std::string name(trim(text.substr(0, equals)));
  text.remove_prefix(equals + 1);
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  const bool quoted = text.starts_with('\'');
  std::size_t end = quoted ? 1 : 0;
  for (; end < text.size(); ++end) {
    if (text[end] == '\\') {
      ++end;
    } else if (quoted ? text[end] == '\'' : is_blank(text[end])) {
      break;
    }
  }
  if (name.empty() || name.find_first_of(" \t\n\r'") != std::string::npos) return {};
  if (quoted && end >= text.size()) return {};
  Setting setting(name, text.substr(0, std::min(text.size(), end + (quoted ? 1 : 0))));
  text.remove_prefix(setting.second.size());
  return setting;
}

/// The settings of "host=... dbname=..."; nothing when that cannot be read.
std::optional<std::vector<Setting>> settings_of(std::string_view text) {
  std::vector<Setting> settings;
  while (!trim(text).empty()) {
    auto setting = take_setting(text);
    if (!setting) return {};
    settings.push_back(std::move(*setting));
  }
  return settings;
}

/// An address with "://" apart: up to the path's end, and the settings behind the question mark.
struct Url {
  std::string scheme, user, rest;  // rest: from the host on
  std::string secret;              // ":password", or empty
  std::vector<Setting> settings;
};

std::optional<Url> url_of(std::string_view text) {
  Url url;
  const std::size_t begin = text.find("://") + 3;
  url.scheme = text.substr(0, begin);
  text.remove_prefix(begin);
  const auto question = text.find('?');
  std::string_view front = text.substr(0, question);
  if (const auto at = front.find('@'); at != std::string_view::npos) {
    const auto colon = std::min(front.find(':'), at);
    url.user = front.substr(0, colon);
    url.secret = front.substr(colon, at - colon);
    url.rest = front.substr(at);
    if (url.rest.find('@', 1) != std::string::npos) return {};
    if ((url.user + url.secret).find('/') != std::string::npos) return {};
  } else {
    url.rest = front;
  }
  if (question == std::string_view::npos) return url;
  for (const auto part : split(text.substr(question + 1), '&')) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || part.find_first_of("?@") != std::string_view::npos) {
      return {};
    }
    url.settings.emplace_back(part.substr(0, equals), part.substr(equals + 1));
  }
  return url;
}

std::string text_of(const Url& url, std::string_view secret, const std::vector<Setting>& settings) {
  std::string text = url.scheme + url.user + std::string(secret) + url.rest;
  char mark = '?';
  for (const auto& [name, value] : settings) {
    text += fmt::format("{}{}={}", std::exchange(mark, '&'), name, value);
  }
  return text;
}

std::string text_of(const std::vector<Setting>& settings) {
  std::string text;
  for (const auto& [name, value] : settings) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  }
  return text;
}

std::vector<Setting> without_secrets(std::vector<Setting> settings) {
  std::erase_if(settings, [](const Setting& setting) { return is_secret(setting.first); });
  return settings;
}

/// Takes the schema out of the settings.
void take_schema(std::vector<Setting>& settings, DatabaseAddress& address) {
  const auto named = std::ranges::find(settings, "schema", &Setting::first);
  if (named == settings.end()) return;
  const std::string name = named->second;
  settings.erase(named);
  const bool word = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (name.empty() || name.size() > kLongestSchema || !word || name.front() <= '9') {
    throw UsageError(fmt::format(
        "{}: schema \"{}\": expected at most {} letters, digits and underscores, no digit first",
        address.shown, one_line(name, 60), kLongestSchema));
  }
  address.schema = name;
}

}  // namespace

bool is_database_address(std::string_view text) {
  constexpr std::array<std::string_view, 16> kNames = {
      "host",    "hostaddr", "port",    "dbname",          "user",    "password",
      "service", "passfile", "sslmode", "connect_timeout", "options", "application_name",
      "schema",  "sslcert",  "sslkey",  "sslrootcert"};
  if (is_url(text)) return true;
  const auto equals = text.find('=');
  return equals != std::string_view::npos &&
         std::ranges::find(kNames, trim(text.substr(0, equals))) != kNames.end();
}

DatabaseAddress parse_database_address(std::string_view text) {
  DatabaseAddress address;
  address.shown = without_password(text);
  if (is_url(text)) {
    auto url = url_of(text);
    if (!url) throw UsageError(std::string(kUnreadable));
    take_schema(url->settings, address);
    address.connection = text_of(*url, url->secret, url->settings);
    return address;
  }
  auto settings = settings_of(text);
  if (!settings) throw UsageError(std::string(kUnreadable));
  take_schema(*settings, address);
  address.connection = text_of(*settings);
  return address;
}

std::string without_password(std::string_view text) {
  if (!is_database_address(text)) return std::string(text);
  if (is_url(text)) {
    const auto url = url_of(text);
    return url ? text_of(*url, "", without_secrets(url->settings)) : "postgresql://...";
  }
  const auto settings = settings_of(text);
  return settings ? text_of(without_secrets(*settings)) : "host=...";
}

}  // namespace specbridge
