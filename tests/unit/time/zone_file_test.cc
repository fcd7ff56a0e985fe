// Tests of damaged zone files.
#include "time/zone_file.h"

#include <filesystem>
#include <string>

#include "catch.h"
#include "time/system_zones.h"
#include "time/zone_source.h"

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

// What date reads and what we read must be one: which of them is used depends on where zones come from.
#if !defined(PIPEXPR_EMBEDDED_ZONES)
TEST_CASE("time: every zone of the system's database is read as date reads it") {
  open_system_zones();
  const std::string database(kSystemDirectory);
  std::size_t zones = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(database)) {
    const std::string id = entry.path().string().substr(database.size());
    if (!entry.is_regular_file() || !is_zone_name(id)) continue;
    const std::string bytes = read_zone_file(entry.path());
    if (!is_zone_file(bytes)) continue;
    INFO(id);
    REQUIRE(has_system_zone(id));
    CHECK(transitions_of(bytes) == system_transitions(id));
    ++zones;
  }
  CHECK(zones > 300);
}

TEST_CASE("time: a folder has the zones that date finds in it, in the same order") {
  open_system_zones();
  std::vector<std::string> by_date, by_folder;
  each_system_zone([&](std::string_view id) { by_date.emplace_back(id); });
  ZoneSource{std::string(kSystemDirectory)}.each_id([&](std::string_view id) { by_folder.emplace_back(id); });
  CHECK(by_folder == by_date);
  ZoneSource{"/nowhere/"}.each_id([](std::string_view id) { FAIL("there is no " << id); });
}
#endif

TEST_CASE("time: names that no zone's file can have") {
  for (const char* const id : {"", "/etc/passwd", "../UTC", "Europe/../UTC", "posix/UTC", "right/UTC", "posixrules",
                               "Factory", "localtime", "tzdata.zi", "a b"}) {
    INFO(id);
    CHECK_FALSE(is_zone_name(id));
  }
  for (const char* const id : {"UTC", "Etc/GMT+1", "America/Argentina/Buenos_Aires", "Africa/Porto-Novo"}) {
    CHECK(is_zone_name(id));
  }
}
