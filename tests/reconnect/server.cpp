// SPDX-License-Identifier: MIT
#include "server.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <netinet/in.h>
#include <random>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

namespace reconnect {

namespace {

constexpr int no_such_program = 127;

/// Below the system's range of ephemeral ports, because a client with such a port could connect to itself
/// while the server is down.
unsigned short free_port()
{
    std::random_device random;
    for (int tries = 0; tries < 100; ++tries) {
        auto const port = static_cast<std::uint16_t>(20'000 + random() % 12'000);
        int const s = ::socket(AF_INET, SOCK_STREAM, 0);
        if (s < 0)
            throw std::system_error{errno, std::system_category(), "socket"};
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        bool const is_free = ::bind(s, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
        ::close(s);
        if (is_free)
            return port;
    }
    throw std::runtime_error{"no free port"};
}

/// Between fork and exec: only calls that are safe in a signal handler.
[[noreturn]] void become(char* const* command)
{
#if defined(__linux__)
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // if this program is killed
#endif
    int const nothing = ::open("/dev/null", O_RDWR); // NOLINT
    for (int const standard : {0, 1, 2})
        ::dup2(nothing, standard);
    for (int other = 3; other < 1024; ++other) // a socket that the server kept would stay connected
        ::close(other);
    ::execvp(command[0], command);
    ::_exit(no_such_program);
}

pid_t launch(std::vector<std::string> command)
{
    std::vector<char*> arguments;
    for (auto& a : command)
        arguments.push_back(a.data());
    arguments.push_back(nullptr);
    pid_t const pid = ::fork();
    if (pid < 0)
        throw std::system_error{errno, std::system_category(), "fork"};
    if (pid == 0)
        become(arguments.data());
    return pid;
}

int wait_for(pid_t pid)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

} // namespace

server::server(std::string program)
    : program_{std::move(program)}
    , port_{free_port()}
{
}

server::~server()
{
    kill();
}

bool server::exists() const
{
    int const status = wait_for(launch({program_, "--version"}));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void server::start()
{
    kill();
    pid_ = launch({program_, "--bind", "127.0.0.1", "--port", std::to_string(port_), "--save", "",
                   "--appendonly", "no", "--dir", std::filesystem::temp_directory_path().string()});
}

void server::kill()
{
    if (pid_ < 0)
        return;
    ::kill(pid_, SIGKILL);
    wait_for(std::exchange(pid_, -1));
}

int open_descriptors()
{
    int n = 0;
    for (int d = 0; d < 1024; ++d)
        n += ::fcntl(d, F_GETFD) != -1; // NOLINT
    return n;
}

} // namespace reconnect
