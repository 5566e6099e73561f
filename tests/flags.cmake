# SPDX-License-Identifier: MIT
# tasks_flags(<variable>): the flags with which a file that uses the library is compiled, for tools that are run by hand

add_library(tasks_flags OBJECT EXCLUDE_FROM_ALL flags.cmake) # only carries the flags; never built
set_target_properties(tasks_flags PROPERTIES LINKER_LANGUAGE CXX)
target_link_libraries(tasks_flags PRIVATE ${tasks_default_target})

function(tasks_flags variable)
    set(includes "$<TARGET_PROPERTY:tasks_flags,INCLUDE_DIRECTORIES>")
    set(definitions "$<TARGET_PROPERTY:tasks_flags,COMPILE_DEFINITIONS>")
    set(${variable}
        ${CMAKE_CXX20_STANDARD_COMPILE_OPTION}
        "$<$<BOOL:${includes}>:-I$<JOIN:${includes},;-I>>"
        "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},;-D>>"
        PARENT_SCOPE)
endfunction()
