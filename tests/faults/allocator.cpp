// SPDX-License-Identifier: MIT
// The allocator of this program: it counts, and fails when told to.
#include "support/counting_allocations.hpp"
