// srsync-journal as its users meet it: what goes where, exit codes, help, following a live journal.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "unit/inspect/inspect_fixture.h"

namespace srsync {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Ran {
  int exit_code = -1;
  std::string out;
  std::string err;
};

class ToolTest : public test::InspectTest {
 protected:
  // Runs srsync-journal with `arguments` as a shell takes them.
  Ran run(const std::string& arguments) const {
    const std::string out = (temp_.path() / "out").string();
    const std::string err = (temp_.path() / "err").string();
    const std::string command =
        std::string(SRSYNC_JOURNAL_TOOL) + " " + arguments + " >" + out + " 2>" + err;
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(out), read_file(err)};
  }
  static std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::size_t lines_in(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
};

TEST_F(ToolTest, EveryVerbExplainsItselfWithAnExample) {
  EXPECT_THAT(run("--help").out, AllOf(HasSubstr("Exit status"), HasSubstr("POINT")));
  for (const char* verb : {"dump", "tail", "state", "diff", "why", "verify", "replay", "stats",
                           "export", "import", "trim"}) {
    const Ran help = run(std::string(verb) + " --help");
    EXPECT_EQ(help.exit_code, 0) << verb;
    EXPECT_THAT(help.out, HasSubstr("Example")) << verb;
    EXPECT_THAT(help.out, HasSubstr(std::string("srsync-journal ") + verb)) << verb;
    EXPECT_THAT(help.err, IsEmpty()) << verb;
  }
}

TEST_F(ToolTest, AnswersBesideTheWriter) {
  EXPECT_EQ(lines_in(run("dump " + dir()).out), 5U);
  EXPECT_EQ(lines_in(run("tail -n 2 " + dir()).out), 2U);
  EXPECT_THAT(run("state " + dir()).out, HasSubstr("shop.orders"));
  EXPECT_THAT(run("why " + dir() + " shop.orders").out, HasSubstr("shop.orders after event 5"));
  EXPECT_THAT(run("why " + dir() + " shop").out,
              AllOf(HasSubstr("shop after event 5: on the source only"), HasSubstr("tables: 2 ")));
  EXPECT_THAT(run("stats " + dir()).out, HasSubstr("TableObserved"));
  EXPECT_THAT(run("diff " + dir() + " 0").out, HasSubstr("source database id"));
  const Ran verified = run("verify " + dir());
  EXPECT_EQ(verified.exit_code, 0);
  EXPECT_THAT(verified.out, HasSubstr("sound: 5 of 5 events"));
  EXPECT_THAT(verified.err, IsEmpty());
  EXPECT_EQ(run("replay " + dir()).exit_code, 0);
}

TEST_F(ToolTest, WithJsonEveryLineIsAnObject) {
  for (const char* verb : {"dump", "tail", "state", "verify", "stats", "replay", "diff", "why"}) {
    std::string arguments = std::string(verb) + " --json " + dir();
    if (std::string_view(verb) == "diff") arguments += " 1";
    if (std::string_view(verb) == "why") arguments += " shop.orders";
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.exit_code, 0) << verb << ran.err;
    EXPECT_GT(lines_in(ran.out), 0U) << verb;
    std::size_t begin = 0;
    for (std::size_t end = ran.out.find('\n'); end != std::string::npos;
         end = ran.out.find('\n', begin)) {
      EXPECT_TRUE(
          nlohmann::json::parse(ran.out.substr(begin, end - begin), nullptr, false).is_object())
          << verb;
      begin = end + 1;
    }
  }
}

TEST_F(ToolTest, FiltersByTableDatabaseKindTimeAndNumber) {
  EXPECT_EQ(lines_in(run("dump --table shop.orders " + dir()).out), 2U);
  EXPECT_EQ(lines_in(run("dump --table shop " + dir()).out), 4U);
  EXPECT_EQ(lines_in(run("dump --kind tableobserved " + dir()).out), 2U);
  EXPECT_EQ(lines_in(run("dump --from 2 --to 3 " + dir()).out), 2U);
  EXPECT_EQ(lines_in(run("dump --from 2025-11-25 " + dir()).out), 0U);
  EXPECT_EQ(lines_in(run("dump --from 2025-11-24 --to 2025-11-25 " + dir()).out), 5U);
  // The last one that matches, not the last one if it matches.
  EXPECT_THAT(run("tail -n 1 --kind SessionStarted " + dir()).out, HasSubstr("0000001"));
  const Ran nothing = run("dump --table Shop " + dir());
  EXPECT_THAT(nothing.err, HasSubstr("nothing matches"));
  const Ran unknown = run("dump --kind TableObservd " + dir());
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean TableObserved?"));
}

