// Shows on small samples that the rules about one file's text and name can fail.

#include <gtest/gtest.h>

#include "unit/tidy/rules.h"

namespace srsync::tidy {
namespace {

size_t layout(const std::string& text) { return check_layout({"src/core/a.cc", text}).size(); }
size_t words(const std::string& text) { return check_words({"README.md", text}).size(); }
size_t name(const std::string& path) { return check_file_name({path, ""}).size(); }

// The marks and words are put together here, so that this file passes the rules it tests.
const std::string kFix = std::string("FIX") + "ME";
const std::string kToDo = std::string("TO") + "DO";

TEST(LayoutRule, CountsColumnsAsAReaderDoes) {
  EXPECT_EQ(layout(std::string(100, 'x') + "\n"), 0U);
  EXPECT_EQ(layout(std::string(101, 'x') + "\n"), 1U);
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "\xC3\xA4";
  EXPECT_EQ(layout(umlauts), 0U);
  EXPECT_EQ(check_layout({"tools/a.sh", std::string(120, 'x')}).size(), 0U);
  EXPECT_EQ(check_layout({"tools/a.sh", std::string(121, 'x')}).size(), 1U);
}

TEST(LayoutRule, FindsTabsAndTrailingBlanks) {
  EXPECT_EQ(layout("int a;\n"), 0U);
  EXPECT_EQ(layout("\tint a;\n"), 1U);
  EXPECT_EQ(layout("int a; \n"), 1U);
  EXPECT_EQ(layout("int a;\r\n"), 1U);
}

TEST(LayoutRule, WantsANumberForWhatIsLeftToDo) {
  EXPECT_EQ(layout("// " + kFix + " later\n"), 1U);
  EXPECT_EQ(layout("// " + kToDo + ": later\n"), 1U);
  EXPECT_EQ(layout("// " + kToDo + "(me): later\n"), 1U);
  EXPECT_EQ(layout("// " + kToDo + "(#): later\n"), 1U);
  EXPECT_EQ(layout("// " + kToDo + "(#12): later\n"), 0U);
}

TEST(LayoutRule, LimitsTheFile) {
  std::string text;
  for (int i = 0; i < 800; ++i) text += "x\n";
  EXPECT_EQ(layout(text), 0U);
  EXPECT_EQ(layout(text + "x\n"), 1U);
}

TEST(LayoutRule, LeavesDataAlone) {
  EXPECT_EQ(check_layout({"tests/data/a.sh", "\t \n"}).size(), 0U);
  EXPECT_EQ(check_layout({"README.md", "\t \n"}).size(), 0U);
}

TEST(WordRule, FindsWhatIsNotTheProjects) {
  for (const std::string& word : {std::string("see /wo") + "rk/main",
                                  std::string("Cla") + "ude wrote", std::string("ANTH") + "ROPIC",
                                  std::string("an L") + "LM.", std::string("an A") + "I agent"}) {
    EXPECT_EQ(words("fine\n" + word + "\n"), 1U) << word;
  }
}

TEST(WordRule, LeavesOtherWordsAlone) {
  EXPECT_EQ(words("a worker works; allmighty; " + std::string("cla") + "uded\n"), 0U);
}

TEST(NameRule, WantsSnakeCaseAndOurEndings) {
  EXPECT_EQ(name("src/core/free_slots_2.cc"), 0U);
  EXPECT_EQ(name("src/core/FreeSlots.cc"), 1U);
  EXPECT_EQ(name("src/core/free-slots.h"), 1U);
  EXPECT_EQ(name("src/core/slots.cpp"), 1U);
  EXPECT_EQ(name("CMakeLists.txt"), 0U);
}

}  // namespace
}  // namespace srsync::tidy
