// Builds the graphs and templates that every workload evaluates, and states the results they must have.
#include "fixture.h"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

namespace bench {

std::string want_date(std::int64_t millis, int minus_days) {
  const std::time_t seconds = millis / 1000 - 86400 * minus_days;
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &fields)};
}

std::string object_name(unsigned object) { return fmt::format("name{:02}", object); }
std::string directory_path(unsigned object) { return fmt::format("s3://my-bucket/input/dataset-{:02}", object); }
std::string table_name(unsigned object) { return fmt::format("analytics.table_{:02}", object); }

std::string want_w1(unsigned i) { return fmt::format("s3://bucket/{}/{}.csv", want_date(time_at(i), 1), kMyName); }
std::string want_w2(unsigned i) {
  return fmt::format("{}/{}/part", directory_path(input_of(i % kActivities)), table_name(output_of(i % kActivities)));
}
std::string want_w4(unsigned i) {
  return fmt::format("COPY FROM 's3://bucket/{}/{}.csv'", want_date(time_at(i), 1),
                     object_name(input_of(i % kActivities)));
}

namespace {

// The SQL with `render(k)` in the place of expression k. The text is cut at exactly 20 MiB when `cut`.
template <class Render>
std::string make_sql(Render render) {
  constexpr std::string_view line =
      "INSERT INTO stage_orders (order_id, customer_id, amount) SELECT o.id, c.id, o.amount * 100 / 7 "
      "FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.status <> 'cancelled' AND o.amount > 42.50;\n";
  std::string text;
  text.reserve(kSqlBytes + (std::size_t{1} << 20));
  std::size_t source = 0;  // the length that the template itself has so far: lines are placed by it
  const auto add = [&](std::string_view piece) {
    text += piece;
    source += piece.size();
  };
  for (unsigned k = 0; k < 1000; ++k) {
    while (source + line.size() < kSqlBytes / 1000 * (k + 1)) add(line);
    add("-- ");
    source += render(text, k);
    add("\n");
  }
  while (source + line.size() <= kSqlBytes) add(line);
  text.append(kSqlBytes - source, ' ');
  return text;
}

std::string sql_expression(unsigned k) {
  if (k % 3 == 0) return fmt::format("#{{format(minusDays(@scheduledStartTime,{}),'YYYY-MM-dd')}}", 1 + k % 30);
  return k % 3 == 1 ? "#{input.directoryPath}" : "#{output.tableName}";
}

}  // namespace

const std::string& sql() {
  static const std::string text = make_sql([](std::string& out, unsigned k) {
    out += sql_expression(k);
    return sql_expression(k).size();
  });
  return text;
}

std::string want_sql(unsigned i) {
  const unsigned activity = i % kActivities;
  return make_sql([&](std::string& out, unsigned k) {
    if (k % 3 == 0) {
      out += want_date(time_at(i), static_cast<int>(1 + k % 30));
    } else {
      out += k % 3 == 1 ? directory_path(input_of(activity)) : table_name(output_of(activity));
    }
    return sql_expression(k).size();
  });
}

unsigned activities_of(unsigned objects) {
  return objects < 5 * kActivities ? (objects + 4) / 5 : std::max(kActivities, objects / 10);
}

std::string definition_json(unsigned objects) {
  std::string json = R"({"objects": [)";
  const unsigned activities = activities_of(objects), nodes = objects - activities;
  for (unsigned k = 0; k < objects; ++k) {
    const bool active = k + activities >= objects;
    fmt::format_to(std::back_inserter(json),
                   R"({}{{"id": "Obj{:02}", "name": "{}", "type": "{}", "directoryPath": "{}", "tableName": "{}")",
                   k == 0 ? "" : ",\n", k, object_name(k),
                   active ? "CopyActivity" : (k < 20 ? "S3DataNode" : "RedshiftDataNode"), directory_path(k),
                   table_name(k));
    if (active) {
      const unsigned a = k + activities - objects;
      fmt::format_to(std::back_inserter(json),
                     R"(, "input": {{"ref": "Obj{:02}"}}, "output": {{"ref": "Obj{:02}"}}, "myName": "{}")",
                     input_of(a) % nodes, output_of(a) % nodes, kMyName);
    } else {
      // Not `name`: in a run that is the instance's, and the hand-written code beside it knows the object's only.
      json += fmt::format(R"(, "myName": "{}")", object_name(k));
      json += R"(, "filePath": "s3://bucket/#{format(minusDays(@scheduledStartTime,1),'YYYY-MM-dd')}/#{myName}.csv")";
    }
    json += '}';
  }
  return json + "]}";
}

const pipexpr::PipelineDefinition& pipeline() {
  static const auto definition = [] {
    auto loaded = pipexpr::PipelineDefinition::load(definition_json(50));
    expect(loaded.has_value(), "the definition does not load");
    return *loaded;
  }();
  return *definition;
}

pipexpr::ObjectId activity(unsigned i) { return pipeline().object(40 + i % kActivities); }

void expect(bool holds, std::string_view what, std::string_view got, std::string_view want) {
  if (holds) return;
  fmt::print(stderr, "pipexpr_bench: {}: got '{}', want '{}'\n", what, got, want);
  std::exit(1);
}

}  // namespace bench
