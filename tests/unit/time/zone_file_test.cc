// Tests of damaged zone files.
#include "time/zone_file.h"

#include <filesystem>
#include <string>

#include "catch.h"

using namespace pipexpr::time;

namespace {

std::string be32(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

// A file of version 1 with one type, UTC, and the transitions given.
std::string file(std::uint32_t types, const std::string& times, const std::string& indices, std::string letters,
                 std::uint32_t letter = 0, std::uint32_t offset = 0) {
  std::string out = std::string("TZif") + std::string(16, '\0');
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{0}, std::size_t{0}, indices.size(), std::size_t{types}, letters.size()}) {
    out += be32(static_cast<std::uint32_t>(count));
  }
  out += times + indices;
  for (std::uint32_t i = 0; i < types; ++i) out += be32(offset) + '\0' + static_cast<char>(letter);
  return out + letters;
}

const std::string kUtc("UTC\0", 4);

}  // namespace

TEST_CASE("time: every file of the system's database is sound") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("/usr/share/zoneinfo")) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = read_zone_file(entry.path());
    if (!bytes.starts_with("TZif")) continue;  // tables beside the zones
    INFO(entry.path());
    CHECK(is_zone_file(bytes));
    ++files;
  }
  CHECK(files > 300);
}

TEST_CASE("time: zone files cut short anywhere, and such with a number out of its range, are refused") {
  const std::string whole = file(1, be32(0) + be32(10), std::string("\0\0", 2), kUtc);
  REQUIRE(is_zone_file(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(is_zone_file(whole.substr(0, size)));
  const std::string kyiv = read_zone_file("/usr/share/zoneinfo/Europe/Kyiv");
  REQUIRE(is_zone_file(kyiv));
  for (std::size_t size = 0; size + footer_of(kyiv).size() + 2 < kyiv.size(); size += 7) {
    CHECK_FALSE(is_zone_file(kyiv.substr(0, size)));
  }
  CHECK_FALSE(is_zone_file("# pipexpr"));
  CHECK_FALSE(is_zone_file(file(0, "", "", kUtc)));                                        // no type
  CHECK_FALSE(is_zone_file(file(1, "", "", "")));                                          // no letters
  CHECK_FALSE(is_zone_file(file(1, "", "", "UTC")));                                       // letters without end
  CHECK_FALSE(is_zone_file(file(1, "", "", kUtc, 4)));                                     // letters beyond
  CHECK_FALSE(is_zone_file(file(1, "", "", kUtc, 0, 100'000)));                            // 27 hours
  CHECK_FALSE(is_zone_file(file(1, be32(0), "\1", kUtc)));                                 // a type beyond
  CHECK_FALSE(is_zone_file(file(1, be32(10) + be32(10), std::string("\0\0", 2), kUtc)));   // not ascending
  CHECK_FALSE(is_zone_file(file(1, be32(10) + be32(~0U), std::string("\0\0", 2), kUtc)));  // -1 after 10
  std::string later = whole;
  later[4] = '9';
  CHECK_FALSE(is_zone_file(later));
}

TEST_CASE("time: the rule at the end of a zone file") {
  CHECK(footer_of(read_zone_file("/usr/share/zoneinfo/America/New_York")) == "EST5EDT,M3.2.0,M11.1.0");
  CHECK(footer_of("") == "");
  CHECK(footer_of("TZif") == "");
  CHECK(footer_of("\n") == "");
  CHECK(read_zone_file("/nowhere").empty());
}
