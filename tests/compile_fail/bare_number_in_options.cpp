// SPDX-License-Identifier: MIT
// error: a bare number is not an interval
#include <tasks/loop/options.hpp>

using namespace std::chrono_literals;

#if !defined(WRONG)
tasks::options const o{.every = 5s};
#else
tasks::options const o{.every = 5};
#endif
