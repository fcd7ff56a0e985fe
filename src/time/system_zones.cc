// Reads the system's time zones by way of Howard Hinnant's date.
#include "time/system_zones.h"

#include <date/tz.h>

#include <new>

#include "time/zone_source.h"

namespace pipexpr::time {

void open_system_zones() { (void)date::get_tzdb(); }

bool has_system_zone(const std::string& id) {
  try {
    return date::locate_zone(id) != nullptr;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return false;
  }
}

void each_system_zone(const std::function<void(std::string_view)>& visit) {
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    if (is_zone_name(zone.name())) visit(zone.name());  // date's list has "localtime", the zone of this machine
  }
}

std::vector<Transition> system_transitions(const std::string& id) {
  const date::time_zone* const source = date::locate_zone(id);
  const date::sys_seconds last = date::sys_days(date::year::max() / 1 / 1);
  date::sys_seconds t = date::sys_days(date::year::min() / 1 / 1);
  std::vector<Transition> out;
  for (bool more = true; more;) {
    const date::sys_info info = source->get_info(t);
    out.push_back({out.empty() ? kBeginningOfTime : t.time_since_epoch().count(),
                   static_cast<std::int32_t>(info.offset.count()), info.save != std::chrono::minutes(0)});
    more = info.end < last && info.end > t;
    t = info.end;
  }
  return out;
}

}  // namespace pipexpr::time
