import stringWidth from 'fast-string-width';
import { expect, test } from 'vitest';
import { growthSites } from '../../src/analysis/heap/growth-sites.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { growthJson } from '../../src/views/heaptrack/growth-json.ts';
import { growthSchema } from '../../src/views/heaptrack/growth-schema.ts';
import { growthSection } from '../../src/views/heaptrack/growth-section.ts';
import { renderText } from '../../src/views/text/render.ts';
import { ROOT } from '../support/paths.ts';

async function sitesOf(file: string) {
  const source = `${ROOT}fixtures/${file}`;
  const heap = { growthSteps: true };
  const { capture } = await ingest({ source, wants: 'allocation-profile', heap });
  return growthSites(capture!.artifact);
}

const textOf = async (file: string) => {
  const sections = [growthSection(await sitesOf(file), { frames: 0 })];
  return renderText({ title: [], sections }, { units: 'bytes', width: 80, color: false });
};

test('a site is a block of facts', async () => {
  expect(await textOf('stories/seed/heaptrack.zst')).toMatchInlineSnapshot(`
    "

    Where containers grow
    at         heaptrace_csv::load::h2cfb30551e123e58 src/main.rs:29
    container  Vec (named in the stack)
    element    ≈ 24 likely, or 8, 16, 1, 32, 4, 48
               because collect() begins a Vec with 4 elements, and the first
               growth was from 96 bytes
    capacity   192 → 393216 = ≈ 16384 elements
    growth     ≈ 12 steps by realloc of which 11 stand in the recording
    copied     at most ≈ 393120
               of which ≈ 196608 may have moved as whole pages
    live       393216 at the peak, 0 at the end
    advice     ≈ with_capacity(16384)
               saves 12 reallocations and copying at most ≈ 393120
    ≈ follows from a rule; at most: a block is only copied as far as it was filled
    "
  `);
});

test('no growth is said to be none', async () => {
  expect(await textOf('corpus/wild/sort.heaptrack/heaptrack.zst')).toContain('no container');
});

test.each(['cpp_containers/n5000', 'many_vecs/n300', 'c_linear/e12_s5000', 'hashmap/u64'])(
  '%s: within 80 columns, and JSON as its schema says',
  async (run) => {
    const file = `corpus/${run}.heaptrack/heaptrack.zst`;
    for (const line of (await textOf(file)).split('\n')) {
      expect(stringWidth(line), line).toBeLessThanOrEqual(80);
    }
    const json = growthJson(await sitesOf(file));
    expect(growthSchema.parse(json)).toEqual(json);
    expect(json.length).toBeGreaterThan(0);
  },
);
