// Operations on definitions, and their activation.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "adapter/constraints.h"
#include "adapter/evaluate_expression.h"
#include "base/utf8.h"
#include "service/operations/definition_edits.h"
#include "service/operations/definition_form.h"
#include "service/operations/operations.h"
#include "service/operations/validation.h"
#include "service/protocol.h"

namespace pipexpr::service {
namespace {

constexpr double kEndOfTime = 253'402'300'800;    // the first second of the year 10000
constexpr std::size_t kMaxNameSize = 1024;        // id of the service model
constexpr std::size_t kMaxNamedIssues = 20;       // in the message of an activation that is refused,
constexpr std::size_t kMaxNamedIssueSize = 1000;  // of so many characters each
constexpr std::size_t kMaxIssueSize = 10'000;     // validationMessage of the service model, in characters

// Stored as it was put, in the API's own form, which the engine reads.
std::string definition_body(const Json& input) {
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  for (const char* name : {"pipelineObjects", "parameterObjects", "parameterValues"}) {
    const Json* member = member_of(input, name);
    out.Key(name);
    if (member == nullptr) {
      out.StartArray();
      out.EndArray();
    } else {
      member->Accept(out);
    }
  }
  out.EndObject();
  return std::string(view_of(buffer));
}

std::string load_body(Session& session, std::string_view pipeline, std::int64_t version) {
  Rows rows = session.query("SELECT body FROM definitions WHERE pipeline = $1 AND version = $2", {pipeline, version});
  return rows.empty() ? std::string{} : rows.front().text(0);
}

[[noreturn]] void fatal(std::string_view why) {
  throw ServiceError{
      ErrorType::invalid_request,
      fmt::format("Pipeline definition has errors: Could not save the pipeline definition due to FATAL errors: [{}] "
                  "Please call Validate to validate your pipeline",
                  why)};
}

// What cannot even be saved: there would be no object graph to evaluate anything on.
std::shared_ptr<const ScheduledDefinition> load_or_fail(const std::string& body, std::string_view pipeline,
                                                        const ServiceOptions& options) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
  const Json& objects = document["pipelineObjects"];
  if (objects.Size() > options.max_objects) {
    throw ServiceError{ErrorType::invalid_request,
                       "Web service limit exceeded: Exceeded maximum number of objects allowed per pipeline"};
  }
  for (const Json& object : objects.GetArray()) {
    for (const Json& field : object["fields"].GetArray()) {
      const Json* value = member_of(field, "stringValue");
      if (value != nullptr && value->GetStringLength() == 0) {
        fatal(fmt::format("field '{}' of object '{}' is empty", text_of(field, "key"), text_of(object, "id")));
      }
    }
  }
  auto scheduled = ScheduledDefinition::load(body, std::string(pipeline), options.unset_runtime);
  if (!scheduled) {
    // As in the service's answers, without a code, and without places in a text that the client never sent.
    const std::string& why = scheduled.error().front().message;
    fatal(why.substr(0, why.find("; the first one stands at line ")));
  }
  return *std::move(scheduled);
}

// A pipeline with errors cannot be activated.
void refuse_errors(const ValidationIssues& issues) {
  if (issues.errors.empty()) return;
  std::string all;
  const std::size_t named = std::min(issues.errors.size(), kMaxNamedIssues);
  for (std::size_t i = 0; i < named; ++i) {
    const ValidationIssue& issue = issues.errors[i];
    all += fmt::format("{}object '{}': {}", i == 0 ? "" : "; ", issue.object,
                       base::cut_utf8(issue.text, kMaxNamedIssueSize));
  }
  if (named < issues.errors.size()) all += fmt::format("; and {} more", issues.errors.size() - named);
  throw ServiceError{ErrorType::invalid_request, "Pipeline definition has errors: " + all};
}

void write_issues(const ValidationIssues& issues, Writer& out) {
  auto write_list = [&](const char* list, const char* member, const std::vector<ValidationIssue>& items) {
    out.Key(list);
    out.StartArray();
    // Grouped by object, in the order in which the objects are met.
    for (std::size_t i = 0; i < items.size();) {
      out.StartObject();
      write_text(out, "id", items[i].object);
      out.Key(member);
      out.StartArray();
      std::size_t k = i;
      for (; k < items.size() && items[k].object == items[i].object; ++k)
        write_text(out, base::cut_utf8(items[k].text, kMaxIssueSize));
      out.EndArray();
      out.EndObject();
      i = k;
    }
    out.EndArray();
  };
  write_list("validationErrors", "errors", issues.errors);
  write_list("validationWarnings", "warnings", issues.warnings);
  write_flag(out, "errored", !issues.errors.empty());
}

}  // namespace

