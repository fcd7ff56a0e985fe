// Where time zones come from: a folder of zone files, or the program itself.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace pipexpr::time {

inline constexpr std::string_view kSystemDirectory = "/usr/share/zoneinfo/";  // where date looks on Linux

struct ZoneSource {
  std::string directory;  // ends in '/'; empty: the zones are in the program

  bool is_system() const { return directory == kSystemDirectory; }
  std::string file(std::string_view id) const;  // the bytes of a zone file; empty when there is none
  void each_id(const std::function<void(std::string_view)>& visit) const;  // every zone that has a file
  std::string version() const;                                             // "2025b", "unknown" or "missing"
};

// The source in use. It is decided when it is first asked for and stays: the folder that was set, else the one that
// TZDIR names, else the program's own zones if there are any, else the system's folder.
const ZoneSource& zone_source();

// Sets the folder; false, and no effect, when the source has been decided.
bool set_zone_directory(std::string_view path);

// Whether an id can be the name of a zone's file: it stays within the folder, and is none of its second copies.
bool is_zone_name(std::string_view id);

}  // namespace pipexpr::time
