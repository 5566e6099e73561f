// SPDX-License-Identifier: MIT
// error: retry_if takes a predicate over std::exception_ptr or over std::error_code
#include <system_error>
#include <tasks/loop.hpp>

void decide(tasks::loop<>& l)
{
#if !defined(WRONG)
    l.retry_if([](std::error_code const& e) { return e == std::errc::timed_out; });
#else
    l.retry_if([](int e) { return e == 110; });
#endif
}
