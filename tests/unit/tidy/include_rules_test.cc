// Shows on small samples that the include table and the purity rule can fail, and where.

#include <gtest/gtest.h>

#include "unit/tidy/rules.h"

namespace srsync::tidy {
namespace {

size_t count(const Findings& findings) { return findings.size(); }

File sample(const std::string& path, const std::string& text) { return {path, text}; }

TEST(IncludeRule, AllowsNeighboursAndWhatTheyAreBuiltOn) {
  EXPECT_EQ(to_text(check_includes(sample("src/journal/a.cc",
                                          "#include \"journal/a.h\"\n"
                                          "#include <rocksdb/db.h>\n"
                                          "#include <vector>\n"
                                          "#include \"codec/envelope.h\"\n"
                                          "#include \"core/state.h\"\n"))),
            "");
}

TEST(IncludeRule, NamesTheLineOfAForbiddenRoom) {
  const Findings findings =
      check_includes(sample("src/core/plan.cc", "// why\n#include \"journal/journal.h\"\n"));
  ASSERT_EQ(count(findings), 1U);
  EXPECT_EQ(findings[0].line, 2);
  EXPECT_EQ(findings[0].message, "core may not include journal/journal.h");
}

TEST(IncludeRule, KeepsEachLibraryInItsRoom) {
  const std::pair<const char*, const char*> cases[] = {
      {"src/driver/a.cc", "rocksdb/db.h"},     {"src/inspect/a.cc", "rocksdb/db.h"},
      {"src/daemon/main.cc", "rocksdb/db.h"},  {"src/observe/a.cc", "mysql.h"},
      {"src/driver/a.cc", "thrift/Thrift.h"},  {"src/mysql/a.cc", "openssl/ssl.h"},
      {"src/journal/a.cc", "spdlog/spdlog.h"}, {"src/core/a.cc", "journal.pb.h"},
      {"src/core/a.cc", "xxhash.h"},           {"src/driver/a.cc", "sys/socket.h"},
      {"src/core/a.cc", "unheard/of.h"}};
  for (const auto& [path, header] : cases) {
    EXPECT_EQ(count(check_includes(sample(path, "#include <" + std::string(header) + ">\n"))), 1U)
        << path << " " << header;
  }
}

TEST(IncludeRule, LooksThroughBlanksInTheDirective) {
  EXPECT_EQ(count(check_includes(sample("src/core/a.h", "  #  include   <mysql.h>\n"))), 1U);
}

TEST(IncludeRule, WantsOurHeadersInQuotes) {
  EXPECT_EQ(count(check_includes(sample("src/core/a.h", "#include <base/status.h>\n"))), 1U);
}

TEST(IncludeRule, RefusesARoomThatTheTableDoesNotKnow) {
  EXPECT_EQ(count(check_includes(sample("src/util/a.h", "\n"))), 1U);
}

TEST(IncludeRule, KeepsTheSandboxApart) {
  EXPECT_EQ(to_text(check_includes(sample("tools/sandbox/a.cc",
                                          "#include \"base/status.h\"\n"
                                          "#include \"sandbox/catalog.h\"\n"
                                          "#include <thrift/Thrift.h>\n"))),
            "");
  for (const char* room : {"ddl", "observe", "mysql", "core", "io", "rpc"}) {
    const std::string line = "#include \"" + std::string(room) + "/x.h\"\n";
    EXPECT_EQ(count(check_includes(sample("tools/sandbox/a.cc", line))), 1U) << room;
  }
}

TEST(IncludeRule, LeavesTestsAlone) {
  EXPECT_EQ(count(check_includes(sample("tests/unit/core/a_test.cc", "#include <rocksdb/db.h>\n"))),
            0U);
}

TEST(PurityRule, FindsClocksChanceThreadsFilesAndHashOrder) {
  for (const char* line : {"#include <mutex>", "#include <unordered_map>",
                           "auto t = std::chrono::system_clock::now();",
                           "std::unordered_set<int> seen;", "const char* home = getenv(\"HOME\");",
                           "int r = rand();", "std::ofstream out;", "std::cout << 1;"}) {
    EXPECT_EQ(count(check_purity(sample("src/core/a.cc", line))), 1U) << line;
    EXPECT_EQ(count(check_purity(sample("src/driver/a.cc", line))), 0U) << line;
  }
}

TEST(PurityRule, ReadsNeitherCommentsNorTextNorPartsOfNames) {
  EXPECT_EQ(to_text(check_purity(sample("src/ddl/a.cc",
                                        "// not a system_clock\n"
                                        "/* rand\n getenv */\n"
                                        "auto a = \"mutex // \\\" thread\";\n"
                                        "auto b = R\"x(rand)\" mutex)x\";\n"
                                        "int operand = 1'000; char c = '\"';\n"))),
            "");
}

TEST(PurityRule, ReadsOnAfterALiteral) {
  EXPECT_EQ(count(check_purity(sample("src/ddl/a.cc", "f(\"x\"); rand(); // ok\n"))), 1U);
  EXPECT_EQ(count(check_purity(sample("src/ddl/a.cc", "n = 1'000 + rand();\n"))), 1U);
}

}  // namespace
}  // namespace srsync::tidy
