/**
 * The languages' own libraries: their functions stand between a program's code and the allocator and
 * are the same in every program. Names as they read in the source, and where the source lies.
 */
export const LIBRARY_CODE: readonly RegExp[] = [
  // Rust's library is compiled under /rustc/<commit>, or from the toolchain's `rust-src`.
  /^\/rustc\/[0-9a-f]+\/library\//,
  /(?:^|\/lib\/rustlib\/src\/rust\/)library\/(?:alloc|core|std)\/src\//,
  /\/hashbrown-[\d.]+\/src\//,
  // Where no source is known. A type of the library with a trait of the program is the program's.
  /^<?(?:alloc|core|std|hashbrown)::(?!.* as )/,
  /^<[&\w ]*(?:alloc|core|std|hashbrown)::.* as (?:alloc|core|std|hashbrown)::/,
  /^__(?:rust|rdl|rg)_/,
  // C++: the headers of libstdc++ and libc++, and their namespaces, which are reserved.
  /\/include\/c\+\+\//,
  /^(?:[\w:<>*&, ]+ )?(?:std|__gnu_cxx|__cxxabiv1)::/,
];
