// Decides where time zones come from, and reads their files there.
#include "time/zone_source.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <set>

#include <pipexpr/time_zones.h>

#include "time/embedded_zones.h"
#include "time/zone.h"
#include "time/zone_file.h"

namespace pipexpr::time {
namespace {

#if defined(PIPEXPR_EMBEDDED_ZONES)
constexpr bool kEmbedded = true;
#else
constexpr bool kEmbedded = false;
#endif

struct Choice {
  std::mutex mutex;
  std::string wanted;                        // the folder that was set
  std::unique_ptr<const ZoneSource> source;  // once it has been decided
};
Choice& choice() {
  static Choice* const made = new Choice;  // never destroyed: zones live as long as the process
  return *made;
}

std::string with_slash(std::string_view path) {
  std::string out(path);
  if (!out.empty() && out.back() != '/') out += '/';
  return out;
}

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

std::string ZoneSource::file(std::string_view id) const {
  if (!directory.empty()) return read_zone_file(directory + std::string(id));
  if constexpr (kEmbedded) {
    const auto zones = embedded_zones();
    const auto found = std::lower_bound(zones.begin(), zones.end(), id,
                                        [](const EmbeddedZone& zone, std::string_view name) { return zone.id < name; });
    if (found != zones.end() && found->id == id) return std::string(found->file);
  }
  return {};
}

void ZoneSource::each_id(const std::function<void(std::string_view)>& visit) const {
  if constexpr (kEmbedded) {
    if (directory.empty()) {
      for (const EmbeddedZone& zone : embedded_zones()) visit(zone.id);
      return;
    }
  }
  std::set<std::string> ids;  // in order, as that of a folder's files is the file system's
  std::error_code error;      // what cannot be read is no zone
  for (std::filesystem::recursive_directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    const std::string path = at->path().string();
    const std::string id = path.substr(std::min(directory.size(), path.size()));
    if (is_zone_name(id) && first_line(path).starts_with("TZif")) ids.insert(id);
  }
  for (const std::string& id : ids) visit(id);
}

std::string ZoneSource::version() const {
  if constexpr (kEmbedded) {
    if (directory.empty()) return std::string(embedded_zones_version());
  }
  const std::string line = first_line(directory + "tzdata.zi");
  if (line.starts_with("# version ")) return line.substr(10);
  const std::string plain = first_line(directory + "+VERSION");
  if (!plain.empty()) return plain;
  return file("UTC").empty() ? "missing" : "unknown";
}

const ZoneSource& zone_source() {
  Choice& all = choice();
  const std::lock_guard<std::mutex> lock(all.mutex);
  if (all.source == nullptr) {
    const char* const environment = std::getenv("TZDIR");
    std::string directory = all.wanted;
    if (directory.empty() && environment != nullptr) directory = with_slash(environment);
    if (directory.empty() && !kEmbedded) directory = kSystemDirectory;
    all.source = std::make_unique<const ZoneSource>(ZoneSource{std::move(directory)});
  }
  return *all.source;
}

bool set_zone_directory(std::string_view path) {
  Choice& all = choice();
  const std::lock_guard<std::mutex> lock(all.mutex);
  if (all.source != nullptr || path.empty()) return false;
  all.wanted = with_slash(path);
  return true;
}

bool is_zone_name(std::string_view id) {
  return !id.empty() && id[0] != '/' && std::all_of(id.begin(), id.end(), is_zone_character) &&
         !id.starts_with("posix/") && !id.starts_with("right/") && id != "posixrules" && id != "Factory" &&
         id != "localtime";
}

}  // namespace pipexpr::time

namespace pipexpr {

std::string time_zone_database_source() {
  const std::string& directory = time::zone_source().directory;
  return directory.empty() ? "embedded" : directory;
}

bool set_time_zone_directory(std::string_view path) { return time::set_zone_directory(path); }

}  // namespace pipexpr
