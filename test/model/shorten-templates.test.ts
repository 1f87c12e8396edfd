import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shortenTemplates } from '../../src/model/shorten-templates.ts';

describe('template arguments are left out', () => {
  test.each([
    ['main', 'main'],
    ['std::vector<int, std::allocator<int> >::push_back(int&&)', 'std::vector<>::push_back(int&&)'],
    ['void f<std::map<int, std::vector<char>>>(A<B>)', 'void f<>(A<>)'],
    [
      'std::function<void (std::vector<int>)>::operator()() const',
      'std::function<>::operator()() const',
    ],
    [
      'f(std::vector<int>)::{lambda(A<int>)#1}::operator()<int>(int) const',
      'f(std::vector<>)::{lambda(A<>)#1}::operator()<>(int) const',
    ],
    ['(anonymous namespace)::Pool<4>::take()', '(anonymous namespace)::Pool<>::take()'],
    ['Array<(3>2)>::size()', 'Array<>::size()'],
    ['Array<(3<2)>::size()', 'Array<>::size()'],
    ['Array<(1<<4), (8>>1)>::size()', 'Array<>::size()'],
  ])('%s', (name, short) => {
    expect(shortenTemplates(name)).toBe(short);
  });
});

describe('operators keep their names', () => {
  test.each([
    ['Ptr<T>::operator->() const', 'Ptr<>::operator->() const'],
    ['Ptr<T>::operator->*(int A::*)', 'Ptr<>::operator->*(int A::*)'],
    ['bool operator< <int>(A<int>, B<int>)', 'bool operator< <>(A<>, B<>)'],
    ['operator<=><int>(A<int>)', 'operator<=><>(A<>)'],
    [
      'std::ostream& std::operator<< <std::char_traits<char> >(char)',
      'std::ostream& std::operator<< <>(char)',
    ],
    ['A<int>::operator<<=(int)', 'A<>::operator<<=(int)'],
    ['A<int>::operator>>=(int)', 'A<>::operator>>=(int)'],
    ['A<int>::operator>(B<int>)', 'A<>::operator>(B<>)'],
    ['A<int>::operator std::vector<int>()', 'A<>::operator std::vector<>()'],
    ['my_operator<int>()', 'my_operator<>()'],
    [
      'auto f<int>(int)::{lambda(auto:1)#1}::operator()(int) -> std::vector<int>',
      'auto f<>(int)::{lambda(auto:1)#1}::operator()(int) -> std::vector<>',
    ],
    ['decltype (a->b) f<A>(A)', 'decltype (a->b) f<>(A)'],
  ])('%s', (name, short) => {
    expect(shortenTemplates(name)).toBe(short);
  });
});

describe("Rust's types and traits stay readable", () => {
  test.each([
    [
      '<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop',
      '<alloc::vec::Vec<> as core::ops::drop::Drop>::drop',
    ],
    ['<T as core::convert::Into<U>>::into', '<T as core::convert::Into<>>::into'],
    [
      'core::ops::function::impls::<impl core::ops::function::FnOnce<A> for &mut F>::call_once',
      'core::ops::function::impls::<impl core::ops::function::FnOnce<> for &mut F>::call_once',
    ],
    ['<alloc::vec::Vec<u8>>::push', '<alloc::vec::Vec<>>::push'],
    ['<<A<u8> as B>::C as D<E>>::f', '<<A<> as B>::C as D<>>::f'],
    ['core::iter::collect::<alloc::vec::Vec<u8>>', 'core::iter::collect::<>'],
    ['core::ptr::drop_in_place::<dyn Fn(u8) -> Box<u8>>', 'core::ptr::drop_in_place::<>'],
    ['prog::main::{closure#0}', 'prog::main::{closure#0}'],
    [
      '_$LT$T$u20$as$u20$alloc..string..ToString$GT$::to_string',
      '_$LT$T$u20$as$u20$alloc..string..ToString$GT$::to_string',
    ],
  ])('%s', (name, short) => {
    expect(shortenTemplates(name)).toBe(short);
  });
});

describe('what is no pair of brackets stays', () => {
  test.each(['a<b', 'a>b', '>', '<', '->', '><', 'operator', 'operator<', 'f(<)', 'a < b', ')>('])(
    '%s',
    (name) => {
      expect(shortenTemplates(name)).toBe(name);
    },
  );
});

/** Names of nested templates, paths, parameters and traits. */
const { name: names } = fc.letrec<{ name: string; list: string }>((tie) => ({
  name: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom('a', 'std::b', 'operator->', 'operator<<', 'operator<=>', 'x -> y'),
    fc.tuple(tie('name'), tie('list')).map(([name, list]) => `${name}<${list}>`),
    fc.tuple(tie('name'), tie('list')).map(([name, list]) => `${name}(${list})`),
    fc.tuple(tie('name'), tie('name')).map(([a, b]) => `${a}::${b}`),
    fc.tuple(tie('name'), tie('name')).map(([a, b]) => `<${a} as ${b}>::f`),
  ),
  list: fc.array(tie('name'), { minLength: 1, maxLength: 3 }).map((list) => list.join(', ')),
}));

/** Angle brackets that are open at the end, operators and arrows aside; negative if one is closed too often. */
function depth(name: string): number {
  let open = 0;
  const plain = name.replaceAll(/operator(?:<=>|->|<<)|->/g, '');
  for (const char of plain) open += Number(char === '<') - Number(char === '>');
  return open;
}

describe('every name', () => {
  test('is shortened without an error, to no more than it was', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '(',
      ')',
      '::',
      ' as ',
      'operator',
      '-',
      'a',
      '=',
      ' ',
      '{',
      '}',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((list) => list.join('')),
        ),
        (name) => {
          expect(shortenTemplates(name).length).toBeLessThanOrEqual(name.length);
        },
      ),
    );
  });

  test('that is balanced stays so, and is not shortened twice', () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(depth(name)).toBe(0);
        const short = shortenTemplates(name);
        expect(depth(short)).toBe(0);
        expect(shortenTemplates(short)).toBe(short);
      }),
    );
  });
});
