// The tables, as a list of steps that each bring the store one version further. A released step is never
// edited: a change is a new step.
#include <fmt/format.h>

#include "service/store/store_session.h"

namespace pipexpr::service {
namespace {

// The SQL that SQLite and PostgreSQL share; all times are milliseconds since 1970.
constexpr const char* kSteps[] = {
    R"sql(
CREATE TABLE pipelines (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  unique_id TEXT NOT NULL,
  description TEXT NOT NULL,
  tags TEXT NOT NULL,
  state TEXT NOT NULL,
  created BIGINT NOT NULL,
  activated BIGINT,
  first_activated BIGINT,
  resume_from BIGINT,
  version BIGINT NOT NULL,
  active_version BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  next_event BIGINT
);
CREATE UNIQUE INDEX pipelines_by_client_id ON pipelines (name, unique_id) WHERE deleted = 0;
CREATE INDEX pipelines_by_event ON pipelines (next_event) WHERE next_event IS NOT NULL;

CREATE TABLE definitions (
  pipeline TEXT NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (pipeline, version)
);

-- How far each schedule of a pipeline has come; `mode` is cron, timeseries or ondemand.
CREATE TABLE progress (
  pipeline TEXT NOT NULL,
  schedule TEXT NOT NULL,
  mode TEXT NOT NULL,
  next_index BIGINT NOT NULL,
  PRIMARY KEY (pipeline, schedule, mode)
);

CREATE TABLE paused (
  pipeline TEXT NOT NULL,
  component TEXT NOT NULL,
  PRIMARY KEY (pipeline, component)
);

CREATE TABLE instances (
  pipeline TEXT NOT NULL,
  id TEXT NOT NULL,
  component TEXT NOT NULL,
  role TEXT NOT NULL,
  node TEXT,
  version BIGINT NOT NULL,
  status TEXT NOT NULL,
  scheduled_start BIGINT NOT NULL,
  scheduled_end BIGINT NOT NULL,
  actual_start BIGINT,
  actual_end BIGINT,
  worker_group TEXT,
  max_retries BIGINT NOT NULL,
  retry_delay BIGINT NOT NULL,
  report_timeout BIGINT NOT NULL,
  attempt_timeout BIGINT,
  late_at BIGINT,
  cascade BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  waiting_on TEXT,
  cascade_failed_on TEXT,
  cancellation_reason TEXT,
  error_id TEXT,
  error_message TEXT,
  error_stack TEXT,
  PRIMARY KEY (pipeline, id)
);
CREATE INDEX instances_by_component ON instances (pipeline, component, scheduled_start);
CREATE INDEX instances_late ON instances (pipeline, late_at) WHERE late_at IS NOT NULL;

CREATE TABLE edges (
  pipeline TEXT NOT NULL,
  waiter TEXT NOT NULL,
  waits_for TEXT NOT NULL,
  PRIMARY KEY (pipeline, waiter, waits_for)
);
CREATE INDEX edges_backwards ON edges (pipeline, waits_for);

CREATE TABLE attempts (
  pipeline TEXT NOT NULL,
  id TEXT NOT NULL,
  instance TEXT NOT NULL,
  number BIGINT NOT NULL,
  task TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  worker_group TEXT NOT NULL,
  ready_at BIGINT NOT NULL,
  deadline BIGINT,
  timeout_at BIGINT,
  canceled BIGINT NOT NULL,
  hostname TEXT,
  actual_start BIGINT,
  actual_end BIGINT,
  report_time BIGINT,
  error_id TEXT,
  error_message TEXT,
  error_stack TEXT,
  fields TEXT,
  PRIMARY KEY (pipeline, id)
);
CREATE INDEX attempts_by_instance ON attempts (pipeline, instance);
CREATE INDEX attempts_ready ON attempts (worker_group, ready_at) WHERE status = 'WAITING_FOR_RUNNER';
CREATE INDEX attempts_running ON attempts (deadline) WHERE status = 'RUNNING';

CREATE TABLE runners (
  id TEXT PRIMARY KEY,
  worker_group TEXT,
  hostname TEXT,
  seen BIGINT NOT NULL,
  terminate BIGINT NOT NULL
);

CREATE TABLE alarms (
  id TEXT PRIMARY KEY,
  pipeline TEXT NOT NULL,
  alarm TEXT NOT NULL,
  node TEXT NOT NULL,
  event TEXT NOT NULL,
  raised BIGINT NOT NULL,
  topic TEXT NOT NULL,
  subject TEXT NOT NULL,
  message TEXT NOT NULL
);
CREATE INDEX alarms_by_pipeline ON alarms (pipeline, raised);
)sql",
    R"sql(
-- What a pipeline tells of itself: how often it was activated, how its runs fare, what its schedule says.
ALTER TABLE pipelines ADD COLUMN activations BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pipelines ADD COLUMN finished BIGINT;
ALTER TABLE pipelines ADD COLUMN deactivated BIGINT;
ALTER TABLE pipelines ADD COLUMN creator TEXT;
ALTER TABLE pipelines ADD COLUMN health TEXT;
ALTER TABLE pipelines ADD COLUMN health_updated BIGINT;
ALTER TABLE pipelines ADD COLUMN latest_run BIGINT;
ALTER TABLE pipelines ADD COLUMN next_run BIGINT;
ALTER TABLE pipelines ADD COLUMN schedule_start BIGINT;
ALTER TABLE pipelines ADD COLUMN schedule_end BIGINT;
ALTER TABLE pipelines ADD COLUMN schedule_period TEXT;
UPDATE pipelines SET activations = active_version WHERE active_version > 0;

-- `activation`: the pipeline's count when the instance got its definition. `rerun`: does not count against
-- maxActiveInstances. `resumes`: canceled by a deactivation, and goes on with the next activation.
ALTER TABLE instances ADD COLUMN activation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN rerun BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN resumes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN has_end BIGINT NOT NULL DEFAULT 1;
ALTER TABLE instances ADD COLUMN give_up_after BIGINT;
ALTER TABLE instances ADD COLUMN give_up_at BIGINT;
ALTER TABLE instances ADD COLUMN group_alias TEXT;
ALTER TABLE instances ADD COLUMN resource TEXT;
ALTER TABLE attempts ADD COLUMN group_alias TEXT;

-- How far each component has come; a component without a row begins where its schedule stands in `progress`.
CREATE TABLE component_progress (
  pipeline TEXT NOT NULL,
  component TEXT NOT NULL,
  mode TEXT NOT NULL,
  next_index BIGINT NOT NULL,
  held BIGINT NOT NULL,
  PRIMARY KEY (pipeline, component, mode)
);

-- For counts by state and for pages by key, so that what a request costs does not grow with the history.
CREATE INDEX instances_by_status ON instances (pipeline, status, scheduled_start, id);
CREATE INDEX instances_by_start ON instances (pipeline, scheduled_start, id);
CREATE INDEX instances_by_version ON instances (pipeline, version);
CREATE INDEX instances_give_up ON instances (pipeline, give_up_at) WHERE give_up_at IS NOT NULL;
CREATE INDEX instances_by_resource ON instances (pipeline, resource) WHERE resource IS NOT NULL;
CREATE INDEX instances_ended ON instances (actual_end) WHERE actual_end IS NOT NULL;
DROP INDEX instances_by_component;
CREATE INDEX instances_by_component ON instances (pipeline, component, scheduled_start, id);
DROP INDEX edges_backwards;
CREATE INDEX edges_backwards ON edges (pipeline, waits_for, waiter);
DROP INDEX attempts_by_instance;
CREATE INDEX attempts_by_instance ON attempts (pipeline, instance, number);
CREATE INDEX attempts_by_status ON attempts (pipeline, status, ready_at);
CREATE INDEX attempts_ready_by_alias ON attempts (group_alias, ready_at)
  WHERE status = 'WAITING_FOR_RUNNER' AND group_alias IS NOT NULL;

-- How the last instance of each component ended.
CREATE TABLE component_health (
  pipeline TEXT NOT NULL,
  component TEXT NOT NULL,
  health TEXT NOT NULL,
  updated BIGINT NOT NULL,
  instance TEXT NOT NULL,
  PRIMARY KEY (pipeline, component)
);

CREATE TABLE probe (id BIGINT PRIMARY KEY, body TEXT NOT NULL);
)sql",
    R"sql(
-- What the runner of the last attempt told, as its attempt has it too.
ALTER TABLE instances ADD COLUMN hostname TEXT;
ALTER TABLE instances ADD COLUMN report_time BIGINT;
ALTER TABLE instances ADD COLUMN fields TEXT;
)sql",
    R"sql(
