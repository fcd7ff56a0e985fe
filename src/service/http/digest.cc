// Calls OpenSSL with contexts that are kept.
#include "service/http/digest.h"

#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/params.h>

namespace pipexpr::service {
namespace {

void require(bool works) {
  if (!works) throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

template <class T>
T* required(T* made) {
  require(made != nullptr);
  return made;
}

// Fetched once and kept: OpenSSL 3 looks through its providers for every digest that is named otherwise.
const EVP_MD* algorithm() {
  static const EVP_MD* const found = required(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return found;
}

EVP_MAC* hmac() {
  static EVP_MAC* const found = required(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  return found;
}

// The state that the digests of this thread are computed in.
EVP_MD_CTX* scratch() {
  struct Free {
    void operator()(EVP_MD_CTX* state) const { EVP_MD_CTX_free(state); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> state(required(EVP_MD_CTX_new()));
  return state.get();
}

}  // namespace

Digest sha256(std::string_view data) {
  EVP_MD_CTX* state = scratch();
  Digest result;
  require(EVP_DigestInit_ex(state, algorithm(), nullptr) == 1 &&
          EVP_DigestUpdate(state, data.data(), data.size()) == 1 &&
          EVP_DigestFinal_ex(state, result.data(), nullptr) == 1);
  return result;
}

HexDigest hex(const Digest& digest) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  HexDigest result;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    result[2 * i] = kDigits[digest[i] >> 4U];
    result[2 * i + 1] = kDigits[digest[i] & 0xFU];
  }
  return result;
}

HmacKey::HmacKey(std::string_view key) : keyed_(required(EVP_MAC_CTX_new(hmac()))) {
  char digest[] = "SHA256";
  const OSSL_PARAM how[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                            OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(keyed_.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(), how) == 1);
}

Digest HmacKey::sign(std::string_view data) const {
  const std::unique_ptr<EVP_MAC_CTX, Free> state(required(EVP_MAC_CTX_dup(keyed_.get())));
  require(EVP_MAC_update(state.get(), reinterpret_cast<const unsigned char*>(data.data()), data.size()) == 1);
  Digest result;
  std::size_t size = 0;
  require(EVP_MAC_final(state.get(), result.data(), &size, result.size()) == 1 && size == result.size());
  return result;
}

}  // namespace pipexpr::service
