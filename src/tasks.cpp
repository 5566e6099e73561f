// SPDX-License-Identifier: MIT

// The library in one object file, for those who compile it once (TASKS_BUILD_LIBRARY).
#include <tasks/src.hpp>
