// The operations, one function each. They throw ServiceError; all but PollForTask are found through the table by
// name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/service.h"

namespace pipexpr::service {

struct Operations {
  using Function = void (*)(Service&, const Exchange&, Writer&);
  static Function find(std::string_view name);

  // pipelines.cc
  static void create_pipeline(Service&, const Exchange&, Writer&);
  static void delete_pipeline(Service&, const Exchange&, Writer&);
  static void describe_pipelines(Service&, const Exchange&, Writer&);
  static void list_pipelines(Service&, const Exchange&, Writer&);
  static void add_tags(Service&, const Exchange&, Writer&);
  static void remove_tags(Service&, const Exchange&, Writer&);
  // definitions.cc
  static void put_pipeline_definition(Service&, const Exchange&, Writer&);
  static void get_pipeline_definition(Service&, const Exchange&, Writer&);
  static void validate_pipeline_definition(Service&, const Exchange&, Writer&);
  static void activate_pipeline(Service&, const Exchange&, Writer&);
  static void deactivate_pipeline(Service&, const Exchange&, Writer&);
  // objects.cc
  static void describe_objects(Service&, const Exchange&, Writer&);
  static void query_objects(Service&, const Exchange&, Writer&);
  static void set_status(Service&, const Exchange&, Writer&);
  // tasks.cc
  static void report_task_progress(Service&, const Exchange&, Writer&);
  static void report_task_runner_heartbeat(Service&, const Exchange&, Writer&);
  static void set_task_status(Service&, const Exchange&, Writer&);

  // For load_definition: the same as the operations of that name.
  static std::string create(Service&, std::string_view name, std::string_view unique_id, std::string_view description,
                            const std::string& tags, std::string_view creator);
  static void put(Service&, std::string_view pipeline, std::string body, Writer& out, bool& errored);
  static void activate(Service&, std::string_view pipeline, const Json* values, std::optional<Millis> start);
};

// An object as DescribeObjects shows it.
struct Described {
  std::string id;
  std::string name;
  std::vector<FieldValue> fields;
};

// The components of a definition, as they were put, for QueryObjects.
std::vector<Described> describe_components(Session& session, const ScheduledDefinition& scheduled,
                                           const PipelineRow& pipeline);

// The pipeline's row; PipelineNotFoundException or PipelineDeletedException when there is none to work on.
PipelineRow require_pipeline(Session& session, std::string_view id, bool lock = false);

}  // namespace pipexpr::service
