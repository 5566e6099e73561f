// SPDX-License-Identifier: MIT
#pragma once

/// The release, by semantic versioning; while the major number is 0, a new minor number may break users.
#define TASKS_VERSION_MAJOR 0
#define TASKS_VERSION_MINOR 1
#define TASKS_VERSION_PATCH 0

/// `major * 10000 + minor * 100 + patch`.
#define TASKS_VERSION (TASKS_VERSION_MAJOR * 10000 + TASKS_VERSION_MINOR * 100 + TASKS_VERSION_PATCH)
