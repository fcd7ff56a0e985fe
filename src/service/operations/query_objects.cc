// QueryObjects: the ids of objects that conditions select, in pages that cost the same however many there are.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <pipexpr/datetime.h>

#include "service/operations/operations.h"
#include "service/scheduler/instance_context.h"

namespace pipexpr::service {
namespace {

constexpr std::size_t kQueryPage = 100;
constexpr std::size_t kMaxQueryPage = 1000;
constexpr std::size_t kMaxSelectors = 10;
// Of rows that conditions are looked up in, when the first ones were not enough.
constexpr std::int64_t kRowsAtOnce = 500;

// The fields that can be asked for, as the API's documentation has them; the times can be compared too.
constexpr std::string_view kFields[] = {"name",
                                        "@sphere",
                                        "parent",
                                        "@componentParent",
                                        "@instanceParent",
                                        "@status",
                                        "@scheduledStartTime",
                                        "@scheduledEndTime",
                                        "@actualStartTime",
                                        "@actualEndTime"};

bool is_time_field(std::string_view field) { return field.starts_with('@') && field.ends_with("Time"); }

struct Condition {
  std::string_view field;
  std::string_view type;
  std::string_view value;    // of a field that is no time
  Millis low = 0, high = 0;  // the value of a time, twice; the two of BETWEEN
};

Millis time_of(std::string_view field, std::string_view text) {
  if (Result<DateTime> time = parse_datetime(text)) return time->epoch_millis;
  throw ServiceError{
      ErrorType::invalid_request,
      fmt::format("expected a time such as 2024-05-24T17:00:00 for field {} in query, found '{}'", field, text)};
}

// In the service's words, its slip of the pen too.
std::vector<Condition> read_conditions(const Json* query) {
  std::vector<Condition> result;
  const Json* selectors = query == nullptr ? nullptr : member_of(*query, "selectors");
  if (selectors == nullptr) return result;
  if (selectors->Size() > kMaxSelectors) {
    throw ServiceError{ErrorType::invalid_request,
                       fmt::format("expected at most {} selectors, found {}", kMaxSelectors, selectors->Size())};
  }
  for (const Json& selector : selectors->GetArray()) {
    const Json* op = member_of(selector, "operator");
    Condition condition{text_of(selector, "fieldName"), op == nullptr ? "" : text_of(*op, "type"), {}};
    if (condition.type.empty()) {
      throw ServiceError{ErrorType::invalid_request,
                         fmt::format("The request is missing a required value: Missing operator for field: {} in query",
                                     condition.field)};
    }
    const Json* values = member_of(*op, "values");
    std::size_t found = values == nullptr ? 0 : values->Size();
    bool is_known = std::find(std::begin(kFields), std::end(kFields), condition.field) != std::end(kFields);
    bool is_equality = condition.type == "EQ" || condition.type == "REF_EQ";
    if (!is_known || (!is_equality && !is_time_field(condition.field))) {
      throw ServiceError{ErrorType::invalid_request,
                         fmt::format("The given input is not valid: Operator: {} not suppoerted for field {} in query",
                                     condition.type, condition.field)};
    }
    if (condition.type == "BETWEEN" ? found != 2 : found != 1) {
      throw ServiceError{ErrorType::invalid_request,
                         fmt::format("The request is missing a required value: Missing {} for field: {} in query",
                                     condition.type == "BETWEEN" ? "two values" : "single value", condition.field)};
    }
    condition.value = text_of((*values)[0]);
    // "EQ and REF_EQ act on the following fields": all of them. Each compares the id of a reference and the text of
    // another field, so that neither finds nothing where the other was meant.
    if (is_equality) condition.type = "EQ";
    if (is_time_field(condition.field)) {
      condition.low = condition.high = time_of(condition.field, condition.value);
      if (found == 2) condition.high = time_of(condition.field, text_of((*values)[1]));
    }
    result.push_back(condition);
  }
  return result;
}

// A field without value fails its condition.
bool holds(const Condition& condition, const std::vector<FieldValue>& fields) {
  return std::any_of(fields.begin(), fields.end(), [&](const FieldValue& f) {
    if (f.name != condition.field) return false;
    if (!is_time_field(condition.field)) return f.text == condition.value;
    const Result<DateTime> time = parse_datetime(f.text);
    if (!time) return false;
    return (condition.type == "LE" || time->epoch_millis >= condition.low) &&
           (condition.type == "GE" || time->epoch_millis <= condition.high);
  });
}

bool hold(const std::vector<Condition>& conditions, const std::vector<FieldValue>& fields) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& c) { return holds(c, fields); });
}

[[noreturn]] void bad_marker() {
  throw ServiceError{ErrorType::invalid_request, "the marker is not one that this operation gave"};
}

