#include "config/password.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"

namespace srsync::config {
namespace {

using Bytes = std::vector<unsigned char>;

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.back() == '='; ++i) text.remove_suffix(1);
  Bytes out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<unsigned char>((bits >> count) & 0xFF));
  }
  return out;
}

// Every byte of the key text is XORed into the 16 key bytes, going round.
std::array<unsigned char, 16> fold_key(std::string_view key) {
  std::array<unsigned char, 16> folded{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    folded[i % folded.size()] ^= static_cast<unsigned char>(key[i]);
  }
  return folded;
}

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

std::optional<std::string> decrypt(const Bytes& encrypted, std::string_view key) {
  const auto folded = fold_key(key);
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  Bytes plain(encrypted.size() + folded.size());
  int first = 0;
  int last = 0;
  if (context == nullptr ||
      EVP_DecryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, folded.data(), nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), plain.data(), &first, encrypted.data(),
                        static_cast<int>(encrypted.size())) != 1 ||
      EVP_DecryptFinal_ex(context.get(), plain.data() + first, &last) != 1) {
    return std::nullopt;
  }
  return std::string(plain.begin(), plain.begin() + first + last);
}

// One wrong key in 256 gives a valid padding; what it decrypts to is hardly ever a text.
bool is_text(std::string_view bytes) {
  std::size_t following = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_continuation = (byte & 0xC0) == 0x80;
    if (is_continuation != (following > 0)) return false;
    if (is_continuation) {
      --following;
    } else if (byte < 0x20 || byte == 0x7F || byte >= 0xF8) {
      return false;
    } else {
      following = byte < 0x80 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    }
  }
  return following == 0;
}

}  // namespace

Result<Secret> decrypt_password(std::string_view base64, const Secret& key) {
  const auto encrypted = from_base64(trim(base64));
  if (!encrypted.has_value()) {
    return invalid_argument(
        "it is not base64: with a secret key, the password must be the answer of "
        "SELECT TO_BASE64(AES_ENCRYPT('<password>', '<secret key>'))");
  }
  auto plain = decrypt(*encrypted, key.reveal());
  if (!plain.has_value() || !is_text(*plain)) {
    return invalid_argument(
        "it cannot be decrypted with this secret key: the key or the text is wrong");
  }
  return Secret(std::move(*plain));
}

}  // namespace srsync::config
