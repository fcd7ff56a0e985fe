// Every result of the real Joda-Time in golden.tsv.gz and zonenames.tsv.gz against src/time. Columns: tag, operation,
// arguments, result; an error is `ERROR <class>: <message>`.
#include <zlib.h>

#include <charconv>
#include <clocale>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <pipexpr/time_zones.h>

#include "catch.h"
#include "time/calendar_arithmetic.h"
#include "time/digits.h"
#include "time/literal.h"
#include "time/pattern.h"
#include "time/zone.h"

namespace {

using namespace pipexpr;
using time::Failure;
using Row = std::vector<std::string>;

std::vector<Row> read_rows(const std::string& name) {
  std::vector<Row> rows;
  gzFile file = gzopen((std::string(PIPEXPR_TESTS_DIR) + "/time/" + name).c_str(), "rb");
  REQUIRE(file != nullptr);
  std::vector<char> line(1 << 16);
  while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
    std::string text(line.data());
    if (!text.empty() && text.back() == '\n') text.pop_back();
    Row row;
    std::size_t from = 0;
    for (std::size_t tab = text.find('\t'); tab != text.npos; tab = text.find('\t', from)) {
      row.push_back(text.substr(from, tab - from));
      from = tab + 1;
    }
    row.push_back(text.substr(from));
    rows.push_back(std::move(row));
  }
  gzclose(file);
  return rows;
}

std::string pattern_text(DateTime value, std::string_view text, Failure& failure) {
  time::Pattern pattern;
  if (!time::Pattern::compile(text, 4096, 1024, pattern, failure)) return "ERROR " + failure.message;
  std::string out(pattern.max_size(), '\0');
  out.resize(static_cast<std::size_t>(pattern.write(value, out.data()) - out.data()));
  return out;
}

// Joda's toString: seconds and milliseconds of an offset only when there are any, Z for none.
std::string iso(DateTime value) {
  Failure failure;
  std::string text = pattern_text(value, "yyyy-MM-dd'T'HH:mm:ss.SSS", failure);
  const std::int64_t offset = time::offset_millis(value.zone, value.epoch_millis);
  if (offset == 0) return text + "Z";
  char buffer[time::kMaxOffsetText];
  return text.append(buffer, time::put_whole_offset(buffer, offset));
}

std::string both(DateTime value) { return std::to_string(value.epoch_millis) + "|" + iso(value); }

bool read_time(const std::string& text, const std::string& zone, DateTime& value, Failure& failure) {
  return time::parse_datetime(text, value, failure) && time::find_zone(zone, value.zone, failure);
}

using Change = bool (*)(DateTime, DateTime&, Failure&);
using Part = std::int64_t (*)(DateTime);

const std::map<std::string, Change> kChanges = {{"midnight", time::midnight},
                                                {"firstOfMonth", time::first_of_month},
                                                {"sunday", time::sunday},
                                                {"yesterday", time::yesterday}};
const std::map<std::string, Part> kParts = {{"year", time::year},     {"month", time::month},
                                            {"day", time::day},       {"hour", time::hour},
                                            {"minute", time::minute}, {"dayOfYear", time::day_of_year}};
const std::map<std::string, TimeUnit> kUnits = {{"Years", TimeUnit::years}, {"Months", TimeUnit::months},
                                                {"Weeks", TimeUnit::weeks}, {"Days", TimeUnit::days},
                                                {"Hours", TimeUnit::hours}, {"Minutes", TimeUnit::minutes}};

