// The instants at which translations are compared.
#include <algorithm>
#include <chrono>

#include <pipexpr/translate.h>

namespace pipexpr {
namespace {

using Class = TranslationProbe::Class;

constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr int kFirstYear = 1971, kEndYear = 2038;

std::int64_t midnight(std::chrono::sys_days day) { return day.time_since_epoch().count() * kDay; }

class Probes {
 public:
  explicit Probes(const std::optional<Period>& period) : period_(period) {}

  std::vector<TranslationProbe> take() {
    for (int year = kFirstYear; year < kEndYear; ++year) {
      months(std::chrono::year(year));
      // The days in which the years of weeks part from those of the calendar.
      const std::chrono::sys_days new_year = std::chrono::year(year) / 1 / 1;
      for (int day = -4; day < 8; ++day) {
        add(midnight(new_year + std::chrono::days(day)) + (day + 8) * kHour + 309 * kSecond, Class::iso_week);
      }
    }
    const std::int64_t day = midnight(std::chrono::year(2024) / 5 / 9);
    for (std::int64_t half = 0; half < 96; ++half) add(day + half * kHour / 2 + 7 * kSecond, Class::hour);
    random();
    std::sort(probes_.begin(), probes_.end(),
              [](const TranslationProbe& a, const TranslationProbe& b) { return a.start < b.start; });
    const auto is_same = [](const TranslationProbe& a, const TranslationProbe& b) { return a.start == b.start; };
    probes_.erase(std::unique(probes_.begin(), probes_.end(), is_same), probes_.end());
    return std::move(probes_);
  }

 private:
  void months(std::chrono::year year) {
    for (int month = 1; month <= 12; ++month) {
      const std::chrono::sys_days first = year / month / 1, last = year / month / std::chrono::last;
      for (const std::int64_t begin : {midnight(first), midnight(last)}) {
        add(begin, Class::month_end);
        add(begin + 12 * kHour, Class::month_end);
        add(begin + kDay - kSecond, Class::month_end);
      }
    }
    if (year.is_leap()) add(midnight(year / 2 / 28) + 13 * kHour + 123 * kSecond, Class::leap_day);
    if (year.is_leap()) add(midnight(year / 2 / 29) + kHour + 123 * kSecond, Class::leap_day);
  }

  // A generator of our own, so that every machine has the same ones.
  void random() {
    std::uint64_t state = 20240524;
    const auto next = [&state](std::uint64_t below) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      return static_cast<std::int64_t>((state >> 33) % below);
    };
    const std::int64_t begin = midnight(std::chrono::year(kFirstYear) / 1 / 1);
    const std::int64_t days = (midnight(std::chrono::year(kEndYear) / 1 / 1) - begin) / kDay;
    for (int i = 0; i < 1500; ++i) {
      const std::int64_t day = next(static_cast<std::uint64_t>(days));
      const std::int64_t second = next(86'400);
      add(begin + day * kDay + second * kSecond + (i % 5 == 0 ? next(1000) : 0), Class::random);
    }
  }

  void add(std::int64_t start, Class reason) {
    std::int64_t end = start + kDay;
    if (period_) {
      if (const auto later = pipexpr::add({start, {}}, *period_)) end = later->epoch_millis;
    }
    probes_.push_back({start, end, reason});
  }

  std::optional<Period> period_;
  std::vector<TranslationProbe> probes_;
};

}  // namespace

std::string_view name_of(TranslationProbe::Class reason) {
  constexpr std::string_view kNames[] = {"schedule", "month_end", "leap_day", "iso_week", "hour", "random"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::vector<TranslationProbe> translation_probes(const std::optional<Period>& period) { return Probes(period).take(); }

}  // namespace pipexpr
