// Tests of the runs of a schedule.
#include <pipexpr/schedule.h>

#include <string>

#include "catch.h"

using namespace pipexpr;

namespace {

std::shared_ptr<const PipelineDefinition> definition_with(const std::string& fields) {
  const std::string json = R"({"objects": [{"id": "S", "type": "Schedule", )" + fields +
                           R"(}, {"id": "A", "type": "ShellCommandActivity", "schedule": {"ref": "S"}}],
    "parameters": [{"id": "myPeriod", "type": "String", "default": "6 hours"}, {"id": "mySecond", "type": "String"}]})";
  auto loaded = PipelineDefinition::load(json);
  REQUIRE(loaded);
  return *loaded;
}

// The runs as `start/end`, five at most, and how many there are when fewer; or the diagnostic and its place.
std::string runs(const std::string& fields, std::optional<DateTime> activation = {}) {
  const auto definition = definition_with(fields);
  const auto schedule = Schedule::read(*definition, *definition->find("S"), {activation});
  if (!schedule) {
    const Diagnostic& why = schedule.error().front();
    return std::string(code_id(why.code)) + " [" +
           std::string(definition->json().substr(why.span.offset, why.span.length)) + "] " + why.message;
  }
  std::string out;
  for (std::int64_t i = 0; i < 5; ++i) {
    const auto run = schedule->run(i);
    if (!run) return out + "end";
    out += to_string(run->scheduled_start) + (run->scheduled_end ? "/" + to_string(*run->scheduled_end) : "") + " ";
  }
  return out;
}

struct Row {
  std::string fields, expected;
};

}  // namespace

