// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <stdexcept>

namespace test {

/// Throws the same exception object each time, which is never destroyed. Otherwise the standard library would
/// release the last reference unseen by the thread sanitizer, which would then report a race between reading
/// the message on another thread and destroying the object.
[[noreturn]] inline void throw_fatal()
{
    static auto const& fatal = *new auto{std::make_exception_ptr(std::runtime_error{"fatal"})};
    std::rethrow_exception(fatal);
}

} // namespace test
