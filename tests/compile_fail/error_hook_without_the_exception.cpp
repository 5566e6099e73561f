// SPDX-License-Identifier: MIT
// error: the error hook is called with a std::exception_ptr
// forms: 3
#include <exception>
#include <tasks/loop.hpp>

void prepare(tasks::loop<>& l)
{
#if !defined(WRONG)
    l.error([](std::exception_ptr) {});
#elif WRONG == 1
    l.error([](std::exception const&) {});
#elif WRONG == 2
    l.error([](std::exception_ptr, int) {});
#else
    l.error([] {});
#endif
}