// What our calendar says to a row; "ERROR ..." when it refuses.
std::string answer(const Row& row) {
  const std::string& op = row[1];
  Failure failure;
  DateTime value, result;
  const auto error = [&] { return "ERROR " + failure.message; };
  if (op == "parse") return time::parse_datetime(row[2], value, failure) ? both(value) : error();
  if (op == "zoneid") {
    TimeZone zone;
    char buffer[time::kMaxZoneIdSize];
    return time::find_zone(row[2], zone, failure) ? std::string(buffer, time::write_zone_id(zone, buffer)) : error();
  }
  if (op == "makeDate" || op == "makeDateTime") {
    std::vector<std::int64_t> n;
    for (std::size_t i = 2; i + 1 < row.size(); ++i) {
      if (row[i].empty()) return "ERROR not an integer";
      n.push_back(std::stoll(row[i]));
    }
    const bool good = op == "makeDate" ? time::make_date(n[0], n[1], n[2], result, failure)
                                       : time::make_datetime(n[0], n[1], n[2], n[3], n[4], result, failure);
    return good ? both(result) : error();
  }
  if (!read_time(row[2], row[3], value, failure)) return error();
  if (op == "format") return pattern_text(value, row[4], failure);
  if (op == "toString") return iso(value);
  if (const auto part = kParts.find(op); part != kParts.end()) return std::to_string(part->second(value));
  if (const auto change = kChanges.find(op); change != kChanges.end()) {
    return change->second(value, result, failure) ? both(result) : error();
  }
  if (op == "inTimeZone" || op == "retainFields") {
    result = value;
    if (!time::find_zone(row[4], result.zone, failure)) return error();
    if (op == "retainFields") {
      const std::int64_t local = value.epoch_millis + time::offset_millis(value.zone, value.epoch_millis);
      result.epoch_millis = time::instant_of_local(result.zone, local, value.epoch_millis);
    }
    return both(result);
  }
  const bool minus = op.starts_with("minus");
  const TimeUnit unit = kUnits.at(op.substr(minus ? 5 : 4));
  std::int64_t amount = 0;
  const char* const end = row[4].data() + row[4].size();
  if (row[4].empty() || std::from_chars(row[4].data(), end, amount).ptr != end) return "ERROR not an integer";
  const bool good =
      minus ? time::minus(value, amount, unit, result, failure) : time::plus(value, amount, unit, result, failure);
  return good ? both(result) : error();
}

bool is_error(const std::string& text) { return text.starts_with("ERROR "); }

// Our literal form is a superset of Joda's parser. Taken on purpose: a date alone, no seconds, a fraction, a `Z`.
bool superset(const Row& row, const std::string& got) {
  return row[1] == "parse" && is_error(row.back()) && !is_error(got);
}

// Lines whose answer a later time-zone database changed, one by one with the reason: changed.tsv holds file, line,
// version, reason. The results were made with 2025b.
std::set<std::size_t> changed_lines(const std::string& name) {
  std::set<std::size_t> lines;
  if (time::tzdata_version() == "2025b") return lines;
  std::ifstream file(std::string(PIPEXPR_TESTS_DIR) + "/time/changed.tsv");
  std::string of;
  std::size_t line = 0;
  for (std::string rest; file >> of >> line && std::getline(file, rest);) {
    if (of == name) lines.insert(line);
  }
  REQUIRE_FALSE(lines.empty());
  return lines;
}

struct Score {
  std::size_t same = 0, taken = 0, changed = 0;
  std::vector<std::string> wrong;
};

Score compare(const std::vector<Row>& rows, const std::set<std::size_t>& changed) {
  Score score;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const std::string got = answer(row);
    const std::string& want = row.back();
    if (got == want || (is_error(got) && is_error(want))) {
      ++score.same;
    } else if (superset(row, got)) {
      ++score.taken;
    } else if (changed.count(i + 1) != 0) {
      ++score.changed;
    } else {
      std::ostringstream line;
      line << i + 1 << ": ";
      for (const std::string& cell : row) line << cell << '\t';
      score.wrong.push_back(line.str() + "<- got " + got);
    }
  }
  return score;
}

void check(const std::string& name, std::size_t lines, std::size_t taken) {
  std::setlocale(LC_ALL, "");
  const std::set<std::size_t> changed = changed_lines(name);
  const Score score = compare(read_rows(name), changed);
  UNSCOPED_INFO("time-zone database " << time::tzdata_version()
                                      << "; add lines to changed.tsv only after looking at each");
  for (std::size_t i = 0; i < score.wrong.size() && i < 60; ++i) UNSCOPED_INFO(score.wrong[i]);
  CHECK(score.wrong.size() == 0);
  CHECK(score.taken == taken);
  CHECK(score.changed <= changed.size());
  CHECK(score.same + score.taken + score.changed == lines);
}

}  // namespace

TEST_CASE("20,000 results of Joda-Time") { check("golden.tsv.gz", 20000, 4); }
TEST_CASE("35,820 zone names of Joda-Time") { check("zonenames.tsv.gz", 35820, 0); }

TEST_CASE("golden: the zones come from where the test wants them") {
  const char* const wanted = std::getenv("PIPEXPR_ZONE_SOURCE");
  if (wanted == nullptr) return;
  CHECK(time_zone_database_source() == wanted);
  CHECK(time_zone_database_version().starts_with("20"));
  std::size_t zones = 0;
  time::each_zone_id([&](std::string_view) { ++zones; });
  CHECK(zones > 400);
}
