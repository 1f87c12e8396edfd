import { containerSums } from '../../analysis/containers/container-sums.ts';
import type { ContainerFindings } from '../../analysis/containers/containers.ts';
import type {
  ContainersDifference,
  FamilyFigures,
} from '../../analysis/containers/containers-difference.ts';
import type { MeasuredFamily } from '../../analysis/containers/measured-families.ts';
import { KIND_NAMES } from '../../analysis/containers/recognise.ts';
import type { RootPlace } from '../../analysis/containers/root-places.ts';
import { formatAddress } from '../../model/address.ts';
import type { ContainerSums } from '../../model/heap-account.ts';
import type { ContainersResult } from './schema.ts';

/** As many families are listed. */
const MOST_LISTED = 1000;

type FamilyJson = ContainersResult['families'][number];

/** Units of length and capacity by kind. */
const IN_BYTES = ['bounded', 'text', 'pieces'];

export function containersResult(
  findings: ContainerFindings,
  difference: ContainersDifference | undefined,
): ContainersResult {
  const { order, language, live, owned, unreferenced, leaked, control } = findings;
  const listed = findings.families.slice(0, MOST_LISTED);
  const ids = new Map(listed.map((family, i) => [family, i]));
  return {
    order: order?.name ?? null,
    language,
    live,
    owned,
    unreferenced,
    leaked,
    control,
    kinds: kindsJson(containerSums(findings)),
    large: findings.large.map(({ address, ...one }) => ({
      ...one,
      address: formatAddress(address),
    })),
    families: listed.map((family, id) => ({ id, ...familyJson(family, ids) })),
    holdings: holdingsJson(findings, ids),
    difference: difference ? differenceJson(difference, ids) : null,
  };
}

/** The same for accounts. */
export const kindsJson = ({ kinds }: ContainerSums): ContainersResult['kinds'] =>
  kinds.map(({ kind, number, bytes, spare, spareResident }) => ({
    kind,
    number,
    bytes,
    spareBytes: spare,
    spareResidentBytes: spareResident,
  }));

function differenceJson(
  { families, leaks }: ContainersDifference,
  ids: ReadonlyMap<MeasuredFamily, number>,
): NonNullable<ContainersResult['difference']> {
  const figures = ({ number, length, bytes, spare }: FamilyFigures) => ({
    number,
    length,
    bytes,
    spareBytes: spare,
  });
  return {
    families: families.slice(0, MOST_LISTED).map(({ family, before, after }) => ({
      family: ids.get(family) ?? null,
      kind: KIND_NAMES[family.kind] as FamilyJson['kind'],
      elementBytes: { ...family.elementBytes },
      before: figures(before),
      after: figures(after),
    })),
    leaks: leaks.slice(0, MOST_LISTED).map(({ held, family, before, after }) => ({
      kind: held.kind === 'family' || held.kind === 'blocks' ? held.kind : 'others',
      family: family ? (ids.get(family) ?? null) : null,
      blockBytes: held.kind === 'blocks' ? held.usable : null,
      before: { ...before },
      after: { ...after },
    })),
  };
}

/** A holder retains more than what it holds, so none is cut off from its own. */
function holdingsJson(
  { holdings, families }: ContainerFindings,
  ids: ReadonlyMap<MeasuredFamily, number>,
): ContainersResult['holdings'] {
  const numbered = holdings.map((holding, i) => ({ holding, i }));
  const listed = numbered
    .sort((a, b) => b.holding.retained - a.holding.retained || a.i - b.i)
    .slice(0, MOST_LISTED);
  const places = new Map(listed.map(({ i }, at) => [i, at]));
  const byNumber = new Map(families.map((family) => [family.id, family]));
  return listed.map(({ holding: { held, parent, count, bytes, retained } }, id) => {
    const family = held.kind === 'family' ? byNumber.get(held.family) : undefined;
    return {
      id,
      parent: parent === undefined ? null : (places.get(parent) ?? null),
      kind: held.kind,
      place: held.kind === 'place' ? rootJson(held.place) : null,
      family: family === undefined ? null : (ids.get(family) ?? null),
      blockBytes: held.kind === 'blocks' ? held.usable : null,
      number: count,
      bytes,
      retainedBytes: retained,
    };
  });
}

const rootJson = (root: RootPlace) => ({
  kind: root.kind,
  tid: root.kind === 'stack' ? root.tid : null,
  file: root.kind === 'data' ? root.file : null,
  name: root.kind === 'data' ? (root.name ?? null) : null,
});

function familyJson(
  family: MeasuredFamily,
  ids: ReadonlyMap<MeasuredFamily, number>,
): Omit<FamilyJson, 'id'> {
  const { parent, root, elementBytes, length, capacity } = family;
  const kind = KIND_NAMES[family.kind] as FamilyJson['kind'];
  return {
    parent: parent === undefined ? null : (ids.get(parent) ?? null),
    kind,
    root: root ? rootJson(root) : null,
    offset: family.offset ?? null,
    blockBytes: family.ownerUsable ?? null,
    number: family.number,
    elementBytes,
    unit: IN_BYTES.includes(kind) ? 'bytes' : 'elements',
    length,
    capacity,
    ringLength: family.ringLength ?? null,
    bytes: family.bytes,
    spareBytes: family.spare,
    spareResidentBytes: family.spareResident,
    retainedBytes: family.retained,
  };
}
