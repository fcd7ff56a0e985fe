// pipexpr evaluates AWS Data Pipeline expressions: `s3://b/#{format(minusDays(@scheduledStartTime,1),'YYYY-MM-dd')}`.
//
//   #include <pipexpr/pipexpr.h>
//
//   auto definition = pipexpr::PipelineDefinition::load(json_text).value();     // or an ObjectGraph of your own
//   auto object = definition->find("MyActivity").value();
//   auto start  = pipexpr::parse_datetime("2024-05-24T17:00:00").value();
//   pipexpr::Run run{.scheduled_start = start, .scheduled_end = start};
//
//   auto e = pipexpr::Expression::compile("#{output.directoryPath}/#{myName}.csv");
//   auto text = e->evaluate_text(*definition, {.object = object, .run = run});
//   if (!text) std::cerr << pipexpr::render(text.error().front());
//
// The promise: compiling and evaluating any bytes against any object graph returns a value or a diagnostic. It never
// crashes, aborts, hangs, reads outside its inputs, writes to a stream, or calls anything but the functions and the
// graph you registered. Time is linear in source bytes plus evaluation steps and memory is bounded; limits are on by
// default. The same inputs give the same bytes on every locale, zone and thread.
#pragma once

#include <pipexpr/batch.h>
#include <pipexpr/check.h>
#include <pipexpr/checked.h>
#include <pipexpr/compare.h>
#include <pipexpr/context.h>
#include <pipexpr/datetime.h>
#include <pipexpr/definition.h>
#include <pipexpr/diagnostic.h>
#include <pipexpr/explain.h>
#include <pipexpr/expression.h>
#include <pipexpr/field.h>
#include <pipexpr/field_override.h>
#include <pipexpr/field_table.h>
#include <pipexpr/function_body.h>
#include <pipexpr/function_registry.h>
#include <pipexpr/graph_diagram.h>
#include <pipexpr/json.h>
#include <pipexpr/language_server.h>
#include <pipexpr/limits.h>
#include <pipexpr/line_index.h>
#include <pipexpr/listener.h>
#include <pipexpr/object_graph.h>
#include <pipexpr/options.h>
#include <pipexpr/references.h>
#include <pipexpr/rename.h>
#include <pipexpr/render.h>
#include <pipexpr/result.h>
#include <pipexpr/runs.h>
#include <pipexpr/schedule.h>
#include <pipexpr/secret_mask.h>
#include <pipexpr/source.h>
#include <pipexpr/source_map.h>
#include <pipexpr/specialize.h>
#include <pipexpr/syntax_tree.h>
#include <pipexpr/time_zones.h>
#include <pipexpr/translate.h>
#include <pipexpr/value.h>
#include <pipexpr/version.h>
