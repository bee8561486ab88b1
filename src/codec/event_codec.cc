#include "codec/event_codec.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <variant>

#include "codec/fact_fields.h"
#include "codec/wire.h"

namespace srsync::codec {
namespace {

constexpr std::size_t kFacts = std::variant_size_v<core::Fact>;
// 1 to 15 are the envelope's own.
constexpr std::uint32_t kFirstFactField = 16;
constexpr std::size_t kNone = kFacts;

template <std::size_t... I>
constexpr std::array<std::uint32_t, kFacts> fact_fields_of(std::index_sequence<I...> /*indexes*/) {
  return {kFactField<std::variant_alternative_t<I, core::Fact>>...};
}
constexpr auto kFieldOf = fact_fields_of(std::make_index_sequence<kFacts>());

constexpr std::uint32_t last_fact_field() {
  std::uint32_t last = 0;
  for (const std::uint32_t field : kFieldOf) last = field > last ? field : last;
  return last;
}

// Field number -> place in the variant, or kNone.
constexpr auto make_index_of() {
  std::array<std::size_t, last_fact_field() + 1> index_of{};
  for (auto& index : index_of) index = kNone;
  for (std::size_t i = 0; i < kFacts; ++i) index_of[kFieldOf[i]] = i;
  return index_of;
}
constexpr auto kIndexOf = make_index_of();

constexpr bool every_fact_has_its_own_field() {
  for (std::size_t i = 0; i < kFacts; ++i) {
    if (kFieldOf[i] < kFirstFactField || kIndexOf[kFieldOf[i]] != i) return false;
  }
  return true;
}
static_assert(every_fact_has_its_own_field(),
              "give the new fact a number in fact_fields.h and schema/journal.proto");

template <std::size_t I>
void read_fact(Reader& reader, core::Fact& fact) {
  reader.alternative<std::variant_alternative_t<I, core::Fact>>(kFieldOf[I], fact);
}

using ReadFact = void (*)(Reader&, core::Fact&);
template <std::size_t... I>
constexpr std::array<ReadFact, kFacts> readers_of(std::index_sequence<I...> /*indexes*/) {
  return {&read_fact<I>...};
}
constexpr auto kReaders = readers_of(std::make_index_sequence<kFacts>());

void put_hash(Writer& writer, std::uint32_t field, const Hash128& hash) {
  std::array<char, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(hash.high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<char>(hash.low >> (56 - 8 * i));
  }
  writer.bytes(field, std::string_view(bytes.data(), bytes.size()));
}

bool get_hash(std::string_view bytes, Hash128& hash) {
  if (bytes.size() != 16) return false;
  hash = {};
  for (std::size_t i = 0; i < 8; ++i) {
    hash.high = (hash.high << 8) | static_cast<unsigned char>(bytes[i]);
    hash.low = (hash.low << 8) | static_cast<unsigned char>(bytes[8 + i]);
  }
  return true;
}

}  // namespace

void encode_event(const core::Event& event, const Hash128& previous, std::string& out) {
  Writer writer(out);
  writer(1, kSchemaVersion);
  writer(2, event.seq);
  writer(3, event.at);
  put_hash(writer, 4, previous);
  std::visit(
      [&writer](const auto& fact) {
        writer.message(kFactField<std::remove_cvref_t<decltype(fact)>>, fact);
      },
      event.fact);
}

Hash128 chain_next(const Hash128& previous, std::string_view envelope) {
  return hash128_chain(previous, envelope);
}

Status decode_event(std::string_view envelope, core::Event& event, Hash128& previous) {
  Reader reader(envelope);
  std::uint32_t schema = 0;
  reader(1, schema);
  if (reader.ok() && schema > kSchemaVersion) {
    return unsupported(fmt::format("an event has schema version {}; this version reads up to {}",
                                   schema, kSchemaVersion),
                       "use the version of srsync that wrote the journal, or a newer one");
  }
  reader(2, event.seq);
  reader(3, event.at);
  const std::string_view hash = reader.bytes(4);
  if (!reader.ok()) return reader.status("an event's envelope");
  if (schema == 0) return corruption("an event's envelope has no schema version");
  if (!get_hash(hash, previous)) {
    return corruption(fmt::format("event {} has no chain hash", event.seq.value()));
  }
  const std::uint32_t field = reader.field();
  const std::size_t index = field < kIndexOf.size() ? kIndexOf[field] : kNone;
  if (index == kNone) {
    return corruption(field == 0 ? fmt::format("event {} holds no fact", event.seq.value())
                                 : fmt::format("event {} holds an unknown fact (field {})",
                                               event.seq.value(), field));
  }
  kReaders[index](reader, event.fact);
  reader.finish();
  if (reader.ok()) return Status::ok();
  return reader.status(
      fmt::format("event {} ({})", event.seq.value(), core::fact_name(event.fact)));
}

std::uint32_t fact_field(const core::Fact& fact) { return kFieldOf[fact.index()]; }

}  // namespace srsync::codec
