// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace test {

/// The message of the `Exception` that the function throws; a text that matches nothing if it does not.
template <class Exception, class Function>
std::string thrown(Function function)
{
    try {
        function();
    } catch (Exception const& e) {
        return e.what();
    } catch (...) {
        return "(threw something else)";
    }
    return "(threw nothing)";
}

inline bool has(std::string const& text, std::string const& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace test
