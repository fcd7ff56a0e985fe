// Checks and reads zone files (TZif, RFC 8536).
#include "time/zone_file.h"

#include <cstdint>
#include <fstream>
#include <iterator>

namespace pipexpr::time {
namespace {

constexpr std::size_t kHeader = 44;
constexpr std::size_t kLargest = 1 << 20;  // the longest real one has some 3,000 bytes
constexpr std::int64_t kLargestOffset = 26 * 3600;

std::int64_t number(std::string_view bytes) {
  std::uint64_t value = static_cast<unsigned char>(bytes[0]) >= 0x80 ? ~std::uint64_t{0} : 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(value);
}

struct Counts {
  std::size_t utc = 0, standard = 0, leaps = 0, times = 0, types = 0, letters = 0;

  std::size_t bytes(std::size_t time) const {
    return times * (time + 1) + types * 6 + letters + leaps * (time + 4) + standard + utc;
  }
};

// Takes the header off. Counts are below the file's largest size, so that their sums cannot overflow.
bool take_header(std::string_view& bytes, char& version, Counts& counts) {
  if (bytes.size() < kHeader || !bytes.starts_with("TZif")) return false;
  version = bytes[4];
  std::size_t* const all[] = {&counts.utc,   &counts.standard, &counts.leaps,
                              &counts.times, &counts.types,    &counts.letters};
  for (std::size_t i = 0; i < std::size(all); ++i) {
    const std::int64_t count = number(bytes.substr(20 + 4 * i, 4));
    if (count < 0 || count > static_cast<std::int64_t>(kLargest)) return false;
    *all[i] = static_cast<std::size_t>(count);
  }
  bytes.remove_prefix(kHeader);
  return true;
}

// Type `index` of a block: offset, whether it is daylight time, and where its abbreviation begins.
struct Type {
  std::int32_t offset;
  bool daylight;
  std::string_view abbreviation;

  bool operator==(const Type&) const = default;
};

Type type_at(std::string_view block, const Counts& counts, std::size_t time, std::size_t index) {
  const std::size_t types = counts.times * (time + 1);
  const std::string_view row = block.substr(types + index * 6, 6);
  const std::string_view letters = block.substr(types + counts.types * 6, counts.letters);
  const std::string_view name = letters.substr(static_cast<unsigned char>(row[5]));
  return {static_cast<std::int32_t>(number(row.substr(0, 4))), row[4] != 0, name.substr(0, name.find('\0'))};
}

bool is_sound(std::string_view block, const Counts& counts, std::size_t time) {
  if (counts.types == 0 || counts.types > 256 || counts.letters == 0) return false;
  if (counts.utc != 0 && counts.utc != counts.types) return false;
  if (counts.standard != 0 && counts.standard != counts.types) return false;
  for (std::size_t i = 1; i < counts.times; ++i) {
    if (number(block.substr((i - 1) * time, time)) >= number(block.substr(i * time, time))) return false;
  }
  const std::string_view indices = block.substr(counts.times * time, counts.times);
  for (const char index : indices) {
    if (static_cast<unsigned char>(index) >= counts.types) return false;
  }
  const std::string_view types = block.substr(counts.times * (time + 1), counts.types * 6);
  for (std::size_t i = 0; i < types.size(); i += 6) {
    const std::int64_t offset = number(types.substr(i, 4));
    if (offset < -kLargestOffset || offset > kLargestOffset) return false;
    if (static_cast<unsigned char>(types[i + 4]) > 1) return false;
    if (static_cast<unsigned char>(types[i + 5]) >= counts.letters) return false;
  }
  return block[counts.times * (time + 1) + types.size() + counts.letters - 1] == '\0';
}

}  // namespace

std::string read_zone_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  for (char part[4096]; file && bytes.size() <= kLargest;) {
    file.read(part, sizeof part);
    bytes.append(part, static_cast<std::size_t>(file.gcount()));
  }
  return bytes;
}

bool is_zone_file(std::string_view bytes) {
  if (bytes.size() > kLargest) return false;
  char version = 0, second = 0;
  Counts counts;
  if (!take_header(bytes, version, counts) || bytes.size() < counts.bytes(4)) return false;
  if (version == 0) return is_sound(bytes, counts, 4);
  if (version < '2' || version > '4') return false;
  bytes.remove_prefix(counts.bytes(4));
  counts = {};
  if (!take_header(bytes, second, counts) || second != version || bytes.size() < counts.bytes(8)) return false;
  return is_sound(bytes, counts, 8);
}

std::vector<Transition> transitions_of(std::string_view bytes) {
  char version = 0;
  Counts counts;
  std::size_t time = 4;
  take_header(bytes, version, counts);
  if (version >= '2') {  // the first block is for readers of version 1
    bytes.remove_prefix(counts.bytes(4));
    counts = {};
    take_header(bytes, version, counts);
    time = 8;
  }
  // Before the first transition the first type that is not daylight time holds, if there is one.
  Type now = type_at(bytes, counts, time, 0);
  for (std::size_t i = 0; i < counts.types && now.daylight; ++i) {
    const Type type = type_at(bytes, counts, time, i);
    if (!type.daylight) now = type;
  }
  std::vector<Transition> out = {{kBeginningOfTime, now.offset, now.daylight}};
  for (std::size_t i = 0; i < counts.times; ++i) {
    const auto index = static_cast<unsigned char>(bytes[counts.times * time + i]);
    const Type next = type_at(bytes, counts, time, index);
    if (next == now) continue;
    now = next;
    out.push_back({number(bytes.substr(i * time, time)), now.offset, now.daylight});
  }
  return out;
}

std::string_view footer_of(std::string_view bytes) {
  if (bytes.size() < 2 || bytes.back() != '\n') return {};
  const std::size_t begin = bytes.rfind('\n', bytes.size() - 2);
  return begin == bytes.npos ? std::string_view() : bytes.substr(begin + 1, bytes.size() - begin - 2);
}

}  // namespace pipexpr::time
