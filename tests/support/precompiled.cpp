// SPDX-License-Identifier: MIT
// An empty file, for the precompiled headers.