TEST_CASE("schedule: what is made of a secret does not show") {
  const std::string refused = " schedule 'S': ";
  const auto message = [&](const std::string& fields) {
    const std::string all = runs(fields + R"(, "*secret": "pa55word", "*short": "7")");
    return all.substr(all.find(refused) + refused.size());
  };
  const std::string start = R"("startDateTime": "2024-01-01T00:00:00", )";
  CHECK(message(start + R"("period": "#{*secret}")") ==
        "period: cannot read '********' as a period: expected a positive number and a unit, such as '15 minutes', '1 "
        "hour', '2 days', '1 week', '3 months' or '1 year'");
  CHECK(message(start + R"("period": "#{*short} minutes")") ==
        "period: expected 15 minutes to 3 years, found '********'");
  CHECK(message(start + R"("period": "1 day", "occurrences": "#{*short * 0.5}")") ==
        "occurrences: expected an integer from 1, found '********'");
  CHECK(message(R"("startDateTime": "#{*short}", "period": "1 day")") ==
        "startDateTime: cannot read '********' as a date-time: expected YYYY-MM-DDTHH:MM:SS, with or without a "
        "fraction, 'Z' or an offset such as +02:00");
  CHECK(message(R"("startAt": "#{*secret}", "period": "1 day")") ==
        "startAt: expected FIRST_ACTIVATION_DATE_TIME, found '********'");
}

TEST_CASE("schedule: the runs that the fields give") {
  const Row rows[] = {
      {R"("startDateTime": "2024-01-31T00:00:00", "period": "1 month", "occurrences": "3")",
       "2024-01-31T00:00:00/2024-02-29T00:00:00 2024-02-29T00:00:00/2024-03-31T00:00:00 "
       "2024-03-31T00:00:00/2024-04-30T00:00:00 end"},
      {R"("startDateTime": "2024-02-29T12:00:00", "period": "1 Year", "occurrences": "2")",
       "2024-02-29T12:00:00/2025-02-28T12:00:00 2025-02-28T12:00:00/2026-02-28T12:00:00 end"},
      {R"("startDateTime": "2023-12-31T23:45:00", "period": "15 Minutes", "endDateTime": "2024-01-01T00:00:00")",
       "2023-12-31T23:45:00/2024-01-01T00:00:00 end"},
      {R"("startDateTime": "2024-01-01T00:00:00", "period": "1 day", "endDateTime": "2024-01-01T00:00:01")",
       "2024-01-01T00:00:00/2024-01-02T00:00:00 end"},
      {R"("startDateTime": "2024-01-01T00:00:00", "period": "#{myPeriod}", "occurrences": "1")",
       "2024-01-01T00:00:00/2024-01-01T06:00:00 end"},
      {R"("startDateTime": "2024-01-01T00:00:00", "period": "3 years", "occurrences": "1")",
       "2024-01-01T00:00:00/2027-01-01T00:00:00 end"},
      {R"("startDateTime": "292278993-11-01T00:00:00", "period": "1 month", "occurrences": "100")",
       "292278993-11-01T00:00:00/292278993-12-01T00:00:00 end"},
  };
  for (const Row& row : rows) {
    INFO(row.fields);
    CHECK(runs(row.fields) == row.expected);
  }
}

TEST_CASE("schedule: runs that begin with the activation") {
  const DateTime activation = *parse_datetime("2024-05-24T17:10:03.250");
  CHECK(runs(R"("startAt": "FIRST_ACTIVATION_DATE_TIME", "period": "1 hour", "occurrences": "1")", activation) ==
        "2024-05-24T17:10:03/2024-05-24T18:10:03 end");
  CHECK(runs(R"("startAt": "ONDEMAND_ACTIVATION_TIME", "period": "ONDEMAND_PERIOD")", activation) ==
        "2024-05-24T17:10:03 end");
  CHECK(runs(R"("startAt": "FIRST_ACTIVATION_DATE_TIME", "period": "1 hour")") ==
        "E801 [\"startAt\"] schedule 'S': its runs begin with the activation, whose time is not given: give "
        "--activation TIME or ScheduleOptions::activation");
}

TEST_CASE("schedule: what says too little, too much or nonsense is refused at its place") {
  const std::string start = R"("startDateTime": "2024-01-01T00:00:00", )";
  const Row rows[] = {
      {R"("period": "1 day")", "E801 [\"S\"] schedule 'S': expected startDateTime or startAt, found neither"},
      {R"("startDateTime": "2024-01-01T00:00:00")",
       "E801 [\"S\"] schedule 'S': expected a period such as '1 day', found none"},
      {start + R"("period": "1 day", "startAt": "FIRST_ACTIVATION_DATE_TIME")",
       "E801 [\"startAt\"] schedule 'S': expected startDateTime or startAt, found both"},
      {start + R"("period": "1 day", "endDateTime": "2025-01-01T00:00:00", "occurrences": "2")",
       "E801 [\"occurrences\"] schedule 'S': expected endDateTime or occurrences, found both"},
      {R"("startAt": "now", "period": "1 day")",
       "E801 [\"startAt\"] schedule 'S': startAt: expected FIRST_ACTIVATION_DATE_TIME, found 'now'"},
      {start + R"("period": "14 minutes")",
       "E801 [\"period\"] schedule 'S': period: expected 15 minutes to 3 years, found '14 minutes'"},
      {start + R"("period": "37 months")",
       "E801 [\"period\"] schedule 'S': period: expected 15 minutes to 3 years, found '37 months'"},
      {start + R"("period": "1 day", "endDateTime": "2024-01-01T00:00:00")",
       "E801 [\"endDateTime\"] schedule 'S': endDateTime: expected a time after the start, 2024-01-01T00:00:00, found "
       "'2024-01-01T00:00:00'"},
      {start + R"("period": "1 day", "occurrences": "0")",
       "E801 [\"occurrences\"] schedule 'S': occurrences: expected an integer from 1, found '0'"},
      {start + R"("period": "1 day", "occurrences": "2.5")",
       "E801 [\"occurrences\"] schedule 'S': occurrences: expected an integer from 1, found '2.5'"},
      {start + R"("period": "#{mySecond}")",
       "E801 [\"period\"] schedule 'S': period: parameter 'mySecond' has no value and no default: give it one under "
       "\"values\" or with --parameter mySecond=VALUE"},
  };
  for (const Row& row : rows) {
    INFO(row.fields);
    CHECK(runs(row.fields) == row.expected);
  }
  const auto period = runs(start + R"("period": "daily")");
  CHECK(period.starts_with("E801 [\"period\"] schedule 'S': period: "));
  const auto date = runs(R"("startDateTime": "today", "period": "1 day")");
  CHECK(date.starts_with("E801 [\"startDateTime\"] schedule 'S': startDateTime: "));
}

TEST_CASE("schedule: an object of another type is none") {
  const auto definition = definition_with(R"("period": "1 day")");
  const auto schedule = Schedule::read(*definition, *definition->find("A"));
  REQUIRE_FALSE(schedule);
  CHECK(schedule.error().front().message ==
        "schedule 'A': expected an object of type Schedule, found type 'ShellCommandActivity'");
}

TEST_CASE("schedule: the first run from a time is found without counting") {
  const auto definition =
      definition_with(R"("startDateTime": "2024-01-31T00:00:00", "period": "1 month", "occurrences": "1200")");
  const auto schedule = Schedule::read(*definition, *definition->find("S"));
  REQUIRE(schedule);
  for (std::int64_t i = 0; i < 1200; ++i) {
    const DateTime start = schedule->run(i)->scheduled_start;
    CHECK(schedule->first_from(start) == i);
    CHECK(schedule->first_from({start.epoch_millis + 1}) == i + 1);
  }
  CHECK(schedule->first_from({-1}) == 0);
  CHECK(schedule->first_from(*parse_datetime("9999-01-01T00:00:00")) == 1200);
}

TEST_CASE("schedule: an object's schedule, its type and its instance's id") {
  const auto loaded = PipelineDefinition::load(R"({"objects": [
    {"id": "Default", "schedule": {"ref": "S"}, "scheduleType": "cron"}, {"id": "S", "type": "Schedule"},
    {"id": "A", "type": "ShellCommandActivity"}, {"id": "B", "type": "ShellCommandActivity", "scheduleType": "weekly"},
    {"id": "C", "type": "ShellCommandActivity", "scheduleType": "ondemand", "schedule": {"ref": "Nowhere"}}]})");
  REQUIRE(loaded);
  const PipelineDefinition& graph = **loaded;
  CHECK(schedule_of(graph, *graph.find("A")) == *graph.find("S"));
  CHECK(schedule_of(graph, *graph.find("C")) == kNoObject);
  CHECK(*schedule_type(graph, *graph.find("A")) == ScheduleType::cron);
  CHECK(*schedule_type(graph, *graph.find("C")) == ScheduleType::ondemand);
  CHECK(parse_schedule_type("CRON") == ScheduleType::cron);
  CHECK(parse_schedule_type("TimeSeries") == ScheduleType::timeseries);
  CHECK(parse_schedule_type("ondemand ") == std::nullopt);
  CHECK(parse_schedule_type("") == std::nullopt);
  CHECK(schedule_type(graph, *graph.find("B")).error().front().message ==
        "object 'B': scheduleType: expected cron, timeseries or ondemand, found 'weekly'");
  CHECK(instance_id("Copy", *parse_datetime("2017-08-13T14:20:27")) == "@Copy_2017-08-13T14:20:27");
}
