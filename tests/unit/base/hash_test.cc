// Tests of SipHash against its published vectors, and of the process key.
#include "base/hash.h"

#include <set>

#include "catch.h"

using namespace pipexpr::base;

TEST_CASE("text: SipHash-2-4 is the published one") {
  // The vectors of its paper: the key 00 01 ... 0f, messages 00 01 02 ... of growing length.
  const HashKey key = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
  std::string message;
  const std::uint64_t expected[] = {0x726fdb47dd0e0e31u, 0x74f839c593dc67fdu, 0x0d6c8009d9a94f5au, 0x85676696d7fb7e2du};
  for (const std::uint64_t hash : expected) {
    CHECK(siphash(message, key, 2, 4) == hash);
    message += static_cast<char>(message.size());
  }
  while (message.size() < 15) message += static_cast<char>(message.size());
  CHECK(siphash(message, key, 2, 4) == 0xa129ca6149be45e5u);
}

TEST_CASE("text: the hash depends on the key and on every byte") {
  const std::string text = "myFieldName";
  std::set<std::uint64_t> seen = {siphash(text, {1, 2}, 1, 3), siphash(text, {1, 3}, 1, 3),
                                  siphash(text, {2, 2}, 1, 3)};
  CHECK(seen.size() == 3);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    seen.insert(siphash(changed, {1, 2}, 1, 3));
    seen.insert(siphash(text.substr(0, i), {1, 2}, 1, 3));
  }
  CHECK(seen.size() == 3 + 2 * text.size());
  CHECK(Hash()(text) == Hash()(text));
  CHECK(process_key() == process_key());
}
