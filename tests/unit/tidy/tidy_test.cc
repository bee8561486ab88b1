// The house rules applied to the tree. A failure lists every finding with file and line.

#include <gtest/gtest.h>

#include "support/paths.h"
#include "unit/tidy/rules.h"
#include "unit/tidy/tree.h"

namespace srsync::tidy {
namespace {

class Tree : public testing::Test {
 protected:
  static const std::vector<File>& files() {
    static const std::vector<File> files = read_tree(test::source_root());
    return files;
  }
  static std::string on_each(Findings (*rule)(const File&)) {
    Findings all;
    for (const File& file : files()) {
      const Findings findings = rule(file);
      all.insert(all.end(), findings.begin(), findings.end());
    }
    return to_text(all);
  }
};

// An empty reading would satisfy every rule.
TEST_F(Tree, WasRead) {
  size_t sources = 0;
  bool has_this_file = false;
  for (const File& file : files()) {
    sources += file.path.starts_with("src/") && file.path.ends_with(".cc") ? 1 : 0;
    has_this_file = has_this_file || file.path == "tests/unit/tidy/tidy_test.cc";
    EXPECT_FALSE(file.path.starts_with("build")) << file.path;
  }
  EXPECT_GT(sources, 5U);
  EXPECT_TRUE(has_this_file);
}

TEST_F(Tree, RoomsIncludeWhatTheTableAllows) { EXPECT_EQ(on_each(check_includes), ""); }
TEST_F(Tree, PureRoomsArePure) { EXPECT_EQ(on_each(check_purity), ""); }
TEST_F(Tree, LayoutIsTidy) { EXPECT_EQ(on_each(check_layout), ""); }
TEST_F(Tree, FilesAreNamedAlike) { EXPECT_EQ(on_each(check_file_name), ""); }
TEST_F(Tree, WordsAreTheProjectsOwn) { EXPECT_EQ(on_each(check_words), ""); }
TEST_F(Tree, RoomsIntroduceThemselves) { EXPECT_EQ(to_text(check_room_readmes(files())), ""); }
TEST_F(Tree, PureRoomsAreTested) { EXPECT_EQ(to_text(check_pure_rooms_tested(files())), ""); }
TEST_F(Tree, SourcesAreBuilt) { EXPECT_EQ(to_text(check_sources_listed(files())), ""); }

}  // namespace
}  // namespace srsync::tidy
