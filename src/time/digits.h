// Decimal digits, two at a time.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>

namespace pipexpr::time {

inline constexpr char kPairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354"
    "555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

inline char* put_two(char* out, std::uint32_t value) {
  std::memcpy(out, kPairs + 2 * value, 2);
  return out + 2;
}

inline char* put_four(char* out, std::uint32_t value) { return put_two(put_two(out, value / 100), value % 100); }

// Any number with any width: put_padded's rare case.
[[gnu::noinline]] inline char* put_any(char* out, std::int64_t value, std::uint32_t width) {
  if (value < 0) *out++ = '-';
  const std::uint64_t size = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  char buffer[20];
  const auto length = static_cast<std::uint32_t>(std::to_chars(buffer, buffer + sizeof buffer, size).ptr - buffer);
  for (std::uint32_t i = length; i < width; ++i) *out++ = '0';
  std::memcpy(out, buffer, length);
  return out + length;
}

// Zeros to `width` digits of the magnitude, a minus in front.
inline char* put_padded(char* out, std::int64_t value, std::uint32_t width) {
  if (width == 2 && value >= 0 && value < 100) return put_two(out, static_cast<std::uint32_t>(value));
  if (width == 4 && value >= 0 && value < 10000) return put_four(out, static_cast<std::uint32_t>(value));
  return put_any(out, value, width);
}

inline constexpr std::size_t kMaxOffsetText = 16;

// +hh:mm, with :ss and .SSS when there are any: the id of a fixed offset.
inline char* put_whole_offset(char* out, std::int64_t millis) {
  *out++ = millis < 0 ? '-' : '+';
  const auto size = static_cast<std::uint32_t>(millis < 0 ? -millis : millis);
  out = put_two(out, size / 3'600'000);
  *out++ = ':';
  out = put_two(out, size / 60'000 % 60);
  if (size % 60'000 == 0) return out;
  *out++ = ':';
  out = put_two(out, size / 1000 % 60);
  if (size % 1000 == 0) return out;
  *out++ = '.';
  return put_padded(out, size % 1000, 3);
}

}  // namespace pipexpr::time
