// A pattern, an instant and a zone from bytes: formatting is total, keeps to its bound and repeats itself; a refused
// pattern has a span inside it.
#include <vector>

#include "fuzz.h"
#include "time/calendar_arithmetic.h"
#include "time/literal.h"
#include "time/pattern.h"
#include "time/zone.h"

using namespace pipexpr;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kZones[] = {"UTC",
                                         "America/New_York",
                                         "Europe/Dublin",
                                         "Africa/Casablanca",
                                         "Pacific/Apia",
                                         "+05:30",
                                         "-23:59:59.999",
                                         "Australia/Lord_Howe",
                                         "nosuch/Zone",
                                         "America/Sao_Paulo",
                                         "Australia/Broken_Hill",
                                         "Pacific/Pago_Pago"};
  fuzz::Bytes bytes(data, size);
  DateTime time;
  time.epoch_millis = bytes.number();
  if (bytes.byte() % 4 != 0) time.epoch_millis %= 4'000'000'000'000;
  time::Failure failure;
  const std::string_view zone = kZones[bytes.byte() % std::size(kZones)];
  if (!time::find_zone(zone, time.zone, failure)) FUZZ_CHECK(zone == "nosuch/Zone" && !failure.message.empty());

  DateTime moved;
  const auto amount = static_cast<std::int32_t>(bytes.number());
  const auto unit = static_cast<TimeUnit>(bytes.byte() % 6);
  if (time::plus(time, amount, unit, moved, failure)) {
    FUZZ_CHECK(moved.zone == time.zone);
    FUZZ_CHECK((amount < 0) == (moved.epoch_millis < time.epoch_millis) || moved.epoch_millis == time.epoch_millis ||
               unit >= TimeUnit::days);
  }
  for (const auto operation : {time::midnight, time::first_of_month, time::sunday, time::yesterday}) {
    if (operation(time, moved, failure)) FUZZ_CHECK(moved.zone == time.zone);
  }
  FUZZ_CHECK(time::month(time) >= 1 && time::month(time) <= 12 && time::day(time) >= 1 && time::day(time) <= 31);

  const std::string_view text = bytes.rest();
  DateTime read;
  if (time::parse_datetime(text, read, failure)) {
    std::vector<char> buffer(time::kMaxDefaultText);
    FUZZ_CHECK(time::write_default(read, buffer.data()) <= buffer.data() + buffer.size());
  }
  time::Pattern pattern;
  if (!time::Pattern::compile(text, 256, 64, pattern, failure)) {
    FUZZ_CHECK(failure.offset + failure.length <= text.size() && !failure.message.empty());
    return 0;
  }
  std::vector<char> first(pattern.max_size()), second(pattern.max_size());
  const char* const end = pattern.write(time, first.data());
  FUZZ_CHECK(end <= first.data() + first.size());
  pattern.write(time, second.data());
  FUZZ_CHECK(std::equal(first.data(), const_cast<char*>(end), second.data()));
  return 0;
}
