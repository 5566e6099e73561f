// SPDX-License-Identifier: MIT

// The compiled library (TASKS_BUILD_LIBRARY) as one object file.
#include <tasks/src.hpp>
