import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OldestKeys } from '../../src/model/oldest-keys.ts';

test('whoever removes what it is given has the oldest key each time', () => {
  const step = fc.oneof(
    fc.record({ put: fc.nat(20) }),
    fc.record({ remove: fc.nat(20) }),
    fc.constant('oldest' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const map = new Map<number, true>();
      const oldest = new OldestKeys(map);
      for (const one of steps) {
        if (one === 'oldest') {
          const [first] = map.keys();
          const key = oldest.next();
          expect(key).toBe(first);
          if (key !== undefined) map.delete(key);
        } else if ('put' in one) map.set(one.put, true);
        else map.delete(one.remove);
      }
    }),
  );
});