// What the definition has against it, also beside the active one: not everything may be changed in a pipeline that has
// run.
ValidationIssues Service::issues_of(std::string_view id, const std::string& body,
                                    const ScheduledDefinition& scheduled) {
  ValidationIssues result = check_definition(scheduled, body);
  std::optional<PipelineRow> row;
  std::shared_ptr<const ScheduledDefinition> active;
  store_.read([&](Session& session) {
    row = require_pipeline(session, id);
    active = row->active_version == 0 ? nullptr : this->scheduled_definition(session, row->id, row->active_version);
  });
  if (active) add_forbidden_edits(*active, scheduled, row->first_activated, result);
  return result;
}

void Operations::put(Service& service, std::string_view pipeline, std::string body, Writer& out, bool& errored) {
  std::string id(pipeline);
  std::shared_ptr<const ScheduledDefinition> scheduled = load_or_fail(body, pipeline, service.options_);
  ValidationIssues issues = service.issues_of(id, body, *scheduled);
  errored = !issues.errors.empty();
  std::int64_t version = service.store_.transact([&](Session& session) {
    PipelineRow row = require_pipeline(session, id, true);
    session.query("INSERT INTO definitions (pipeline, version, body) VALUES ($1, $2, $3)", {id, row.version + 1, body});
    session.query("UPDATE pipelines SET version = $2 WHERE id = $1", {id, row.version + 1});
    // Versions that nothing refers to any more go: not latest, not active, and no instance or attempt has run by them.
    session.query(
        "DELETE FROM definitions WHERE pipeline = $1 AND version < $2 AND version <> $3 AND NOT EXISTS "
        "(SELECT 1 FROM instances i WHERE i.pipeline = $1 AND i.version = definitions.version) AND NOT EXISTS "
        "(SELECT 1 FROM attempts a WHERE a.pipeline = $1 AND a.version = definitions.version)",
        {id, row.version + 1, row.active_version});
    return row.version + 1;
  });
  service.definitions_.add(id, version, scheduled);
  service.definitions_.set_latest(id, scheduled);
  write_issues(issues, out);
}

void Operations::put_pipeline_definition(Service& service, const Exchange& exchange, Writer& out) {
  std::string_view id = text_of(exchange.input, "pipelineId");
  service.store_.read([&](Session& session) { require_pipeline(session, id); });
  bool errored = false;
  put(service, id, definition_body(exchange.input), out, errored);
}

void Operations::validate_pipeline_definition(Service& service, const Exchange& exchange, Writer& out) {
  std::string_view id = text_of(exchange.input, "pipelineId");
  service.store_.read([&](Session& session) { require_pipeline(session, id); });
  std::string body = definition_body(exchange.input);
  std::shared_ptr<const ScheduledDefinition> scheduled = load_or_fail(body, id, service.options_);
  write_issues(service.issues_of(id, body, *scheduled), out);
}

void Operations::get_pipeline_definition(Service& service, const Exchange& exchange, Writer& out) {
  std::string_view version = text_of(exchange.input, "version");
  std::string body = service.store_.read([&](Session& session) {
    PipelineRow row = require_pipeline(session, text_of(exchange.input, "pipelineId"));
    if (!version.empty() && version != "latest" && version != "active") {
      throw ServiceError{ErrorType::invalid_request,
                         fmt::format("expected version 'latest' or 'active', found '{}'", version)};
    }
    return load_body(session, row.id, version == "active" ? row.active_version : row.version);
  });
  // The stored body is an object; its members become those of the answer.
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(body.empty() ? R"({"pipelineObjects":[]})" : body.c_str());
  for (const auto& member : std::as_const(document).GetObject()) {
    out.Key(member.name.GetString());
    member.value.Accept(out);
  }
}

namespace {

// The definition with values of an activation, which replace those of the same parameter and stay.
std::string with_values(const std::string& body, const Json& values) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
  Json& present = document["parameterValues"];
  for (const Json& value : values.GetArray()) {
    for (auto* old = present.Begin(); old != present.End();) {
      old = text_of(*old, "id") == text_of(value, "id") ? present.Erase(old) : old + 1;
    }
  }
  for (const Json& value : values.GetArray())
    present.PushBack(Json(value, document.GetAllocator()), document.GetAllocator());
  return dump(document);
}

}  // namespace

