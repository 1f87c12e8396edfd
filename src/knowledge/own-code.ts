import { isPython } from './allocators/cpython.ts';
import { isCRuntime, isLibraryFile } from './library-frames.ts';

/**
 * Sources that somebody else wrote: headers of the system, and the folders in which package managers
 * keep what a program depends on (Cargo, Go, pip, npm, Conan, vcpkg).
 */
const DEPENDENCY_FILE =
  /^\/usr\/(?:include|lib|share|src)\/|\/\.cargo\/(?:registry|git)\/|\/pkg\/mod\/|\/(?:site|dist)-packages\/|\/node_modules\/|\/\.conan2?\/|\/vcpkg(?:_installed)?\/|\/include\/Qt[A-Z]\w*\//;

/** Where systems keep shared libraries (Filesystem Hierarchy Standard 3.0, 3.9 and 4.6; Nix; Flatpak). */
const SYSTEM_LIBRARY =
  /^\/(?:usr\/)?(?:local\/)?lib(?:32|64|x32)?\/.*\.so(?:\.|$)|^\/(?:nix\/store|app\/lib)\/.*\.so(?:\.|$)|\/libQt\d\w*\.so/;

/** Whether the source file can be the program's own. */
export const isOwnFile = (file: string): boolean =>
  !isLibraryFile(file) && !DEPENDENCY_FILE.test(file);

/** The library that the recorder loads into the program (heaptrack 1.4, `libheaptrack_preload.so`). */
const RECORDER = /\/libheaptrack_(?:preload|inject)\.so/;

/** Whether a module is in every process, whatever the program is. */
export const isEverywhere = (module: string): boolean =>
  isCRuntime(module) || RECORDER.test(module);

/** Whether a program's own code can lie in a module: no library of the system, no interpreter. */
export const isOwnModule = (module: string): boolean =>
  !isEverywhere(module) && !isPython(module) && !SYSTEM_LIBRARY.test(module);

/** Functions that do nothing but allocate, by their last word: `Perl_safesysmalloc`, `sqlite3_realloc64`. */
const ALLOCATES = /(?:[mM]alloc|calloc|Calloc|[rR]ealloc)(?:64|0|_n|array)?(?:\(.*\))?$/;

export const isAllocatorName = (name: string): boolean => ALLOCATES.test(name);

/** Functions in which a program only begins: the loader's, and what Rust and C++ do before `main`. */
const START_UP =
  /^(?:_start$|__libc_start_main|_dl_init|_dl_start|call_init|std::rt::lang_start|__static_initialization_and_destruction_0|_GLOBAL__sub_I_|__libc_csu_init)/;

export const isStartUp = (name: string): boolean => START_UP.test(name);

/**
 * What libstdc++ sets aside at its start to throw exceptions when memory has run out: 72704 bytes up
 * to GCC 12, 73728 since (libstdc++-v3/libsupc++/eh_alloc.cc, `pool`, on 64 bits).
 */
const EXCEPTION_POOLS: readonly number[] = [72_704, 73_728];

export const isExceptionPool = (bytes: number): boolean => EXCEPTION_POOLS.includes(bytes);
