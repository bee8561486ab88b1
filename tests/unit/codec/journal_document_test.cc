// schema/JOURNAL.md tells the truth: its example is what the codec writes, and the proofs that it
// names exist. SRSYNC_REWRITE=1 writes the example anew.
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>

#include "codec/event_codec.h"
#include "journal.pb.h"
#include "support/paths.h"

namespace srsync::codec {
namespace {

constexpr std::string_view kBegin = "<!-- example -->\n";
constexpr std::string_view kEnd = "<!-- end of example -->";

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(byte));
  }
  return text;
}

// One line per field: its bytes, then its name and value. Messages are opened, texts quoted.
void annotate(std::string_view bytes, const google::protobuf::Descriptor& type, int depth,
              std::string& out) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  const auto line = [&](std::string_view part, const std::string& meaning) {
    for (std::size_t at = 0; at < part.size() || at == 0; at += 8) {
      const std::string left =
          std::string(static_cast<std::size_t>(depth) * 2, ' ') + hex(part.substr(at, 8));
      out += at == 0 ? fmt::format("    {:<32}{}\n", left, meaning) : fmt::format("    {}\n", left);
    }
  };
  while (true) {
    const int begin = in.CurrentPosition();
    const std::uint32_t tag = in.ReadTag();
    if (tag == 0) return;
    const auto* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    ASSERT_NE(field, nullptr);
    const auto from = static_cast<std::size_t>(begin);
    const auto so_far = [&] {
      return bytes.substr(from, static_cast<std::size_t>(in.CurrentPosition()) - from);
    };
    if (WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_VARINT) {
      std::uint64_t value = 0;
      ASSERT_TRUE(in.ReadVarint64(&value));
      line(so_far(), fmt::format("{} = {}", field->name(), value));
      continue;
    }
    ASSERT_EQ(WireFormatLite::GetTagWireType(tag), WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    std::uint32_t size = 0;
    ASSERT_TRUE(in.ReadVarint32(&size));
    const std::string head(so_far());
    std::string value;
    ASSERT_TRUE(in.ReadString(&value, static_cast<int>(size)));
    if (field->message_type() != nullptr) {
      line(head, fmt::format("{}, {} bytes", field->name(), size));
      annotate(value, *field->message_type(), depth + 1, out);
    } else {
      const bool text = field->type() == google::protobuf::FieldDescriptor::TYPE_STRING;
      line(so_far(), text ? fmt::format("{} = \"{}\"", field->name(), value) : field->name());
    }
  }
}

std::string example() {
  const std::string id = "0123456789abcdef";
  const core::Event event{EventSeq(1), WallTime(1'700'000'000'000),
                          core::SessionStarted{"0.1.0", id, {{"srsync_alter", "true"}}}};
  std::string bytes;
  encode_event(event, hash128(id), bytes);
  std::string text =
      fmt::format("    key   {}\n    value {} bytes\n", "00 00 00 00 00 00 00 01", bytes.size());
  annotate(bytes, *srsync::journal::Envelope::descriptor(), 0, text);
  return text;
}

TEST(JournalDocument, TheExampleIsWhatIsWritten) {
  const std::string path = test::source_path("schema/JOURNAL.md");
  std::string document = read_text(path);
  const std::size_t begin = document.find(kBegin);
  const std::size_t end = document.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::size_t from = begin + kBegin.size();
  if (std::getenv("SRSYNC_REWRITE") != nullptr) {
    std::ofstream(path) << document.substr(0, from) << "\n"
                        << example() << "\n"
                        << document.substr(end);
    return;
  }
  EXPECT_EQ(document.substr(from, end - from), "\n" + example() + "\n");
}

TEST(JournalDocument, TheProofsExist) {
  std::string sources;
  const std::string folder = test::source_path("tests/unit/journal");
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    sources += read_text(file.path().string());
  }
  const std::string document = read_text(test::source_path("schema/JOURNAL.md"));
  const std::regex name("`([A-Za-z]+Test)\\.([A-Za-z]+)`");
  int named = 0;
  for (std::sregex_iterator at(document.begin(), document.end(), name), end; at != end; ++at) {
    ++named;
    const std::string declared = fmt::format("({}, {})", (*at)[1].str(), (*at)[2].str());
    EXPECT_NE(sources.find(declared), std::string::npos) << declared;
  }
  EXPECT_GT(named, 20);
}

}  // namespace
}  // namespace srsync::codec
