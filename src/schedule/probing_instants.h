// Instants at which calculations and patterns that look alike give different values.
#pragma once

#include <span>
#include <vector>

#include <pipexpr/datetime.h>
#include <pipexpr/definition.h>
#include <pipexpr/schedule.h>

namespace pipexpr {

// In this order: one whose parts all differ from each other; every day of a month, each at another time of day; the
// first and the last day of every month of a leap year and of another; the days around New Year where years of weeks
// begin early and late; every hour of a day; and the hours around the changes of every time zone that a text of the
// definitions names. No instant twice.
std::vector<DateTime> probing_instants(const PipelineDefinition& a, const PipelineDefinition& b);

// The time zones that a template of the definition names, the first few.
std::vector<TimeZone> named_zones(const PipelineDefinition& definition);

// Runs of a schedule among which two have the same value of a template, if any two of them ever do, in the order of
// their starts: the first `count`; one of each day for as many days; those of one time of day around the New Years of
// six years; and those around the hours at which the clocks of the zones are set back. Around twice `count` of them.
std::vector<Run> probing_runs(const Schedule& schedule, std::span<const TimeZone> zones, std::size_t count);

}  // namespace pipexpr
