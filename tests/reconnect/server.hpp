// SPDX-License-Identifier: MIT
#pragma once

// A real Redis server that can be killed and started again.

#include <string>
#include <sys/types.h>

namespace reconnect {

class server {
public:
    /// @param program `redis-server`, or its path
    explicit server(std::string program);
    server(server const&) = delete;
    server& operator=(server const&) = delete;
    ~server();

    /// Whether the program exists.
    [[nodiscard]] bool exists() const;
    /// Starts the server on the port, which must be free, without any file. It is not ready yet.
    void start();
    /// Sends SIGKILL.
    void kill();
    [[nodiscard]] unsigned short port() const { return port_; }

private:
    std::string program_;
    unsigned short port_;
    pid_t pid_ = -1;
};

/// The number of open file descriptors of this process.
[[nodiscard]] int open_descriptors();

} // namespace reconnect
