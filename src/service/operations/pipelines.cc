// Operations on pipelines as a whole.
#include <algorithm>

#include <fmt/format.h>

#include "service/operations/operations.h"

namespace pipexpr::service {
namespace {

// There are no accounts here; the service's fields have these.
constexpr std::string_view kAccount = "000000000000";
constexpr std::string_view kNobody = "anonymous";
constexpr std::size_t kPage = 100;
constexpr std::size_t kMaxTags = 10;
constexpr std::size_t kMaxDescribed = 25;

rapidjson::Document parse(const std::string& text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  return document;
}

void write_description(const PipelineRow& row, Writer& out) {
  out.StartObject();
  write_text(out, "pipelineId", row.id);
  write_text(out, "name", row.name);
  out.Key("fields");
  out.StartArray();
  auto text = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) write_string_field(out, name, value);
  };
  auto time = [&](std::string_view name, const std::optional<Millis>& value) {
    if (value) write_string_field(out, name, time_text(*value));
  };
  // Which fields a pipeline has follows from its state, as it does in the service.
  text("@accountId", kAccount);
  time("@creationTime", row.created);
  time("@firstActivationTime", row.first_activated);
  if (row.state == "FINISHED") time("@finishedTime", row.finished);
  text("@healthStatus", row.health);
  if (!row.health.empty()) time("@healthStatusUpdatedTime", row.health_updated);
  text("@id", row.id);
  time("@lastActivationTime", row.activated);
  time("@lastDeactivatedTime", row.deactivated);
  time("@latestRunTime", row.latest_run);
  if (row.state == "SCHEDULED") time("@nextRunTime", row.next_run);
  text("@pipelineState", row.state);
  time("@scheduledEndTime", row.schedule_end);
  text("@scheduledPeriod", row.schedule_period);
  time("@scheduledStartTime", row.schedule_start);
  text("@sphere", "PIPELINE");
  std::string creator = row.creator.empty() ? std::string(kNobody) : row.creator;
  text("@userId", creator);
  if (row.activations > 0) text("@version", std::to_string(row.activations));
  text("description", row.description);
  text("name", row.name);
  text("pipelineCreator", creator);
  text("uniqueId", row.unique_id);
  if (row.tags != "[]") text("*tags", row.tags);
  out.EndArray();
  if (!row.description.empty()) write_text(out, "description", row.description);
  out.Key("tags");
  out.RawValue(row.tags.data(), row.tags.size(), rapidjson::kArrayType);
  out.EndObject();
}

}  // namespace

PipelineRow require_pipeline(Session& session, std::string_view id, bool lock) {
  std::optional<PipelineRow> row = find_pipeline(session, id, lock);
  if (!row) throw ServiceError{ErrorType::pipeline_not_found, fmt::format("Pipeline with id: {} does not exist", id)};
  if (row->deleted)
    throw ServiceError{ErrorType::pipeline_deleted, fmt::format("Pipeline with id: {} does not exist", id)};
  return *std::move(row);
}

std::string Operations::create(Service& service, std::string_view name, std::string_view unique_id,
                               std::string_view description, const std::string& tags, std::string_view creator) {
  Millis now = service.clock_.now();
  return service.store_.transact([&](Session& session) {
    // The same name and client id is the same request sent again: it gets the same answer.
    std::string id = random_pipeline_id();
    session.query(
        "INSERT INTO pipelines (id, name, unique_id, description, tags, state, created, version, "
        "active_version, deleted, creator) "
        "VALUES ($1, $2, $3, $4, $5, 'PENDING', $6, 0, 0, 0, $7) ON CONFLICT DO NOTHING",
        {id, name, unique_id, description, tags, now, creator});
    Rows rows =
        session.query("SELECT id FROM pipelines WHERE name = $1 AND unique_id = $2 AND deleted = 0", {name, unique_id});
    if (rows.empty()) throw StoreError("the pipeline was deleted at the same moment", true);
    return rows.front().text(0);
  });
}

void Operations::create_pipeline(Service& service, const Exchange& exchange, Writer& out) {
  const Json& input = exchange.input;
  const Json* tags = member_of(input, "tags");
  std::string id = create(service, text_of(input, "name"), text_of(input, "uniqueId"), text_of(input, "description"),
                          tags == nullptr ? "[]" : dump(*tags), exchange.access_key);
  write_text(out, "pipelineId", id);
}

