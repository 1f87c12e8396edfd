import type { ContainerFindings } from '../../analysis/containers/containers.ts';
import type { MeasuredFamily } from '../../analysis/containers/measured-families.ts';
import { KIND_NAMES } from '../../analysis/containers/recognise.ts';
import type { ContainersResult } from './schema.ts';

/** As many families are listed. */
const MOST_LISTED = 1000;

type FamilyJson = ContainersResult['families'][number];

/** Units of length and capacity by kind. */
const IN_BYTES = ['bounded', 'text', 'pieces'];

export function containersResult(findings: ContainerFindings): ContainersResult {
  const { order, language, live, owned, unreferenced, control } = findings;
  // A parent retains more than what stands in it, so none is cut off from its own.
  const listed = findings.families.slice(0, MOST_LISTED);
  const ids = new Map(listed.map((family, i) => [family, i]));
  return {
    order: order?.name ?? null,
    language,
    live,
    owned,
    unreferenced,
    control,
    families: listed.map((family, id) => ({ id, ...familyJson(family, ids) })),
  };
}

function familyJson(
  family: MeasuredFamily,
  ids: ReadonlyMap<MeasuredFamily, number>,
): Omit<FamilyJson, 'id'> {
  const { parent, root, elementBytes, length, capacity } = family;
  const kind = KIND_NAMES[family.kind] as FamilyJson['kind'];
  return {
    parent: parent === undefined ? null : (ids.get(parent) ?? null),
    kind,
    root: root
      ? {
          kind: root.kind,
          tid: root.kind === 'stack' ? root.tid : null,
          file: root.kind === 'data' ? root.file : null,
          name: root.kind === 'data' ? (root.name ?? null) : null,
        }
      : null,
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
