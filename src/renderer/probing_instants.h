// Instants at which calculations and patterns that look alike give different values.
#pragma once

#include <vector>

#include <pipexpr/datetime.h>
#include <pipexpr/definition.h>

namespace pipexpr {

// In this order: one whose parts all differ from each other; every day of a month, each at another time of day; the
// first and the last day of every month of a leap year and of another; the days around New Year where years of weeks
// begin early and late; every hour of a day; and the hours around the changes of every time zone that a text of the
// definitions names. No instant twice.
std::vector<DateTime> probing_instants(const PipelineDefinition& a, const PipelineDefinition& b);

}  // namespace pipexpr
