#include "journal/high_water.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "journal/store.h"

namespace srsync::journal {
namespace {

// Two copies in sectors of their own, written in turn: one of them is whole at any moment.
constexpr std::size_t kCopyBytes = 512;
constexpr std::string_view kMagic = "srsync-head-1\n\n\n";
constexpr std::size_t kRecordBytes = kMagic.size() + 8 + 16 + 16;
static_assert(kMagic.size() == 16);

std::string path_of(const std::string& dir) { return fmt::format("{}/{}", dir, kHighWaterFile); }

std::string hash_text(const Hash128& hash) {
  return big_endian_u64(hash.high) + big_endian_u64(hash.low);
}

std::string encode(const Head& head) {
  std::string bytes(kMagic);
  bytes += big_endian_u64(head.seq.value());
  bytes += hash_text(head.chain);
  bytes += hash_text(hash128(bytes));
  return bytes;
}

std::optional<Head> decode(std::string_view bytes) {
  if (bytes.size() < kRecordBytes) return std::nullopt;
  bytes = bytes.substr(0, kRecordBytes);
  const Result<std::uint64_t> seq = parse_big_endian_u64(bytes.substr(16, 8));
  const Result<std::uint64_t> high = parse_big_endian_u64(bytes.substr(24, 8));
  const Result<std::uint64_t> low = parse_big_endian_u64(bytes.substr(32, 8));
  if (!seq.is_ok() || !high.is_ok() || !low.is_ok()) return std::nullopt;
  Head head;
  head.seq = EventSeq(*seq);
  head.chain.high = *high;
  head.chain.low = *low;
  if (encode(head) != bytes) return std::nullopt;
  return head;
}

}  // namespace

Result<std::unique_ptr<HighWater>> HighWater::open(const std::string& dir, rocksdb::Env& env) {
  const std::string path = path_of(dir);
  const rocksdb::Status there = env.FileExists(path);
  if (there.IsNotFound()) {
    const rocksdb::Status made =
        rocksdb::WriteStringToFile(&env, std::string(2 * kCopyBytes, '\0'), path, true);
    SRSYNC_RETURN_IF_ERROR(from_rocksdb(made, dir, "noting its end"));
  }
  std::unique_ptr<rocksdb::RandomRWFile> file;
  const rocksdb::Status opened = env.NewRandomRWFile(path, &file, rocksdb::EnvOptions());
  SRSYNC_RETURN_IF_ERROR(from_rocksdb(opened, dir, "noting its end"));
  return std::unique_ptr<HighWater>(new HighWater(dir, std::move(file)));
}

Status HighWater::raise(const Head& head) {
  const rocksdb::Status written = file_->Write(second_ ? kCopyBytes : 0, encode(head));
  second_ = !second_;
  return from_rocksdb(written, dir_, "noting its end");
}

Status HighWater::sync() { return from_rocksdb(file_->Sync(), dir_, "noting its end"); }

std::optional<Head> read_high_water(const std::string& dir, rocksdb::Env& env) {
  std::string bytes;
  if (!rocksdb::ReadFileToString(&env, path_of(dir), &bytes).ok()) return std::nullopt;
  const std::string_view all = bytes;
  const std::optional<Head> first = decode(all);
  const std::optional<Head> second =
      all.size() > kCopyBytes ? decode(all.substr(kCopyBytes)) : std::nullopt;
  if (!first.has_value() || !second.has_value()) return first.has_value() ? first : second;
  return first->seq < second->seq ? second : first;
}

Status check_high_water(const std::string& dir, const std::optional<Head>& noted,
                        const Head& head) {
  if (!noted.has_value() || noted->seq < head.seq || *noted == head) return Status::ok();
  if (noted->seq == head.seq) {
    return corruption(
        fmt::format("journal {} ends at event {}, but not at the one that its file {} notes: the "
                    "files come from two different histories",
                    dir, head.seq.value(), kHighWaterFile),
        "restore the whole directory from one copy; nothing was changed in it");
  }
  return corruption(
      fmt::format("journal {} ends at event {}, but event {} was acknowledged (its file {} says "
                  "so): a log (a file NNNNNN.log) was lost or deleted, or this is a copy that was "
                  "taken while srsyncd wrote",
                  dir, head.seq.value(), noted->seq.value(), kHighWaterFile),
      "put the missing log back, or restore the whole directory from a copy made while srsyncd was "
      "stopped; nothing was changed in it");
}

}  // namespace srsync::journal
