// SPDX-License-Identifier: MIT
// error: a before or after hook is called with its bound values only
// forms: 2
#include <tasks/loop.hpp>

void prepare(tasks::loop<>& l)
{
#if !defined(WRONG)
    l.before_loop([](int) {}, 3);
#elif WRONG == 1
    l.before_loop([](int) {});
#else
    l.after_loop([](std::exception_ptr) {});
#endif
}
