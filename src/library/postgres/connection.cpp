#include "library/postgres/connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace specbridge {
namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Finish>;

/// The first line of what libpq says, which may have several.
std::string first_line(const char* message) {
  const std::string_view text = trim(message == nullptr ? "" : message);
  return one_line(text.substr(0, text.find('\n')), 300);
}

}  // namespace

struct PostgresConnection::Impl {
  std::string shown;
  std::unique_ptr<PGconn, Finish> connection;

  explicit Impl(const DatabaseAddress& address) : shown(address.shown) {
    check_readable(address);
    // The address stands for several settings; of two for one thing, the later counts.
    const std::array<const char*, 4> names = {"fallback_application_name", "dbname",
                                              "client_encoding", nullptr};
    const std::array<const char*, 4> values = {"specbridge", address.connection.c_str(), "UTF8",
                                               nullptr};
    connection.reset(PQconnectdbParams(names.data(), values.data(), 1));
    if (!connection) throw ResourceError("out of memory for a connection to PostgreSQL");
    if (PQstatus(connection.get()) != CONNECTION_OK) {
      throw PostgresError(
          fmt::format("{}: {}; check the address, and that the server runs and lets you in", shown,
                      without_secrets(first_line(PQerrorMessage(connection.get())))),
          "");
    }
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
  }

  /// What libpq says of an address that it cannot read may quote a password.
  void check_readable(const DatabaseAddress& address) const {
    char* problem = nullptr;
    const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
        PQconninfoParse(address.connection.c_str(), &problem), PQconninfoFree);
    const std::unique_ptr<char, void (*)(void*)> owner(problem, PQfreemem);
    if (options) return;
    const bool secret = without_password(address.connection) != address.connection;
    throw PostgresError(fmt::format("{}: {}", shown,
                                    secret ? "the address cannot be read; is every % of the "
                                             "password followed by two digits?"
                                           : first_line(problem)),
                        "");
  }

  std::string without_secrets(std::string text) const {
    const char* password = PQpass(connection.get());
    const std::string_view secret = password == nullptr ? "" : password;
    if (secret.empty()) return text;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "***");
      at += 3;
    }
    return text;
  }

  [[noreturn]] void fail(const PGresult* result) const {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* primary =
        result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char* message = primary != nullptr ? primary : PQerrorMessage(connection.get());
    const std::string said = without_secrets(first_line(message));
    const std::string_view code = state == nullptr ? "" : state;
    const bool lost = PQstatus(connection.get()) != CONNECTION_OK || code.starts_with("57P0");
    throw PostgresError(
        lost ? fmt::format("{}: the connection was lost ({}); run the command again when the "
                           "server is back",
                           shown, said)
             : fmt::format("{}: {}", shown, said),
        std::string(code));
  }

  Result checked(PGresult* raw, ExecStatusType expected) const {
    Result result(raw);
    const auto status = PQresultStatus(result.get());
    const bool done = expected == PGRES_TUPLES_OK && status == PGRES_COMMAND_OK;
    if (status != expected && !done) fail(result.get());
    return result;
  }

  /// Reads and forgets the rest of a COPY, so that the connection can be asked again.
  void drain() const {
    for (int size = 0; size >= 0;) {
      char* bytes = nullptr;
      size = PQgetCopyData(connection.get(), &bytes, 0);
      PQfreemem(bytes);
    }
    while (Result{PQgetResult(connection.get())}) {
    }
  }

  /// What is left to say of the statement in work. @throws PostgresError when it failed
  void finish_statement() const {
    while (Result result{PQgetResult(connection.get())}) {
      if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail(result.get());
    }
  }
};

PostgresConnection::PostgresConnection(const DatabaseAddress& address)
    : impl_(std::make_unique<Impl>(address)) {}
PostgresConnection::~PostgresConnection() = default;
PostgresConnection::PostgresConnection(PostgresConnection&&) noexcept = default;

const std::string& PostgresConnection::shown() const noexcept {
  return impl_->shown;
}

int PostgresConnection::server_version() const noexcept {
  return PQserverVersion(impl_->connection.get());
}

PostgresConnection::Rows PostgresConnection::ask(const std::string& statement,
                                                 const std::vector<std::string>& values) {
  std::vector<const char*> texts;
  for (const auto& value : values) texts.push_back(value.c_str());
  PGconn* connection = impl_->connection.get();
  const Result result =
      impl_->checked(PQexecParams(connection, statement.c_str(), static_cast<int>(texts.size()),
                                  nullptr, texts.data(), nullptr, nullptr, 0),
                     PGRES_TUPLES_OK);
  Rows rows(static_cast<std::size_t>(PQntuples(result.get())));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      const int row = static_cast<int>(i);
      if (PQgetisnull(result.get(), row, column) != 0) {
        rows[i].emplace_back();
      } else {
        rows[i].emplace_back(PQgetvalue(result.get(), row, column));
      }
    }
  }
  return rows;
}

PostgresConnection::Cell PostgresConnection::ask_one(const std::string& statement,
                                                     const std::vector<std::string>& values) {
  const Rows rows = ask(statement, values);
  return rows.empty() || rows.front().empty() ? Cell() : rows.front().front();
}

void PostgresConnection::begin_copy(const std::string& statement) {
  impl_->checked(PQexec(impl_->connection.get(), statement.c_str()), PGRES_COPY_IN);
}

void PostgresConnection::put(std::string_view bytes) {
  const int sent =
      PQputCopyData(impl_->connection.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (sent == 1) return;
  const Result result(PQgetResult(impl_->connection.get()));
  impl_->fail(result.get());
}

void PostgresConnection::end_copy() {
  if (PQputCopyEnd(impl_->connection.get(), nullptr) != 1) impl_->fail(nullptr);
  impl_->finish_statement();
}

void PostgresConnection::copy_out(const std::string& statement,
                                  const std::function<void(std::string_view bytes)>& consume) {
  PGconn* connection = impl_->connection.get();
  impl_->checked(PQexec(connection, statement.c_str()), PGRES_COPY_OUT);
  for (;;) {
    char* bytes = nullptr;
    const int size = PQgetCopyData(connection, &bytes, 0);
    const std::unique_ptr<char, void (*)(void*)> owner(bytes, PQfreemem);
    if (size == -1) break;
    if (size < 0) impl_->fail(nullptr);
    try {
      consume({bytes, static_cast<std::size_t>(size)});
    } catch (...) {
      impl_->drain();
      throw;
    }
  }
  impl_->finish_statement();
}

PostgresTransaction::PostgresTransaction(PostgresConnection& connection) : connection_(connection) {
  connection_.ask("BEGIN");
}

PostgresTransaction::~PostgresTransaction() {
  if (!open_) return;
  try {
    connection_.ask("ROLLBACK");
  } catch (const Error&) {
    // The server rolls back by itself when the connection ends, which it then has or soon will.
  }
}

void PostgresTransaction::commit() {
  open_ = false;
  connection_.ask("COMMIT");
}

}  // namespace specbridge
