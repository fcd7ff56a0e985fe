// A process that says where its time zones are: a folder given as argument, which has Europe/Kyiv and no Europe/Paris.
#include <cstdio>
#include <string_view>

#include <pipexpr/datetime.h>
#include <pipexpr/time_zones.h>

namespace {

int failures = 0;

void expect(bool condition, const char* what) {
  if (condition) return;
  ++failures;
  std::printf("failed: %s\n", what);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::string_view folder = arguments[1];
  expect(!pipexpr::set_time_zone_directory(""), "an empty path is refused");
  expect(pipexpr::set_time_zone_directory("/nowhere"), "a folder may be set before the first zone");
  expect(pipexpr::set_time_zone_directory(folder), "and set again");
  expect(pipexpr::parse_time_zone("Europe/Kyiv").has_value(), "a zone of the folder");
  const auto paris = pipexpr::parse_time_zone("Europe/Paris");
  expect(!paris && paris.error().front().message == "the time-zone database has no zone 'Europe/Paris'",
         "a zone without file");
  const auto outside = pipexpr::parse_time_zone("../passwd");
  expect(!outside && outside.error().front().message == "The datetime zone id '../passwd' is not recognised",
         "a name that leads out of the folder");
  expect(pipexpr::time_zone_database_source() == std::string(folder) + "/", "the source");
  expect(!pipexpr::set_time_zone_directory("/usr/share/zoneinfo"), "no other folder after the first zone");
  expect(pipexpr::parse_time_zone("UTC").has_value(), "UTC needs no folder");
  std::printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
