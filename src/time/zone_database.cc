// From a zone id to a zone: offsets written as text, or a zone of the system's database. Zones are made once and
// kept for the life of the process; the lock is held for look-ups only, which callers do once per literal id.
#include <date/tz.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <mutex>
#include <new>
#include <unordered_map>

#include "time/calendar.h"
#include "time/zone.h"
#include "time/zone_file.h"
#include "time/zone_names.h"
#include "time/zone_rule.h"

namespace pipexpr::time {
namespace {

constexpr const char* kDatabase = "/usr/share/zoneinfo/";  // where date looks on Linux

// Where the database calls winter time "daylight", Joda-Time and the JDK use its rearguard form: what differs from the
// standard offset is daylight time.
struct Rearguard {
  std::string_view id;
  std::int64_t from, to;
  std::int32_t standard;  // seconds
};
constexpr Rearguard kRearguard[] = {
    {"Europe/Dublin", 57722400, INT64_MAX, 0},        // 1971-10-31T02:00Z
    {"Africa/Casablanca", 1540695600, INT64_MAX, 0},  // 2018-10-28T03:00Z
    {"Africa/El_Aaiun", 1540695600, INT64_MAX, 0},
    {"Africa/Windhoek", 764200800, 1508803200, 3600},  // 1994-03-20T22:00Z .. 2017-10-24
    {"Europe/Prague", -728517600, -721260000, 0},      // 1946-12-01 .. 1947-02-23
};

void push(ZoneTable& zone, std::int64_t from, std::int32_t offset, bool daylight) {
  for (const Rearguard& row : kRearguard) {
    if (row.id == zone.id && from >= row.from && from < row.to) daylight = offset != row.standard;
  }
  zone.at.push_back(from);
  zone.offset.push_back(offset);
  zone.daylight.push_back(daylight ? 1 : 0);
}

// An entry, and a second one where the rearguard form begins or ends inside it.
void add(ZoneTable& zone, std::int64_t from, std::int64_t to, std::int32_t offset, bool daylight) {
  push(zone, from, offset, daylight);
  for (const Rearguard& row : kRearguard) {
    if (row.id != zone.id) continue;
    if (row.from > from && row.from < to) push(zone, row.from, offset, daylight);
    if (row.to > from && row.to < to) push(zone, row.to, offset, daylight);
  }
}

// What date knows: every entry up to the last transition in the file.
void read_transitions(ZoneTable& zone, const date::time_zone& source) {
  const date::sys_seconds last = date::sys_days(date::year::max() / 1 / 1);
  date::sys_seconds t = date::sys_days(date::year::min() / 1 / 1);
  for (bool more = true; more;) {
    const date::sys_info info = source.get_info(t);
    const std::int64_t from = zone.at.empty() ? INT64_MIN / 4 : t.time_since_epoch().count();
    more = info.end < last && info.end > t;
    add(zone, from, more ? info.end.time_since_epoch().count() : INT64_MAX,
        static_cast<std::int32_t>(info.offset.count()), info.save != std::chrono::minutes(0));
    t = info.end;
  }
}

// 400 years of the rule behind the last transition; then everything repeats.
void extend(ZoneTable& zone, const Footer& rule) {
  if (!rule.has_daylight) return;
  const std::int64_t known = zone.at.back();
  const std::int64_t year = civil_from_days(floor_div(std::max<std::int64_t>(known, -2'208'988'800), 86400)).year;
  for (std::int64_t y = year; y <= year + 401; ++y) {
    const std::int64_t begins = rule.begins.local_seconds(y) - rule.standard;
    const std::int64_t ends = rule.ends.local_seconds(y) - rule.daylight;
    const auto begin = [&] {
      if (begins > zone.at.back()) push(zone, begins, rule.daylight, true);
    };
    const auto end = [&] {
      if (ends > zone.at.back()) push(zone, ends, rule.standard, false);
    };
    begins < ends ? (begin(), end()) : (end(), begin());
  }
  // The first whole year of the rule and the same year a cycle later are alike.
  zone.repeats_from = days_from_civil(year + 401, 1, 1) * 86400;
}

void index(ZoneTable& zone) {
  constexpr std::int64_t kStep = std::int64_t{1} << ZoneTable::kBucketBits;
  zone.first_bucket = zone.at.size() > 1 ? zone.at[1] : 0;
  std::size_t i = 0;
  for (std::int64_t t = zone.first_bucket; zone.at.size() > 1 && t <= zone.at.back(); t += kStep) {
    while (i + 1 < zone.at.size() && zone.at[i + 1] <= t) ++i;
    zone.bucket.push_back(static_cast<std::uint16_t>(i));
  }
}

// Takes a number of `most` digits at most off the text; how many there were.
std::size_t take_digits(std::string_view& text, std::size_t most, std::int32_t& value) {
  std::size_t count = 0;
  value = 0;
  for (; count < most && count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count) {
    value = value * 10 + (text[count] - '0');
  }
  text.remove_prefix(count);
  return count;
}

// What Joda-Time reads behind a sign: hh, hhmm, hhmmss, hhmmssS.. or the same with colons and a point or comma before
// the fraction, which has one to three digits.
bool parse_offset(std::string_view text, std::int32_t& millis) {
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  std::int32_t value = 0;
  if (take_digits(text, 2, value) < 2 || value > 23) return false;
  millis = value * 3'600'000;
  const bool separated = !text.empty() && text[0] == ':';
  for (const std::int32_t unit : {60'000, 1000}) {
    if (text.empty()) break;
    if (separated) {
      if (text[0] != ':') return false;
      text.remove_prefix(1);
    }
    if (take_digits(text, 2, value) < 2 || value > 59) return false;
    millis += value * unit;
  }
  if (!text.empty()) {
    if (separated) {
      if (text[0] != '.' && text[0] != ',') return false;
      text.remove_prefix(1);
    }
    const std::size_t digits = take_digits(text, 3, value);
    if (digits == 0) return false;
    millis += value * (digits == 1 ? 100 : digits == 2 ? 10 : 1);
  }
  if (negative) millis = -millis;
  return text.empty();
}

// All zones read so far, by canonical id and by number. The database has some 600; only its own ids get here.
constexpr std::uint32_t kMaxZones = 4096;
struct Registry {
  std::mutex mutex;
  std::unordered_map<std::string, std::uint32_t> numbers;  // 0: memory ran out while it was read
  std::uint32_t count = 0;
  bool is_open = false;  // date has the list of zones
  std::atomic<const ZoneTable*> tables[kMaxZones] = {};
};
Registry& registry() {
  static Registry* const made = new Registry;  // never destroyed: zones live as long as the process
  return *made;
}

std::unique_ptr<ZoneTable> read_zone(const std::string& canonical, const date::time_zone& source,
                                     std::string_view file) {
  auto zone = std::make_unique<ZoneTable>();
  zone->id = canonical;
  read_transitions(*zone, source);
  Footer footer;
  if (parse_footer(footer_of(file), footer)) extend(*zone, footer);
  index(*zone);
  if (const ZoneNames* names = zone_names(canonical))
    std::copy(std::begin(names->names), std::end(names->names), zone->names);
  return zone;
}

// Reads the list of zones, when that has not been done. date reads the leap seconds of UTC then.
bool open_database(Failure& failure) {
  for (const char* const name : {"UTC", "right/UTC"}) {
    const std::string bytes = read_zone_file(std::string(kDatabase) + name);
    if (bytes.empty() && name[0] == 'r') continue;  // a database without leap seconds
    if (bytes.empty()) {
      return failure.set(FailureKind::zone_data, std::string("there is no time-zone database in ") + kDatabase +
                                                     ": install the package tzdata");
    }
    if (!is_zone_file(bytes)) {
      return failure.set(FailureKind::zone_data, std::string("the time-zone database in ") + kDatabase +
                                                     " is damaged: its file '" + name + "' is no zone file");
    }
  }
  try {
    (void)date::get_tzdb();
    return true;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& thrown) {
    return failure.set(FailureKind::zone_data, std::string("the time-zone database cannot be read: ") + thrown.what());
  }
}

bool unknown(std::string_view id, Failure& failure) {
  return failure.set(FailureKind::zone, "The datetime zone id '" + std::string(id) + "' is not recognised");
}

}  // namespace

const ZoneTable* table_of(TimeZone zone) {
  if (is_fixed(zone)) return nullptr;
  const auto& tables = registry().tables;
  const ZoneTable* const found =
      zone.code() < std::size(tables) ? tables[zone.code()].load(std::memory_order_acquire) : nullptr;
  // A host can make a zone of any number. One that was never read has UTC's clock and no id.
  static const ZoneTable nowhere = [] {
    ZoneTable table;
    table.at = {INT64_MIN};
    table.offset = {0};
    table.daylight = {0};
    return table;
  }();
  return found != nullptr ? found : &nowhere;
}

bool is_known(TimeZone zone) {
  if (!is_fixed(zone)) return !table_of(zone)->id.empty();
  return zone.is_utc() || fixed_zone(static_cast<std::int32_t>(fixed_millis(zone))) == zone;
}

bool find_zone(std::string_view id, TimeZone& zone, Failure& failure) {
  zone = {};
  if (id == "UTC") return true;
  if (id.empty() || id.size() > kMaxZoneIdSize) return unknown(id.substr(0, kMaxZoneIdSize), failure);
  if (id[0] == '+' || id[0] == '-') {
    std::int32_t millis = 0;
    if (!parse_offset(id, millis)) return unknown(id, failure);
    zone = fixed_zone(millis);
    return true;
  }
  if (id == "localtime") return unknown(id, failure);  // date's list has it: the zone of this machine
  const ZoneNames* const row = zone_names(id);
  const std::string canonical(row != nullptr ? row->canonical : id);
  if (canonical == "UTC") return true;
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  const auto known = all.numbers.find(canonical);
  if (known != all.numbers.end()) {
    if (known->second == 0) {  // date keeps a zone as far as it came, and would go on with that
      return failure.set(FailureKind::zone_data, "memory ran out while the zone '" + canonical + "' was read");
    }
    zone = TimeZone::from_code(known->second);
    return true;
  }
  if (!all.is_open && !open_database(failure)) return false;
  all.is_open = true;
  try {
    if (all.count + 1 >= kMaxZones) return unknown(id, failure);
    const date::time_zone* const source = date::locate_zone(canonical);
    const std::string file = read_zone_file(kDatabase + canonical);
    if (!is_zone_file(file)) {
      return failure.set(FailureKind::zone_data, std::string("the time-zone database in ") + kDatabase +
                                                     " is damaged: its file '" + canonical + "' is no zone file");
    }
    std::uint32_t& number = all.numbers[canonical];
    std::unique_ptr<ZoneTable> table = read_zone(canonical, *source, file);
    number = ++all.count;
    all.tables[number].store(table.release(), std::memory_order_release);
    zone = TimeZone::from_code(number);
    return true;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    all.numbers.erase(canonical);
    if (row == nullptr) return unknown(id, failure);
    return failure.set(FailureKind::zone_data, "the time-zone database has no zone '" + canonical + "'");
  }
}

void each_zone_id(const std::function<void(std::string_view)>& visit) {
  Failure unread;
  const std::lock_guard<std::mutex> lock(registry().mutex);
  if (!registry().is_open && !open_database(unread)) return;
  registry().is_open = true;
  for (const date::time_zone& zone : date::get_tzdb().zones) visit(zone.name());
}

std::string_view tzdata_version() {
  static const std::string version = [] {
    std::ifstream file(std::string(kDatabase) + "tzdata.zi");
    std::string line;
    if (std::getline(file, line) && line.starts_with("# version ")) return line.substr(10);
    std::ifstream plain(std::string(kDatabase) + "+VERSION");
    if (std::getline(plain, line)) return line;
    return std::string(std::ifstream(std::string(kDatabase) + "UTC") ? "unknown" : "missing");
  }();
  return version;
}

}  // namespace pipexpr::time
