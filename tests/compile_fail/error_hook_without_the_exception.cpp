// SPDX-License-Identifier: MIT
// error: cannot be called with the arguments
#include <tasks/loop.hpp>

void prepare(tasks::loop<>& l)
{
#if !defined(WRONG)
    l.error([](std::exception_ptr) {});
#else
    l.error([](int) {});
#endif
}
