#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/database_address.h"
#include "specbridge/error.h"

namespace specbridge {

/// The server refused something, or is gone. One line, without passwords.
class PostgresError : public ArtifactError {
 public:
  PostgresError(const std::string& message, std::string state)
      : ArtifactError(message), state_(std::move(state)) {}
  /// Five letters of the SQL standard; empty where the server said nothing.
  const std::string& state() const noexcept { return state_; }

 private:
  std::string state_;
};

/// A connection to a PostgreSQL server: the one place that knows libpq. What libpq reads from its
/// environment (PGPASSWORD, PGSSLMODE ...) and password files holds here, too. Of one thread at a
/// time.
class PostgresConnection {
 public:
  /// A value in PostgreSQL's text form; nothing: NULL.
  using Cell = std::optional<std::string>;
  using Rows = std::vector<std::vector<Cell>>;

  /// @throws PostgresError when there is no connection
  explicit PostgresConnection(const DatabaseAddress& address);
  ~PostgresConnection();
  PostgresConnection(PostgresConnection&&) noexcept;

  /// The address without passwords, for messages.
  const std::string& shown() const noexcept;
  /// The version of the server, 180004 for 18.4.
  int server_version() const noexcept;

  /// The rows that a statement gives. @param values of $1, $2 ... @throws PostgresError
  Rows ask(const std::string& statement, const std::vector<std::string>& values = {});
  /// The first value of the first row; nothing: no row, or NULL.
  Cell ask_one(const std::string& statement, const std::vector<std::string>& values = {});

  /// Begins "COPY ... FROM STDIN"; put() and end_copy() follow. @throws PostgresError
  void begin_copy(const std::string& statement);
  void put(std::string_view bytes);
  void end_copy();
  /// Runs "COPY ... TO STDOUT" and hands over what comes, piece by piece. @throws PostgresError,
  /// and what consume throws
  void copy_out(const std::string& statement,
                const std::function<void(std::string_view bytes)>& consume);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Runs statements as one: all of them or, without commit(), none.
class PostgresTransaction {
 public:
  explicit PostgresTransaction(PostgresConnection& connection);
  ~PostgresTransaction();
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;
  void commit();

 private:
  PostgresConnection& connection_;
  bool open_ = true;
};

}  // namespace specbridge