-- The definition that an attempt ran by, which is not its instance's when that was activated in between. Of attempts of
-- before, only their instance's is known.
ALTER TABLE attempts ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN activation BIGINT NOT NULL DEFAULT 0;
UPDATE attempts SET
  version = (SELECT i.version FROM instances i WHERE i.pipeline = attempts.pipeline AND i.id = attempts.instance),
  activation = (SELECT i.activation FROM instances i WHERE i.pipeline = attempts.pipeline AND i.id = attempts.instance)
  WHERE EXISTS (SELECT 1 FROM instances i WHERE i.pipeline = attempts.pipeline AND i.id = attempts.instance);
CREATE INDEX attempts_by_version ON attempts (pipeline, version);
)sql",
};

constexpr std::int64_t kVersion = std::size(kSteps);

}  // namespace

void migrate(Session& session) {
  session.begin();
  try {
    session.query("CREATE TABLE IF NOT EXISTS pipexpr_schema (version BIGINT NOT NULL)");
    // Two processes may start at once on an empty PostgreSQL: the second waits here for the first.
    if (!session.for_update().empty()) session.query("LOCK TABLE pipexpr_schema IN EXCLUSIVE MODE");
    Rows rows = session.query("SELECT version FROM pipexpr_schema");
    std::int64_t version = rows.empty() ? 0 : rows.front().number(0);
    if (version > kVersion) {
      throw StoreError(fmt::format("the store has schema version {}, this program knows up to {}: use a newer pipexpr",
                                   version, kVersion));
    }
    for (std::int64_t step = version; step < kVersion; ++step) session.script(kSteps[step]);
    if (rows.empty()) session.query("INSERT INTO pipexpr_schema (version) VALUES ($1)", {kVersion});
    if (!rows.empty() && version < kVersion) session.query("UPDATE pipexpr_schema SET version = $1", {kVersion});
    session.commit();
  } catch (...) {
    session.rollback();
    throw;
  }
}

}  // namespace pipexpr::service
