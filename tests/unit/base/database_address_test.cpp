#include "base/database_address.h"

#include <gtest/gtest.h>

#include "specbridge/error.h"

namespace specbridge {
namespace {

TEST(DatabaseAddress, IsToldFromADirectory) {
  for (const char* address :
       {"postgres://db.lab/catalogue", "postgresql://", "host=/run/pg dbname=lab", "dbname = lab",
        "service=lab", "schema=lab"}) {
    EXPECT_TRUE(is_database_address(address)) << address;
  }
  for (const char* directory : {"library", "./host=lab", "lib/postgres://x", "", "rows=f16"}) {
    EXPECT_FALSE(is_database_address(directory)) << directory;
  }
}

TEST(DatabaseAddress, KeepsWhatLibpqUnderstandsAndTakesTheSchemaOut) {
  const auto url = parse_database_address(
      "postgres://ada:s%40cret@db.lab:5433/catalogue?sslmode=require&schema=lab_2");
  EXPECT_EQ(url.connection, "postgres://ada:s%40cret@db.lab:5433/catalogue?sslmode=require");
  EXPECT_EQ(url.schema, "lab_2");
  const auto settings =
      parse_database_address("host='/run/my pg' schema=lab  password = 'it\\'s' dbname=x");
  EXPECT_EQ(settings.connection, "host='/run/my pg' password='it\\'s' dbname=x");
  EXPECT_EQ(settings.schema, "lab");
  EXPECT_EQ(parse_database_address("postgres://db/x").schema, "specbridge");
  EXPECT_EQ(parse_database_address("schema=lab").connection, "");
}

TEST(DatabaseAddress, IsShownWithoutPasswords) {
  EXPECT_EQ(without_password("postgres://ada:secret@db.lab/x?password=secret&sslpassword=secret"),
            "postgres://ada@db.lab/x");
  EXPECT_EQ(without_password("postgres://ada@db.lab/x?p%61ssword=secret&port=1"),
            "postgres://ada@db.lab/x?port=1");
  EXPECT_EQ(without_password("host=db password='se cret' user=ada sslpassword=secret"),
            "host=db user=ada");
  EXPECT_EQ(without_password("library/password=1"), "library/password=1");
}

TEST(DatabaseAddress, SaysNothingOfOneThatCannotBeRead) {
  for (const char* address :
       {"postgres://ada:se/cret@db/x", "postgres://ada:se?cret@db/x", "postgres://a:secret@b@db/x",
        "postgres://ada@db/x?secret", "host=db password='secret", "host=db secret"}) {
    EXPECT_EQ(without_password(address).find("cret"), std::string::npos) << address;
    try {
      parse_database_address(address);
      FAIL() << address;
    } catch (const UsageError& error) {
      EXPECT_EQ(std::string(error.what()).find("cret"), std::string::npos) << error.what();
    }
  }
}

TEST(DatabaseAddress, RefusesASchemaThatIsNoPlainName) {
  for (const char* name :
       {"", "2lab", "a-b", "a\"b", "a%20b", "a_name_that_is_longer_than_forty_bytes_is"}) {
    EXPECT_THROW(parse_database_address(std::string("postgres://db/x?schema=") + name), UsageError)
        << name;
  }
}

}  // namespace
}  // namespace specbridge
