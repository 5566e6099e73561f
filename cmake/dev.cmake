# SPDX-License-Identifier: MIT
# tasks_dev: the warnings and sanitizers of this repository's own targets. Never exported, never seen by a parent project.

add_library(tasks_dev INTERFACE)

target_compile_options(tasks_dev INTERFACE
    "$<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow>"
    "$<$<CXX_COMPILER_ID:MSVC>:/W4>")

# g++ 12, optimising, warns about its own std::string (GCC bug 105651), and clang about what libstdc++ 12 calls in std::stable_sort.
target_compile_options(tasks_dev INTERFACE
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-array-bounds>"
    "$<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>")

if(TASKS_WERROR)
    target_compile_options(tasks_dev INTERFACE
        $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Werror>
        $<$<CXX_COMPILER_ID:MSVC>:/WX>)
endif()

if(TASKS_SANITIZE)
    list(JOIN TASKS_SANITIZE "," sanitizers)
    target_compile_options(tasks_dev INTERFACE
        -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(tasks_dev INTERFACE -fsanitize=${sanitizers})
    if("integer" IN_LIST TASKS_SANITIZE) # clang's
        target_compile_options(tasks_dev INTERFACE
            "-fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/integer_sanitizer.txt")
    endif()
    if("thread" IN_LIST TASKS_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # Asio uses atomic_thread_fence, which g++ warns that its thread sanitizer does not model
        target_compile_options(tasks_dev INTERFACE -Wno-tsan)
    endif()
endif()
