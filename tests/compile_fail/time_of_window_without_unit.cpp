// SPDX-License-Identifier: MIT
// error: a bare number has no unit
#include <tasks/schedule/between.hpp>

using namespace std::chrono_literals;

#if !defined(WRONG)
tasks::between const s{8h, 18h};
#else
tasks::between const s{8, 18};
#endif
