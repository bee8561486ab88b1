// Undoes TO_BASE64(AES_ENCRYPT(password, key)), the form in which sync.properties may hold a
// password: AES-128 in ECB mode with PKCS#7 padding, the key folded as MySQL does it.
#pragma once

#include <string_view>

#include "base/secret.h"
#include "base/status.h"

namespace srsync::config {

// kInvalidArgument when it is not base64, or does not decrypt to a text with this key. The message
// holds neither of them.
Result<Secret> decrypt_password(std::string_view base64, const Secret& key);

}  // namespace srsync::config
