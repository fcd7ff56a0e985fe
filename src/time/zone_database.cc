// From a zone id to a zone: offsets written as text, or a zone of the database. Zones are made once and kept for the
// life of the process; the lock is held for look-ups only, which callers do once per literal id.
#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <unordered_map>

#include "base/char_class.h"
#include "time/system_zones.h"
#include "time/zone.h"
#include "time/zone_file.h"
#include "time/zone_names.h"
#include "time/zone_source.h"
#include "time/zone_table.h"

namespace pipexpr::time {
namespace {

#if defined(PIPEXPR_EMBEDDED_ZONES)
constexpr bool kHasDate = false;
#else
constexpr bool kHasDate = true;
#endif

// Takes a number of `most` digits at most off the text; how many there were.
std::size_t take_digits(std::string_view& text, std::size_t most, std::int32_t& value) {
  std::size_t count = 0;
  value = 0;
  for (; count < most && count < text.size() && base::is_digit(text[count]); ++count) {
    value = value * 10 + (text[count] - '0');
  }
  text.remove_prefix(count);
  return count;
}

// What Joda-Time reads after a sign: hh, hhmm, hhmmss, hhmmssS.. or the same with colons and a point or comma before
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
  bool is_open = false;  // there is a database
  std::atomic<const ZoneTable*> tables[kMaxZones] = {};
};
Registry& registry() {
  static Registry* const made = new Registry;  // never destroyed: zones live as long as the process
  return *made;
}

bool fail(Failure& failure, std::string text) { return failure.set(FailureKind::zone_data, std::move(text)); }

bool damaged(const ZoneSource& source, std::string_view name, Failure& failure) {
  return fail(failure, "the time-zone database in " + source.directory + " is damaged: its file '" + std::string(name) +
                           "' is no zone file");
}

// Whether date reads this source. It knows the system's folder only.
bool is_read_by_date(const ZoneSource& source) { return kHasDate && source.is_system(); }

// Looks whether there is a database, when that has not been done. date reads the leap seconds of UTC then.
bool open_database(const ZoneSource& source, Failure& failure) {
  for (const char* const name : {"UTC", "right/UTC"}) {
    const std::string bytes = source.file(name);
    if (bytes.empty() && name[0] == 'r') continue;  // a database without leap seconds
    if (bytes.empty()) {
      return fail(failure, "there is no time-zone database in " + source.directory +
                               (source.is_system() ? ": install the package tzdata" : ""));
    }
    if (!is_zone_file(bytes)) return damaged(source, name, failure);
  }
  if constexpr (kHasDate) {
    if (!is_read_by_date(source)) return true;
    try {
      open_system_zones();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& thrown) {
      return fail(failure, std::string("the time-zone database cannot be read: ") + thrown.what());
    }
  }
  return true;
}

// Whether the source has a zone of this name, whatever is in its file.
bool has_zone(const ZoneSource& source, const std::string& id) {
  if constexpr (kHasDate) {
    if (is_read_by_date(source)) return has_system_zone(id);
  }
  return is_zone_name(id) && !source.file(id).empty();
}

std::vector<Transition> read_transitions(const ZoneSource& source, const std::string& id, std::string_view file) {
  if constexpr (kHasDate) {
    if (is_read_by_date(source)) return system_transitions(id);
  }
  return transitions_of(file);
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
  const std::optional<ZoneNames> row = zone_names(id);
  const std::string canonical(row ? row->canonical : id);
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
  const ZoneSource& source = zone_source();
  if (!all.is_open && !open_database(source, failure)) return false;
  all.is_open = true;
  if (all.count + 1 >= kMaxZones) return unknown(id, failure);
  if (!has_zone(source, canonical)) {
    return !row ? unknown(id, failure) : fail(failure, "the time-zone database has no zone '" + canonical + "'");
  }
  const std::string file = source.file(canonical);
  if (!is_zone_file(file)) return damaged(source, canonical, failure);
  std::uint32_t& number = all.numbers[canonical];
  std::unique_ptr<ZoneTable> table;
  try {
    table = make_zone_table(canonical, read_transitions(source, canonical, file), footer_of(file));
  } catch (const std::bad_alloc&) {
    if (!is_read_by_date(source)) all.numbers.erase(canonical);  // the next one may ask again
    throw;
  }
  number = ++all.count;
  all.tables[number].store(table.release(), std::memory_order_release);
  zone = TimeZone::from_code(number);
  return true;
}

void each_zone_id(const std::function<void(std::string_view)>& visit) {
  Failure unread;
  const ZoneSource& source = zone_source();
  const std::lock_guard<std::mutex> lock(registry().mutex);
  if (!registry().is_open && !open_database(source, unread)) return;
  registry().is_open = true;
  if constexpr (kHasDate) {
    if (is_read_by_date(source)) return each_system_zone(visit);
  }
  source.each_id(visit);
}

std::string_view tzdata_version() {
  static const std::string version = zone_source().version();
  return version;
}

}  // namespace pipexpr::time
