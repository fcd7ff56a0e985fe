// Reads and writes the rows of pipelines.
#include "service/scheduler/pipeline_record.h"

namespace pipexpr::service {

std::optional<PipelineRow> find_pipeline(Session& session, std::string_view id, bool lock) {
  static const std::string kSelect =
      "SELECT id, name, description, unique_id, tags, state, created, activated, first_activated, version, "
      "active_version, deleted, activations, finished, deactivated, creator, health, health_updated, latest_run, "
      "next_run, schedule_start, schedule_end, schedule_period FROM pipelines WHERE id = $1";
  Rows rows = session.query(lock ? kSelect + std::string(session.for_update()) : kSelect, {id});
  if (rows.empty()) return std::nullopt;
  const Row& row = rows.front();
  PipelineRow result;
  result.id = row.text(0);
  result.name = row.text(1);
  result.description = row.text(2);
  result.unique_id = row.text(3);
  result.tags = row.text(4);
  result.state = row.text(5);
  result.created = row.number(6);
  result.activated = row.optional(7);
  result.first_activated = row.optional(8);
  result.version = row.number(9);
  result.active_version = row.number(10);
  result.deleted = row.number(11) != 0;
  result.activations = row.number(12);
  result.finished = row.optional(13);
  result.deactivated = row.optional(14);
  result.creator = row.text(15);
  result.health = row.text(16);
  result.health_updated = row.optional(17);
  result.latest_run = row.optional(18);
  result.next_run = row.optional(19);
  result.schedule_start = row.optional(20);
  result.schedule_end = row.optional(21);
  result.schedule_period = row.text(22);
  return result;
}

void save_pipeline(Session& session, const PipelineRow& row, std::optional<Millis> next_event) {
  session.query(
      "UPDATE pipelines SET state = $2, activated = $3, first_activated = $4, active_version = $5, activations = $6, "
      "finished = $7, deactivated = $8, health = $9, health_updated = $10, latest_run = $11, next_run = $12, "
      "schedule_start = $13, schedule_end = $14, schedule_period = $15, next_event = $16 WHERE id = $1",
      {row.id, row.state, row.activated, row.first_activated, row.active_version, row.activations, row.finished,
       row.deactivated, row.health, row.health_updated, row.latest_run, row.next_run, row.schedule_start,
       row.schedule_end, row.schedule_period, next_event});
}

}  // namespace pipexpr::service