std::int64_t marker_number(std::string_view text) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) bad_marker();
  return number;
}

// A page: ids, and the marker of the next one.
struct Page {
  std::vector<std::string> ids;
  std::string marker;  // empty: this was the last
};

// A statement with what the store can look for by its indexes; the rest of the conditions is looked at row by row.
class Statement {
 public:
  explicit Statement(std::string_view pipeline) { arguments_.emplace_back(pipeline); }

  // The number of its placeholder.
  std::size_t bind(Argument argument) {
    arguments_.push_back(argument);
    return arguments_.size();
  }
  void where(std::string_view condition, Argument argument) {
    where_ += fmt::format(" AND {} ${}", condition, bind(argument));
  }
  void narrow(const std::vector<Condition>& conditions, std::string_view status_table) {
    for (const Condition& condition : conditions) {
      bool names_component = condition.field == "@componentParent" || condition.field == "parent";
      if (condition.field == "@status") where(fmt::format("{}.status =", status_table), condition.value);
      if (names_component) where("i.component =", condition.value);
      if (condition.field == "@scheduledStartTime") narrow_start(condition);
    }
  }
  const std::string& conditions() const { return where_; }
  const std::vector<Argument>& arguments() const { return arguments_; }

 private:
  void narrow_start(const Condition& condition) {
    if (condition.type != "LE") where("i.scheduled_start >=", condition.low);
    if (condition.type != "GE") where("i.scheduled_start <=", condition.high);
  }

  std::string where_;
  std::vector<Argument> arguments_;
};

// A pipeline and its definitions: what has ended has the name that it had in its own.
struct Queried {
  const PipelineRow& pipeline;
  InstanceLifecycle::DefinitionsByVersion definitions;
  bool by_name = false;  // names are asked for; otherwise no definition is read
};

std::vector<FieldValue> fields_of(const Queried& queried, const InstanceRow& instance, const AttemptRow* attempt) {
  std::vector<FieldValue> result = runtime_fields(nullptr, queried.pipeline, instance, attempt);
  if (queried.by_name) {
    const auto scheduled = queried.definitions(definition_version(instance, attempt));
    result.push_back({"name", run_name(*scheduled, instance, attempt), false});
  }
  result.push_back({"parent", instance.component, true});
  return result;
}

// Instances in the order of their scheduled start; the marker is the last one's.
Page find_instances(Session& session, const Queried& queried, const std::vector<Condition>& conditions,
                    std::string_view marker, std::size_t size) {
  std::int64_t start = std::numeric_limits<std::int64_t>::min();
  std::string id;
  if (!marker.empty()) {
    std::size_t slash = marker.find('/');
    if (slash == std::string_view::npos) bad_marker();
    start = marker_number(marker.substr(0, slash));
    id = marker.substr(slash + 1);
  }
  Page page;
  for (auto at_once = static_cast<std::int64_t>(size + 1);; at_once = kRowsAtOnce) {
    Statement statement(queried.pipeline.id);
    statement.narrow(conditions, "i");
    std::size_t from = statement.bind(start);
    std::size_t after = statement.bind(std::string_view(id));
    std::size_t rows_at_once = statement.bind(at_once);
    Rows rows = session.query(
        fmt::format("SELECT {} FROM instances i WHERE i.pipeline = $1{} AND (i.scheduled_start, i.id) > (${}, ${}) "
                    "ORDER BY i.scheduled_start, i.id LIMIT ${}",
                    instance_columns("i"), statement.conditions(), from, after, rows_at_once),
        statement.arguments());
    for (const Row& row : rows) {
      InstanceRow instance = instance_of(row);
      if (hold(conditions, fields_of(queried, instance, nullptr))) {
        if (page.ids.size() == size) {
          page.marker = fmt::format("{}/{}", start, id);
          return page;
        }
        page.ids.push_back(instance.id);
      }
      if (page.ids.size() < size || page.ids.back() == instance.id) {
        start = instance.scheduled_start;
        id = instance.id;
      }
    }
    if (static_cast<std::int64_t>(rows.size()) < at_once) return page;
    // A full page looks on for one more, after what does not match.
    if (page.ids.size() == size) {
      page.marker = fmt::format("{}/{}", start, id);
      return page;
    }
  }
}

