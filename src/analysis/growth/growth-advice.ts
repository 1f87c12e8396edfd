import type { Bytes } from '../../model/bytes.ts';
import type { Claim } from '../../model/claim.ts';

/** What setting the capacity beforehand would have saved, to a container of a log or to a site's. */
export interface GrowthAdvice {
  /** `reserve`: ask for the capacity at once. `grow-by-factor`: it grows by a constant amount. */
  readonly kind: 'reserve' | 'grow-by-factor';
  /** The function to call, `with_capacity`; undefined where the container has none or is not known. */
  readonly call: string | undefined;
  /** Elements to ask for; undefined where the element size is not known well enough. */
  readonly elements: Claim<number> | undefined;
  readonly bytes: Bytes;
  readonly savedSteps: number;
  /** At most: a block is copied as far as it is filled. */
  readonly savedCopies: Claim<Bytes>;
}

/** Of a container whose count of elements is known. */
export interface CountedAdvice extends GrowthAdvice {
  readonly elements: Claim<number>;
  /** Bytes that are mapped and that the elements do not need. */
  readonly savedSlack: Claim<Bytes>;
}
