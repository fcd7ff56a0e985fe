// Escapes texts for JSON, many bytes at a time.
#include "adapter/json_writer.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/json_escape.h"

namespace pipexpr::adapter {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kStep = 8;

// Without a branch, so that compilers make vector code of it.
bool is_plain(const char* block) {
  std::uint8_t found = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    auto byte = static_cast<unsigned char>(block[i]);
    found = static_cast<std::uint8_t>(found | std::uint8_t{byte < 0x20} | std::uint8_t{byte == '"'} |
                                      std::uint8_t{byte == '\\'});
  }
  return found == 0;
}

// How many bytes of a step come before the first that is escaped.
std::size_t plain_prefix(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  // The high bit of every byte that is below the other's. False positives occur only after a true one.
  auto below = [](std::uint64_t a, std::uint64_t b) { return (a - b) & ~a & kHigh; };
  std::uint64_t found =
      below(word, kOnes * 0x20) | below(word ^ (kOnes * '"'), kOnes) | below(word ^ (kOnes * '\\'), kOnes);
  return static_cast<std::size_t>(std::countr_zero(found)) / 8;
}

// May write up to a step more than it returns.
char* put_mixed(char* to, const char* at, const char* end) {
  while (at != end) {
    if (static_cast<std::size_t>(end - at) >= kStep) {
      std::size_t plain = plain_prefix(at);
      std::memcpy(to, at, kStep);
      to += plain;
      at += plain;
      if (plain == kStep) continue;
    } else if (base::json_size(*at) == 1) {
      *to++ = *at++;
      continue;
    }
    to = base::put_json(to, *at++);
  }
  return to;
}

}  // namespace

// By way of a piece that stays in the processor's cache.
void append_escaped(std::string& out, std::string_view text) {
  char piece[4096];
  constexpr std::size_t kFull = sizeof piece - kBlock * base::kMaxJsonEscape - kStep;
  char* to = piece;
  while (!text.empty()) {
    std::string_view block = text.substr(0, kBlock);
    text.remove_prefix(block.size());
    if (block.size() == kBlock && is_plain(block.data())) {
      std::memcpy(to, block.data(), kBlock);
      to += kBlock;
    } else {
      to = put_mixed(to, block.data(), block.data() + block.size());
    }
    auto size = static_cast<std::size_t>(to - piece);
    if (size > kFull || text.empty()) {
      out.append(piece, size);
      to = piece;
    }
  }
}

}  // namespace pipexpr::adapter
