// SHA-256 and HMAC by OpenSSL, without the look-ups and allocations that its one-call functions make for every text.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include <openssl/evp.h>

namespace pipexpr::service {

using Digest = std::array<unsigned char, 32>;
using HexDigest = std::array<char, 64>;

// These throw std::runtime_error when OpenSSL fails, for want of memory most likely: nothing is compared with a digest
// that was not computed.
Digest sha256(std::string_view data);
HexDigest hex(const Digest& digest);

inline std::string_view view_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
inline std::string_view view_of(const HexDigest& text) { return {text.data(), text.size()}; }

// A key of HMAC-SHA-256, ready to sign: what a key costs is paid once. Safe to use from several threads.
class HmacKey {
 public:
  explicit HmacKey(std::string_view key);
  Digest sign(std::string_view data) const;

 private:
  struct Free {
    void operator()(EVP_MAC_CTX* state) const { EVP_MAC_CTX_free(state); }
  };
  std::unique_ptr<EVP_MAC_CTX, Free> keyed_;
};

}  // namespace pipexpr::service
