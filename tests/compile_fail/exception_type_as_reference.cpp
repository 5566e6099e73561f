// SPDX-License-Identifier: MIT
// error: name the exception type itself
#include <stdexcept>
#include <tasks/loop.hpp>

void handle(tasks::loop<>& l)
{
#if !defined(WRONG)
    l.add_exception_type<std::runtime_error>();
#else
    l.add_exception_type<std::runtime_error const&>();
#endif
}
