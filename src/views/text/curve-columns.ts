/** A column of a chart, and what of a curve is drawn in it. */
export interface CurveColumn<Point> {
  readonly x: number;
  readonly point: Point;
  /** Whether the point lies in it; else the curve goes on as before. */
  readonly isOwn: boolean;
}

/**
 * A curve in so many columns, each with the highest of the points that fall into it.
 *
 * @param points in the order of `x`.
 */
export function curveColumns<Point extends { readonly x: number }>(
  points: readonly Point[],
  width: number,
  height: (point: Point) => number,
): CurveColumn<Point>[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const step = (last.x - first.x) / Math.max(1, width - 1) || 1;
  const columns: CurveColumn<Point>[] = [];
  let next = 0;
  let level = first;
  for (let column = 0; column < width; column++) {
    const end = first.x + (column + 0.5) * step;
    let highest: Point | undefined;
    for (; next < points.length && points[next]!.x < end; next++) {
      level = points[next]!;
      if (highest === undefined || height(level) > height(highest)) highest = level;
    }
    const x = first.x + column * step;
    columns.push({ x, point: highest ?? level, isOwn: highest !== undefined });
  }
  return columns;
}
