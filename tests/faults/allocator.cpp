// SPDX-License-Identifier: MIT
// The allocator of this program. It counts allocations, and fails on request.
#include "support/counting_allocations.hpp"
