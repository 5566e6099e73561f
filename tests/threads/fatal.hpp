// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <stdexcept>

namespace test {

/// Throws one and the same exception object each time, which is never destroyed. Of others the last reference
/// would be counted down in the standard library, unseen by the thread sanitizer, which then takes the
/// reading of the message on another thread for a race with the end of the object.
[[noreturn]] inline void throw_fatal()
{
    static auto const& fatal = *new auto{std::make_exception_ptr(std::runtime_error{"fatal"})};
    std::rethrow_exception(fatal);
}

} // namespace test
