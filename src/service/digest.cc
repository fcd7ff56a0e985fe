#include "digest.h"

#include <algorithm>
#include <stdexcept>

namespace pipexpr::service {
namespace {

constexpr std::size_t kBlock = 64;

void require(bool works) {
  if (!works) throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

// Fetched once and kept: OpenSSL 3 looks through its providers for every digest that is named otherwise.
const EVP_MD* algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  require(found != nullptr);
  return found;
}

EVP_MD_CTX* new_state() {
  EVP_MD_CTX* state = EVP_MD_CTX_new();
  require(state != nullptr);
  return state;
}

// The state that the digests of this thread are computed in.
EVP_MD_CTX* scratch() {
  struct Owner {
    ~Owner() { EVP_MD_CTX_free(state); }
    EVP_MD_CTX* state = new_state();
  };
  thread_local Owner owner;
  return owner.state;
}

void update(EVP_MD_CTX* state, std::string_view data) {
  require(EVP_DigestUpdate(state, data.data(), data.size()) == 1);
}

Digest finish(EVP_MD_CTX* state) {
  Digest result;
  require(EVP_DigestFinal_ex(state, result.data(), nullptr) == 1);
  return result;
}

}  // namespace

Digest sha256(std::string_view data) {
  EVP_MD_CTX* state = scratch();
  require(EVP_DigestInit_ex(state, algorithm(), nullptr) == 1);
  update(state, data);
  return finish(state);
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

HmacKey::HmacKey(std::string_view key) : inner_(new_state()), outer_(new_state()) {
  Digest shorter;
  if (key.size() > kBlock) {
    shorter = sha256(key);
    key = view_of(shorter);
  }
  auto begin = [&](EVP_MD_CTX* state, char pad) {
    std::array<char, kBlock> block;
    block.fill(pad);
    std::transform(key.begin(), key.end(), block.begin(), [pad](char c) { return static_cast<char>(c ^ pad); });
    require(EVP_DigestInit_ex(state, algorithm(), nullptr) == 1);
    update(state, {block.data(), block.size()});
  };
  begin(inner_.get(), 0x36);
  begin(outer_.get(), 0x5C);
}

Digest HmacKey::sign(std::string_view data) const {
  EVP_MD_CTX* state = scratch();
  require(EVP_MD_CTX_copy_ex(state, inner_.get()) == 1);
  update(state, data);
  Digest inside = finish(state);
  require(EVP_MD_CTX_copy_ex(state, outer_.get()) == 1);
  update(state, view_of(inside));
  return finish(state);
}

}  // namespace pipexpr::service
