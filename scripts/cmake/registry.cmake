# ag_registry(<kind> <plural> <prefix> <folder> <header> [<member>...]): the folder is the registry.
#
# Writes <plural>.c into the build tree: the catalogue ag_<plural> of every
# <folder>/*.c, in alphabetical order, each file x.c defining <prefix>x; arguments
# behind the header are further members of the catalogue. Sets
# <plural>_SOURCES to the files and the catalogue. A file whose name is not a C
# identifier in lower case stops the configuration; one that does not define
# its symbol is a link error with the right name in it.
function(ag_registry kind plural prefix folder header)
    file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.c)
    list(SORT files)
    set(declare "")
    set(items "")
    foreach(file IN LISTS files)
        get_filename_component(name ${file} NAME_WE)
        if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
            message(FATAL_ERROR "${file}: use lower case letters, digits and _")
        endif()
        string(APPEND declare "extern const ag_${kind} ${prefix}${name};\n")
        string(APPEND items "    &${prefix}${name}.about,\n")
    endforeach()
    set(extra "")
    if(ARGN)
        string(JOIN ", " extra "" ${ARGN})
    endif()
    set(text "/* Written by scripts/cmake/registry.cmake from ${folder}/. */\n")
    string(APPEND text "#include \"${header}\"\n\n${declare}\n")
    string(APPEND text "static const ag_element *const items[] = {\n${items}};\n")
    string(APPEND text "const ag_catalogue ag_${plural} = {\n    .kind = \"${kind}\", .plural = \"${plural}\", .items = items, .n_items = AG_COUNT(items)${extra}};\n")
    set(catalogue ${CMAKE_BINARY_DIR}/lists/${plural}.c)
    file(CONFIGURE OUTPUT ${catalogue} CONTENT "${text}" @ONLY)
    set(${plural}_SOURCES ${files} ${catalogue} PARENT_SCOPE)
endfunction()