void Operations::delete_pipeline(Service& service, const Exchange& exchange, Writer& /*out*/) {
  std::string id(text_of(exchange.input, "pipelineId"));
  Millis now = service.clock_.now();
  service.store_.transact([&](Session& session) {
    // Deleting is not reversible and may be repeated: the model has no PipelineDeletedException here.
    std::optional<PipelineRow> row = find_pipeline(session, id, true);
    if (!row) throw ServiceError{ErrorType::pipeline_not_found, fmt::format("Pipeline with id: {} does not exist", id)};
    session.query("UPDATE pipelines SET deleted = $2, state = 'DELETED', next_event = NULL, tags = '[]' WHERE id = $1",
                  {id, std::max<Millis>(now, 1)});
    for (const char* table : {"definitions", "progress", "component_progress", "component_health", "paused",
                              "instances", "edges", "attempts", "alarms"}) {
      session.query(fmt::format("DELETE FROM {} WHERE pipeline = $1", table), {id});
    }
  });
  service.forget_definition(id);
}

void Operations::describe_pipelines(Service& service, const Exchange& exchange, Writer& out) {
  const Json& ids = exchange.input["pipelineIds"];
  if (ids.Size() > kMaxDescribed) {
    throw ServiceError{ErrorType::invalid_request,
                       fmt::format("expected at most {} pipelineIds, found {}", kMaxDescribed, ids.Size())};
  }
  std::vector<PipelineRow> rows;
  service.store_.read([&](Session& session) {
    rows.clear();
    for (const Json& id : ids.GetArray()) rows.push_back(require_pipeline(session, text_of(id)));
  });
  out.Key("pipelineDescriptionList");
  out.StartArray();
  for (const PipelineRow& row : rows) write_description(row, out);
  out.EndArray();
}

void Operations::list_pipelines(Service& service, const Exchange& exchange, Writer& out) {
  // The marker is the last id of the page before, so that pipelines made in between shift nothing. The order is the one
  // in which the service was seen to list them.
  std::string_view marker = text_of(exchange.input, "marker");
  if (!marker.empty() && !marker.starts_with("df-"))
    throw ServiceError{ErrorType::invalid_request, "the marker is not one that this operation gave"};
  const std::string_view after = marker.empty() ? "e" : marker;  // behind all ids
  Rows rows = service.store_.read([&](Session& session) {
    return session.query("SELECT id, name FROM pipelines WHERE deleted = 0 AND id < $1 ORDER BY id DESC LIMIT $2",
                         {after, static_cast<std::int64_t>(kPage + 1)});
  });
  bool more = rows.size() > kPage;
  if (more) rows.pop_back();
  out.Key("pipelineIdList");
  out.StartArray();
  for (const Row& row : rows) {
    out.StartObject();
    write_text(out, "id", row.text(0));
    write_text(out, "name", row.text(1));
    out.EndObject();
  }
  out.EndArray();
  if (more) write_text(out, "marker", rows.back().text(0));
  write_flag(out, "hasMoreResults", more);
}

void Operations::add_tags(Service& service, const Exchange& exchange, Writer& /*out*/) {
  const Json& added = exchange.input["tags"];
  service.store_.transact([&](Session& session) {
    PipelineRow row = require_pipeline(session, text_of(exchange.input, "pipelineId"), true);
    rapidjson::Document tags = parse(row.tags);
    for (const Json& tag : added.GetArray()) {
      bool replaced = false;
      for (Json& present : tags.GetArray()) {
        if (text_of(present, "key") != text_of(tag, "key")) continue;
        present["value"].SetString(text_of(tag, "value").data(), tag["value"].GetStringLength(), tags.GetAllocator());
        replaced = true;
      }
      if (!replaced) tags.PushBack(Json(tag, tags.GetAllocator()), tags.GetAllocator());
    }
    if (tags.Size() > kMaxTags) {
      throw ServiceError{ErrorType::invalid_request,
                         fmt::format("a pipeline can have at most {} tags, this makes {}", kMaxTags, tags.Size())};
    }
    session.query("UPDATE pipelines SET tags = $2 WHERE id = $1", {row.id, dump(tags)});
  });
}

void Operations::remove_tags(Service& service, const Exchange& exchange, Writer& /*out*/) {
  const Json& keys = exchange.input["tagKeys"];
  service.store_.transact([&](Session& session) {
    PipelineRow row = require_pipeline(session, text_of(exchange.input, "pipelineId"), true);
    rapidjson::Document tags = parse(row.tags);
    for (const Json& key : keys.GetArray()) {
      for (auto* tag = tags.Begin(); tag != tags.End();) {
        tag = text_of(*tag, "key") == text_of(key) ? tags.Erase(tag) : tag + 1;
      }
    }
    session.query("UPDATE pipelines SET tags = $2 WHERE id = $1", {row.id, dump(tags)});
  });
}

}  // namespace pipexpr::service