// The definition is read and checked first, without holding the pipeline, and activated if it is still the same then.
void Operations::activate(Service& service, std::string_view pipeline, const Json* values,
                          std::optional<Millis> start) {
  std::string id(pipeline);
  bool has_values = values != nullptr && values->Size() != 0;
  for (bool done = false; !done;) {
    std::optional<PipelineRow> seen;
    std::string body = service.store_.read([&](Session& session) {
      seen = require_pipeline(session, id);
      return load_body(session, id, seen->version);
    });
    if (seen->version == 0) {
      throw ServiceError{ErrorType::invalid_request,
                         fmt::format("pipeline {} has no definition: call PutPipelineDefinition first", id)};
    }
    if (has_values) body = with_values(body, *values);
    std::shared_ptr<const ScheduledDefinition> scheduled = load_or_fail(body, id, service.options_);
    ValidationIssues issues = service.issues_of(id, body, *scheduled);
    // Values of an activation that fails are not kept.
    refuse_errors(issues);
    refuse_errors(missing_values(*scheduled, *seen, service.clock_.now(), service.evaluation()));
    std::optional<std::int64_t> max_runs = InstanceLifecycle::max_runs_on_demand(*scheduled);
    service.change(id, [&](Session& session, PipelineRow& row, InstanceLifecycle& runs) {
      done = row.version == seen->version && row.active_version == seen->active_version;
      if (!done) return;  // another client changed it meanwhile: look again
      if (max_runs && runs.runs_on_demand() >= *max_runs) {
        throw ServiceError{
            ErrorType::invalid_request,
            fmt::format("pipeline {} has {} on-demand run{} that {} not ended, as many as maxActiveInstances "
                        "allows: {}",
                        id, *max_runs, *max_runs == 1 ? "" : "s", *max_runs == 1 ? "has" : "have",
                        row.state == "DEACTIVATING" ? "the pipeline is being deactivated, so wait until one ends, or "
                                                      "call DeactivatePipeline with cancelActive"
                                                    : "wait until one ends; what waits for something that has failed "
                                                      "goes on when SetStatus says RERUN or MARK_FINISHED of that")};
      }
      if (has_values) {
        ++row.version;
        session.query("INSERT INTO definitions (pipeline, version, body) VALUES ($1, $2, $3)", {id, row.version, body});
        session.query("UPDATE pipelines SET version = $2 WHERE id = $1", {id, row.version});
      }
      runs.activate(start);
    });
    if (has_values) service.forget_definition(id);
  }
}

void Operations::activate_pipeline(Service& service, const Exchange& exchange, Writer& /*out*/) {
  const Json* start = member_of(exchange.input, "startTimestamp");
  std::optional<Millis> from;
  if (start != nullptr) {
    double seconds = start->GetDouble();
    if (!(seconds >= 0 && seconds < kEndOfTime)) {
      throw ServiceError{ErrorType::invalid_request,
                         "expected a startTimestamp from 1970 to 9999, in seconds since 1970"};
    }
    from = static_cast<Millis>(seconds * 1000);
  }
  activate(service, text_of(exchange.input, "pipelineId"), member_of(exchange.input, "parameterValues"), from);
}

void Operations::deactivate_pipeline(Service& service, const Exchange& exchange, Writer& /*out*/) {
  const Json* flag = member_of(exchange.input, "cancelActive");
  bool cancel_running = flag == nullptr || flag->GetBool();
  std::string id(text_of(exchange.input, "pipelineId"));
  service.change(id, [&](Session& /*session*/, PipelineRow& row, InstanceLifecycle& runs) {
    if (row.state == "PENDING") {
      throw ServiceError{ErrorType::invalid_request, fmt::format("pipeline {} is not active", id)};
    }
    if (row.state == "FINISHED") return;  // nothing runs
    // It takes up again where it stopped.
    runs.deactivate(cancel_running);
  });
}

Service::Loaded Service::load_definition(const std::string& name, const std::string& json) {
  std::string why;
  std::optional<std::string> form = to_api_form(json, why);
  if (!form) throw ServiceError{ErrorType::invalid_request, why};
  // From here on it is what PutPipelineDefinition would have been sent, checked in the same way.
  rapidjson::Document input;
  input.Parse<rapidjson::kParseIterativeFlag>(form->data(), form->size());
  while (input.RemoveMember("pipelineId")) {
  }
  input.AddMember("pipelineId", "df-file", input.GetAllocator());
  if (std::optional<ServiceError> error = validate(*find_operation("PutPipelineDefinition"), input))
    throw ServiceError(*error);
  std::optional<std::string> body = definition_body(input);
  std::string id = Operations::create(*this, std::string(base::cut_utf8(printable(name), kMaxNameSize)),
                                      "loaded from a file", "", "[]", "");
  // Started again with the same file: it goes on where it was.
  bool is_known = store_.read([&](Session& session) {
    PipelineRow row = require_pipeline(session, id);
    return row.active_version != 0 && load_body(session, id, row.version) == *body;
  });
  if (is_known) return {id, {}};
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  bool errored = false;
  Operations::put(*this, id, *std::move(body), out, errored);
  out.EndObject();
  try {
    Operations::activate(*this, id, nullptr, std::nullopt);
  } catch (const ServiceError& error) {
    log_.write(LogLevel::warning, "not_activated", {{"pipeline", id}, {"why", error.message}});
    return {id, error.message};
  }
  return {id, {}};
}

}  // namespace pipexpr::service
