import fc from 'fast-check';
import { expect, test } from 'vitest';
import { libraryFunction, ownFunction } from '../../src/views/heaptrack/short-names.ts';

test.each([
  ['heaptrace_csv::load', 'load'],
  ['heaptrace_csv::load::{{closure}}::{{closure}}', '{{closure}} in {{closure}} in load'],
  ['<app::Parser as core::iter::traits::iterator::Iterator>::next', 'Parser::next'],
  ['main::{lambda()#1}::operator()() const', '{lambda in main}'],
  ['gcc::Dumper<int>::dump(char const*, bool)', 'Dumper::dump'],
  ['(anonymous namespace)::f(int)', 'f'],
  ['F<6>::go(unsigned long, int)', 'F::go'],
  ['main', 'main'],
])('%s of the program is %s', (name, short) => {
  expect(ownFunction(name)).toBe(short);
});

test.each([
  ['core::iter::traits::iterator::Iterator::collect', 'Iterator::collect'],
  ['<alloc::vec::Vec<T> as core::clone::Clone>::clone', 'Vec::clone'],
  ['<I as core::iter::traits::collect::IntoIterator>::into_iter', 'IntoIterator::into_iter'],
  [
    'core::ops::function::impls::<impl core::ops::function::FnOnce<A> for &mut F>::call_once',
    'FnOnce::call_once',
  ],
  ['alloc::fmt::format', 'fmt::format'],
  ['std::env::args_os', 'std::env::args_os'],
  ['std::vector<int, std::allocator<int> >::push_back(int const&)', 'std::vector::push_back'],
  ['std::shared_ptr<Node> std::make_shared<Node>()', 'std::make_shared'],
  ['std::map<int, Node, std::less<int> >::operator[](int const&)', 'std::map::operator[]'],
  [
    'std::__cxx11::basic_ostringstream<char, std::char_traits<char> >::str() const',
    'std::ostringstream::str',
  ],
  [
    'std::basic_ostream<char>& std::operator<< <std::char_traits<char> >(std::basic_ostream<char>&)',
    'std::operator<<',
  ],
  ['operator new(unsigned long)', 'operator new'],
  ['operator new[](unsigned long)', 'operator new[]'],
  ['QVector<int>::append(int const&)', 'QVector::append'],
  ['malloc', 'malloc'],
  ['{closure#0}', '{closure#0}'],
])('%s of a library is %s', (name, short) => {
  expect(libraryFunction(name)).toBe(short);
});

test('a name that is no function is not lost, and nothing grows', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: fc.constantFrom(...'ab<>(){}[]:& ,*') }),
      (name) => {
        for (const short of [ownFunction(name), libraryFunction(name)]) {
          expect(short.length).toBeLessThanOrEqual(name.length + '{lambda in }'.length);
        }
      },
    ),
  );
});
