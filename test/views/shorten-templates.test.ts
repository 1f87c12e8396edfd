import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shortenTemplates } from '../../src/views/heaptrack/shorten-templates.ts';

describe('a name', () => {
  test.each([
    ['main', 'main'],
    [
      'std::vector<int, std::allocator<int> >::push_back(int const&)',
      'std::vector<>::push_back(int const&)',
    ],
    ['a<b<c>>::d<e>()', 'a<>::d<>()'],
    ['Foo::operator->() const', 'Foo::operator->() const'],
    ['Foo<int>::operator<(Foo<int> const&)', 'Foo<>::operator<(Foo<> const&)'],
    ['Foo<int>::operator<<<char>(char)', 'Foo<>::operator<<<>(char)'],
    ['std::operator<< <char>(char)', 'std::operator<< <>(char)'],
    ['operator<=><A>(A, A)', 'operator<=><>(A, A)'],
    ['auto f<int>() -> std::list<int>', 'auto f<>() -> std::list<>'],
    ['my_operator<int>::go', 'my_operator<>::go'],
    [
      '<alloc::vec::Vec<T, A> as core::ops::drop::Drop>::drop',
      '<alloc::vec::Vec<> as core::ops::drop::Drop>::drop',
    ],
    ['<T as core::convert::Into<U>>::into', '<T as core::convert::Into<>>::into'],
    ['core::ops::function::FnOnce<(A,)>::call_once', 'core::ops::function::FnOnce<>::call_once'],
    ['a < b', 'a < b'],
    ['b > a', 'b > a'],
    ['unclosed<int', 'unclosed<int'],
  ])('%s', (name, short) => {
    expect(shortenTemplates(name)).toBe(short);
  });
});

test('is never longer than before', () => {
  const part = fc.constantFrom('<', '>', 'a', ' ', 'operator', '->', '=', '::', '(', ')', ',');
  fc.assert(
    fc.property(
      fc.array(part).map((parts) => parts.join('')),
      (name) => {
        const short = shortenTemplates(name);
        expect(short.length).toBeLessThanOrEqual(name.length);
      },
    ),
  );
});
