// SipHash, and the key that this process draws once.
#include "base/hash.h"

#include <bit>
#include <chrono>
#include <cstring>
#include <exception>
#include <random>

namespace pipexpr::base {
namespace {

HashKey draw() {
  HashKey key{};
  try {
    std::random_device source;
    for (std::uint64_t& word : key) word = std::uint64_t{source()} << 32 | source();
  } catch (const std::exception&) {  // no entropy to be had: where this process lies and when it began must do
    key[0] = reinterpret_cast<std::uintptr_t>(&key);
    key[1] = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  return key;
}

struct State {
  std::uint64_t a, b, c, d;

  void round() {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void take(std::uint64_t word, int rounds) {
    d ^= word;
    for (int i = 0; i < rounds; ++i) round();
    a ^= word;
  }
};

}  // namespace

const HashKey& process_key() {
  static const HashKey key = draw();
  return key;
}

std::uint64_t siphash(std::string_view text, const HashKey& key, int rounds, int last_rounds) {
  State state{key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du, key[0] ^ 0x6c7967656e657261u,
              key[1] ^ 0x7465646279746573u};
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);  // on a big-endian machine the hash differs, which has no effect: hashes are not stored
    state.take(word, rounds);
  }
  std::uint64_t last = std::uint64_t{text.size()} << 56;
  for (std::size_t i = 0; i < left; ++i) last |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
  state.take(last, rounds);
  state.c ^= 0xFF;
  for (int i = 0; i < last_rounds; ++i) state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace pipexpr::base
