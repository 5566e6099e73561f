// SPDX-License-Identifier: MIT
#pragma once

// Resource usage of this process, from the operating system (Linux).

#include <cstdio>
#include <memory>
#include <sys/resource.h>
#include <unistd.h>

namespace bench {

/// User and system CPU time so far, in seconds.
inline double cpu_seconds()
{
    rusage u{};
    getrusage(RUSAGE_SELF, &u);
    return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/// Resident memory in bytes; 0 if there is no /proc.
inline long resident_bytes()
{
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file{std::fopen("/proc/self/statm", "r"),
                                                               &std::fclose};
    long total = 0;
    long resident = 0;
    if (!file || std::fscanf(file.get(), "%ld %ld", &total, &resident) != 2)
        return 0;
    return resident * sysconf(_SC_PAGESIZE);
}

} // namespace bench
