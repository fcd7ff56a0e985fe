// What the floors are made of: code that knows everything about its one workload.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace bench::hand {

inline constexpr std::int64_t kDay = 86400000;

struct Day {
  unsigned year, month, day;
};

// Howard Hinnant's civil_from_days, for the days since 1970 of years that need no sign.
inline Day day_of(std::int64_t days) {
  const std::int64_t z = days + 719468;
  const auto era = static_cast<unsigned>(z / 146097);
  const auto of_era = static_cast<unsigned>(z % 146097);
  const unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year_of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1};
}

inline constexpr char kPairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

inline char* put2(char* out, unsigned value) {
  std::memcpy(out, kPairs + std::size_t{2} * value, 2);
  return out + 2;
}
inline char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}
inline char* put_date(char* out, std::int64_t millis) {
  const Day day = day_of(millis / kDay);
  out = put2(put2(out, day.year / 100), day.year % 100);
  *out++ = '-';
  out = put2(out, day.month);
  *out++ = '-';
  return put2(out, day.day);
}

// All of W1, for any name.
inline char* put_path(char* out, std::int64_t millis, std::string_view name) {
  out = put_date(put(out, "s3://bucket/"), millis - kDay);
  *out++ = '/';
  return put(put(out, name), ".csv");
}

}  // namespace bench::hand