// Attempts by their instances' ids; the marker is the last one's.
Page find_attempts(Session& session, const Queried& queried, const std::vector<Condition>& conditions,
                   std::string_view marker, std::size_t size) {
  std::string instance_after;
  std::int64_t number = -1;
  if (!marker.empty()) {
    std::size_t slash = marker.rfind('/');
    if (slash == std::string_view::npos) bad_marker();
    number = marker_number(marker.substr(slash + 1));
    instance_after = marker.substr(0, slash);
  }
  Page page;
  for (auto at_once = static_cast<std::int64_t>(size + 1);; at_once = kRowsAtOnce) {
    Statement statement(queried.pipeline.id);
    statement.narrow(conditions, "a");
    for (const Condition& condition : conditions) {
      if (condition.field == "@instanceParent") statement.where("a.instance =", condition.value);
    }
    std::size_t from = statement.bind(std::string_view(instance_after));
    std::size_t after = statement.bind(number);
    std::size_t rows_at_once = statement.bind(at_once);
    Rows rows = session.query(
        fmt::format("SELECT {}, {} FROM attempts a JOIN instances i ON i.pipeline = a.pipeline AND i.id = a.instance "
                    "WHERE a.pipeline = $1{} AND (a.instance, a.number) > (${}, ${}) ORDER BY a.instance, a.number "
                    "LIMIT ${}",
                    attempt_columns("a"), instance_columns("i"), statement.conditions(), from, after, rows_at_once),
        statement.arguments());
    for (const Row& row : rows) {
      AttemptRow attempt = attempt_of(row);
      InstanceRow instance = instance_of(row, kAttemptColumnCount);
      if (hold(conditions, fields_of(queried, instance, &attempt))) {
        if (page.ids.size() == size) {
          page.marker = fmt::format("{}/{}", instance_after, number);
          return page;
        }
        page.ids.push_back(attempt.id);
      }
      if (page.ids.size() < size || page.ids.back() == attempt.id) {
        instance_after = attempt.instance;
        number = attempt.number;
      }
    }
    if (static_cast<std::int64_t>(rows.size()) < at_once) return page;
    if (page.ids.size() == size) {
      page.marker = fmt::format("{}/{}", instance_after, number);
      return page;
    }
  }
}

Page find_components(const std::vector<Described>& components, const std::vector<Condition>& conditions,
                     std::string_view marker, std::size_t size) {
  const std::int64_t asked = marker.empty() ? 0 : marker_number(marker);
  if (asked < 0 || (!marker.empty() && static_cast<std::size_t>(asked) >= components.size())) bad_marker();
  const auto first = static_cast<std::size_t>(asked);
  Page page;
  std::size_t found = 0;
  for (const Described& component : components) {
    std::vector<FieldValue> fields = component.fields;
    fields.push_back({"name", component.name, false});
    if (!hold(conditions, fields) || found++ < first) continue;
    if (page.ids.size() == size) {
      page.marker = std::to_string(first + size);
      break;
    }
    page.ids.push_back(component.id);
  }
  return page;
}

}  // namespace

void Operations::query_objects(Service& service, const Exchange& exchange, Writer& out) {
  std::string_view sphere = text_of(exchange.input, "sphere");
  if (sphere != "COMPONENT" && sphere != "INSTANCE" && sphere != "ATTEMPT") {
    throw ServiceError{ErrorType::invalid_request,
                       fmt::format("expected sphere COMPONENT, INSTANCE or ATTEMPT, found '{}'", sphere)};
  }
  std::vector<Condition> conditions = read_conditions(member_of(exchange.input, "query"));
  const Json* limit_value = member_of(exchange.input, "limit");
  std::int64_t limit = limit_value == nullptr ? static_cast<std::int64_t>(kQueryPage) : limit_value->GetInt();
  if (limit < 1)
    throw ServiceError{ErrorType::invalid_request, fmt::format("expected a limit of at least 1, found {}", limit)};
  std::size_t size = std::min<std::size_t>(static_cast<std::size_t>(limit), kMaxQueryPage);
  std::string_view marker = text_of(exchange.input, "marker");
  Page page = service.store_.read([&](Session& session) -> Page {
    PipelineRow pipeline = require_pipeline(session, text_of(exchange.input, "pipelineId"));
    if (pipeline.version == 0) return {};
    if (sphere == "COMPONENT") {
      std::shared_ptr<const ScheduledDefinition> latest =
          service.scheduled_definition(session, pipeline.id, pipeline.version);
      return find_components(describe_components(session, *latest, pipeline), conditions, marker, size);
    }
    if (pipeline.active_version == 0) return {};
    const bool by_name =
        std::any_of(conditions.begin(), conditions.end(), [](const Condition& one) { return one.field == "name"; });
    const Queried queried{pipeline, service.definitions_of(session, pipeline), by_name};
    return sphere == "INSTANCE" ? find_instances(session, queried, conditions, marker, size)
                                : find_attempts(session, queried, conditions, marker, size);
  });
  out.Key("ids");
  out.StartArray();
  for (const std::string& id : page.ids) write_text(out, id);
  out.EndArray();
  if (!page.marker.empty()) write_text(out, "marker", page.marker);
  write_flag(out, "hasMoreResults", !page.marker.empty());
}

}  // namespace pipexpr::service
