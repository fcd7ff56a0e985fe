// The inputs of every workload and the results they must have. docs/performance.md describes the workloads.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <pipexpr/pipexpr.h>

namespace bench {

inline constexpr unsigned kTimes = 4096;     // scheduled times that are cycled through
inline constexpr unsigned kActivities = 10;  // objects 40 to 49; 0 to 19 are inputs, 20 to 39 outputs
inline constexpr std::size_t kSqlBytes = std::size_t{20} << 20;

inline constexpr std::string_view kW1 =
    "s3://bucket/#{format(minusDays(@scheduledStartTime,1),'YYYY-MM-dd')}/#{myName}.csv";
inline constexpr std::string_view kW2 = "#{input.directoryPath}/#{output.tableName}/part";
inline constexpr std::string_view kW3 = "#{(a + 2) * b / 4.0 - a ^ 2}";
inline constexpr std::string_view kW4 = "COPY FROM '#{input.filePath}'";
inline constexpr std::string_view kMyName = "daily-report";

// Epoch milliseconds, 22 h 17 min apart.
inline std::int64_t time_at(unsigned i) {
  return 1356998400000 + static_cast<std::int64_t>(i & (kTimes - 1)) * 80220000;
}
inline unsigned input_of(unsigned activity) { return activity * 7 % 20; }
inline unsigned output_of(unsigned activity) { return 20 + activity * 3 % 20; }
inline double w3_a(unsigned i) { return i & 0xFFFFF; }
inline double w3_b(unsigned i) { return 3.0 + (i & 7); }
inline double want_w3(unsigned i) { return (w3_a(i) + 2) * w3_b(i) / 4.0 - w3_a(i) * w3_a(i); }

std::string want_date(std::int64_t millis, int minus_days);  // by the C library
std::string want_w1(unsigned i);
std::string want_w2(unsigned i);
std::string want_w4(unsigned i);

// 20 MiB of SQL with 1,000 expressions, a third of them dates, and what it becomes for activity `i % 10` at time `i`.
const std::string& sql();
std::string want_sql(unsigned i);

std::string object_name(unsigned object);
std::string directory_path(unsigned object);
std::string table_name(unsigned object);

// A definition with that many objects, the last so many of them activities; `pipeline()` has 50.
std::string definition_json(unsigned objects);
unsigned activities_of(unsigned objects);
const pipexpr::PipelineDefinition& pipeline();
pipexpr::ObjectId activity(unsigned i);

// Nothing is timed before its results have been compared.
void expect(bool holds, std::string_view what, std::string_view got = {}, std::string_view want = {});
inline void expect_equal(std::string_view got, std::string_view want, std::string_view what) {
  if (got != want) expect(false, what, got.substr(0, 200), want.substr(0, 200));
}

}  // namespace bench
