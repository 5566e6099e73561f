// SPDX-License-Identifier: MIT
#pragma once

// A real Redis server, to be killed and started again.

#include <string>
#include <sys/types.h>

namespace reconnect {

class server {
public:
    /// @param program `redis-server`, or the path of one
    explicit server(std::string program);
    server(server const&) = delete;
    server& operator=(server const&) = delete;
    ~server();

    /// Whether there is such a program.
    [[nodiscard]] bool exists() const;
    /// Starts it on the port, which nobody else must have, without any file. It is not ready yet.
    void start();
    /// No farewell: SIGKILL.
    void kill();
    [[nodiscard]] unsigned short port() const { return port_; }

private:
    std::string program_;
    unsigned short port_;
    pid_t pid_ = -1;
};

/// How many file descriptors this process has open.
[[nodiscard]] int open_descriptors();

} // namespace reconnect
