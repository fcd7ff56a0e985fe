// What the part without exceptions gives: the value of a template, or the code of what is wrong with it.
#pragma once

#include <string>
#include <string_view>

std::string without_exceptions(std::string_view text);
