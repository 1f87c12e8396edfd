import { isPython } from './allocators/cpython.ts';

/**
 * Functions that stand between an allocation and the code that someone wrote for this program: the
 * standard libraries and allocators. Told by the file where the recording has it, else by the name.
 */
const LIBRARY_FILE =
  /^\/rustc\/|\/rustlib\/src\/|^\/rust\/deps\/|(?:^|\/)library\/(?:alloc|core|std)\/src\/|\/include\/c\+\+\/|\/c\+\+\/v1\/|^(?:\.\.?\/)*(?:malloc|libio|nptl|csu|elf|stdlib|string|sysdeps|libstdc\+\+-v3)\//;

const LIBRARY_NAMES: readonly RegExp[] = [
  // C++, whose library's namespaces are reserved; `std::` and others may follow a return type.
  /^(?:[\w:&*<>, ]+ )?(?:std|__gnu_cxx|__cxxabiv1|boost::container)::/,
  /^operator (?:new|delete)/,
  // Rust. A type of the library with a trait of the program is the program's.
  /^_?<?(?:&mut )?(?:std|alloc|core|hashbrown)::(?!.* as )/,
  /^_?<[&\w ]*(?:std|alloc|core|hashbrown)::.* as (?:std|alloc|core|hashbrown)::/,
  // For any type, and for primitive ones, a trait of the library is implemented by the library alone (orphan rule).
  /^_?<(?:[A-Z]\w?|\[[A-Z]\w?\]|str|char|bool|\(\)|[iuf](?:8|16|32|64|128|size)) as (?:std|alloc|core|hashbrown)::/,
  /^__(?:rust|rdl|rg)_/,
  // The same, still mangled.
  /^_\$LT\$.*?(?:std|alloc|core|hashbrown)\.\./,
  /^_R.*?Cs[0-9a-zA-Z]+_(?:3std|4core|5alloc|9hashbrown)/,
];

/** The languages' own libraries, by function or source file. */
export const LIBRARY_CODE: readonly RegExp[] = [LIBRARY_FILE, ...LIBRARY_NAMES];

/** Functions that do nothing but allocate, whoever wrote them: `malloc`, `xrealloc`, `g_malloc0`. */
const ALLOCATOR_NAME =
  /^_*(?:x|g_|safe_|checked_|my_|je_|mi_|tc_|PyMem_|PyObject_|_PyMem_Raw|PyMem_Raw)*_?(?:try_)?(?:malloc|calloc|realloc|reallocarray|memalign|Malloc|Calloc|Realloc)(?:0|_n)?$/;

const RUNTIME_MODULE = /(?:^|\/)(?:lib(?:stdc\+\+|c\+\+|c|m|pthread)(?:\.so\b|-\d)|ld-linux)/;

/** Also interpreters: what runs in them has no frames of its own. */
const isRuntime = (module: string): boolean => isCRuntime(module) || isPython(module);

/** What every program is linked with: the libraries of C and C++, and the loader. */
export const isCRuntime = (module: string): boolean => RUNTIME_MODULE.test(module);

/** Sources of a language's own library. */
export const isLibraryFile = (file: string): boolean => LIBRARY_FILE.test(file);

/** Functions of a language's own library, and those that do nothing but allocate. */
export const isLibraryName = (name: string): boolean =>
  LIBRARY_NAMES.some((one) => one.test(name)) || ALLOCATOR_NAME.test(name);

export function isLibraryFrame(
  name: string | undefined,
  file: string | undefined,
  module: string | undefined,
): boolean {
  if (file !== undefined && isLibraryFile(file)) return true;
  if (name !== undefined && isLibraryName(name)) return true;
  return file === undefined && module !== undefined && isRuntime(module);
}
