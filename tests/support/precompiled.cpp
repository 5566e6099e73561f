// SPDX-License-Identifier: MIT
// Nothing but a reason to compile the precompiled headers.
