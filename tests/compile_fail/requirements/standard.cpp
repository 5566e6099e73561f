// SPDX-License-Identifier: MIT
// error: C++20 is needed
// flags: -std=c++17
#include <tasks/tasks.hpp>
