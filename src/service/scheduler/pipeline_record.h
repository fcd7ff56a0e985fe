// PipelineRow: what the store keeps of a pipeline, its definition and its instances aside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service/scheduler/clock.h"
#include "service/store/store_session.h"

namespace pipexpr::service {

struct PipelineRow {
  std::string id;
  std::string name;
  std::string description;
  std::string unique_id;
  std::string tags;  // JSON: [{"key", "value"}]
  std::string state;
  Millis created = 0;
  std::optional<Millis> activated;
  std::optional<Millis> first_activated;
  std::int64_t version = 0;         // of the definition that was put last
  std::int64_t active_version = 0;  // of the one that runs
  bool deleted = false;
  std::int64_t activations = 0;  // the service's @version
  std::optional<Millis> finished;
  std::optional<Millis> deactivated;
  std::string creator;
  std::string health;  // HEALTHY or ERROR; empty before the first instance
  std::optional<Millis> health_updated;
  std::optional<Millis> latest_run;  // scheduled start of the last run that has instances
  std::optional<Millis> next_run;    // of the first that has none
  std::optional<Millis> schedule_start;
  std::optional<Millis> schedule_end;
  std::string schedule_period;  // as the author wrote it
};

// The pipeline's row, locked until the transaction ends when `lock` is set.
std::optional<PipelineRow> find_pipeline(Session& session, std::string_view id, bool lock);
// Writes what changes in a pipeline's life, and when it wants to be looked at next.
void save_pipeline(Session& session, const PipelineRow& row, std::optional<Millis> next_event);

}  // namespace pipexpr::service
