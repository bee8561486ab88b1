// Quoting.
#include "ddl/quote.h"

#include <gtest/gtest.h>

namespace srsync::ddl {
namespace {

TEST(Quote, NothingBreaksOut) {
  EXPECT_EQ(quote_identifier("a`; DROP DATABASE x; --"), "`a``; DROP DATABASE x; --`");
  EXPECT_EQ(quote_text("a\"b\\"), R"("a\"b\\")");
  EXPECT_EQ(quote_identifiers({"a", "b c"}), "(`a`, `b c`)");
}

}  // namespace
}  // namespace srsync::ddl
