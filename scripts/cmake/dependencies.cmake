# Every library by one name, AG::<library>. All are Debian packages: see
# scripts/setup for which.
find_package(PkgConfig REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS C)

function(ag_dependency name module)
    pkg_check_modules(DEP_${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
    add_library(AG::${name} ALIAS PkgConfig::DEP_${name})
endfunction()

ag_dependency(yaml yaml-0.1)
ag_dependency(sqlite sqlite3)
ag_dependency(hdf5 hdf5)
ag_dependency(zlib zlib)
ag_dependency(curl libcurl)
ag_dependency(crypto libcrypto)
ag_dependency(zip libzip)
ag_dependency(lzma liblzma)
ag_dependency(xxhash libxxhash)
ag_dependency(gsl gsl)

# Random123 has no pkg-config file.
find_path(RANDOM123_INCLUDE Random123/philox.h REQUIRED)