TEST_F(ToolTest, QuestionsThatCannotBeAnsweredEndWithTwo) {
  EXPECT_EQ(run("dump " + dir() + "-not-there").exit_code, 2);
  EXPECT_EQ(run("why " + dir() + " shop.nothing").exit_code, 2);
  EXPECT_EQ(run("state --at yesterday " + dir()).exit_code, 2);
  EXPECT_EQ(run("dump").exit_code, 2);
  EXPECT_EQ(run("dance " + dir()).exit_code, 2);
  EXPECT_EQ(run("trim " + dir()).exit_code, 2);
  EXPECT_EQ(run("trim --older-than 1 --keep-size 1MB " + dir()).exit_code, 2);
}

TEST_F(ToolTest, DamageIsShownUpToItAndEndsWithOne) {
  forge(3, core::Paused{"nobody"});
  const Ran dumped = run("dump " + dir());
  EXPECT_EQ(dumped.exit_code, 1);
  EXPECT_EQ(lines_in(dumped.out), 3U);
  EXPECT_THAT(dumped.err, HasSubstr("event 4 does not follow from event 3"));
  const Ran verified = run("verify " + dir());
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_THAT(verified.out, AllOf(HasSubstr("VIOLATION at event 4"), HasSubstr("NOT SOUND")));
}

TEST_F(ToolTest, AnAnswerThatCannotBeWrittenIsNoSuccess) {
  const std::string command = std::string(SRSYNC_JOURNAL_TOOL) + " dump " + dir() +
                              " >/dev/full 2>" + (temp_.path() / "err").string();
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_THAT(read_file((temp_.path() / "err").string()), HasSubstr("could not be written"));
}

TEST_F(ToolTest, TailFollowsWhatIsAppended) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const std::string at = dir();
  const pid_t child = fork();
  if (child == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    execl(SRSYNC_JOURNAL_TOOL, "srsync-journal", "tail", at.c_str(), "-n", "1", "-f", nullptr);
    _exit(127);
  }
  close(pipe_ends[1]);
  std::FILE* lines = fdopen(pipe_ends[0], "r");
  char line[4096];
  ASSERT_NE(std::fgets(line, sizeof line, lines), nullptr);
  EXPECT_THAT(std::string(line), AllOf(HasSubstr("0000005"), HasSubstr("shop.orders")));
  for (const char* reason : {"first", "second"}) {
    append({core::TableRereadWanted{Side::kSource, core::TableId(12), reason}});
    ASSERT_NE(std::fgets(line, sizeof line, lines), nullptr);
    // With the name behind the id, known from before.
    EXPECT_THAT(std::string(line), AllOf(HasSubstr(reason), HasSubstr("shop.items")));
  }
  kill(child, SIGTERM);
  std::fclose(lines);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
}

TEST_F(ToolTest, ArchivesGoOutAndComeBack) {
  const std::string archive = (temp_.path() / "archive").string();
  const std::string copy = (temp_.path() / "copy").string();
  ASSERT_EQ(run("export " + dir() + " | tee " + archive).exit_code, 0);
  ASSERT_EQ(run("import " + copy + " " + archive).exit_code, 0);
  EXPECT_EQ(run("dump " + copy).out, run("dump " + dir()).out);
  EXPECT_EQ(run("import " + copy + " " + archive).exit_code, 2);
}

TEST_F(ToolTest, TrimsOnlyWhatNobodyHoldsAndSaysWhatIsGone) {
  ASSERT_TRUE(journal_->write_checkpoint(state_).is_ok());
  append({core::Paused{"me"}});
  const std::string limit = "trim --older-than 0 ";
  const Ran held = run(limit + dir());
  EXPECT_EQ(held.exit_code, 2);
  EXPECT_THAT(held.err, HasSubstr("is in use by pid"));
  const Ran dry = run(limit + "--dry-run " + dir());
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("events 1 to 5 would go"));
  journal_.reset();
  EXPECT_EQ(lines_in(run("dump " + dir()).out), 6U);

  const Ran trimmed = run(limit + dir());
  EXPECT_EQ(trimmed.exit_code, 0) << trimmed.err;
  EXPECT_THAT(trimmed.out, AllOf(HasSubstr("events 1 to 5 went"), HasSubstr("1 stay")));
  const Ran dumped = run("dump " + dir());
  EXPECT_EQ(dumped.exit_code, 0);
  EXPECT_EQ(lines_in(dumped.out), 1U);
  EXPECT_THAT(dumped.err, HasSubstr("events 1 to 5 were trimmed away"));
  const Ran before = run("state --at 3 " + dir());
  EXPECT_EQ(before.exit_code, 2);
  EXPECT_THAT(before.err, HasSubstr("trimmed away"));
  EXPECT_EQ(run("verify " + dir()).exit_code, 0);
  const Ran again = run(limit + "--json " + dir());
  EXPECT_EQ(nlohmann::json::parse(again.out)["events"], 0) << again.err;
}

}  // namespace
}  // namespace srsync
