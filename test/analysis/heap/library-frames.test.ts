import { expect, test } from 'vitest';
import { LIBRARY_CODE } from '../../../src/knowledge/library-frames.ts';

const isLibrary = (name: string) => LIBRARY_CODE.some((pattern) => pattern.test(name));

test.each([
  'alloc::raw_vec::RawVecInner<A>::finish_grow',
  '<alloc::alloc::Global as core::alloc::Allocator>::grow',
  '<str as alloc::borrow::ToOwned>::to_owned',
  '<T as alloc::slice::<impl [T]>::to_vec_in::ConvertVec>::to_vec',
  '/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/alloc/src/alloc.rs',
  'library/std/src/rt.rs',
  '/usr/include/c++/12/bits/new_allocator.h',
  '<&dyn core::ops::function::Fn<()> as core::ops::function::FnOnce<()>>::call_once',
  'hashbrown::raw::RawTable<T, A>::reserve_rehash',
  '__rust_alloc',
  'std::vector<Row, std::allocator<Row> >::_M_realloc_insert(Row&&)',
  'void std::vector<int>::emplace_back<int>(int&&)',
  '__gnu_cxx::new_allocator<int>::allocate(unsigned long, void const*)',
])('%s is a library function', (name) => {
  expect(isLibrary(name)).toBe(true);
});

test.each([
  'main',
  '<my_crate::Row as core::clone::Clone>::clone',
  '<alloc::vec::Vec<my_crate::Row> as my_crate::Load>::load',
  'src/library/alloc.rs',
  'heaptrace_csv::load::{{closure}}',
  '<my_crate::Row as my_crate::Parse>::parse',
  'mystd::vector::push',
  'load(std::vector<int, std::allocator<int> >&)',
  'parser::parse(std::string const&)',
  'allocate',
  'PyList_Append',
])('%s is the program', (name) => {
  expect(isLibrary(name)).toBe(false);
});
