import type { PortSpan } from '../values/port-range.ts';

/**
 * Returns a function that finds the rows of a port. It must be called with ascending ports: a sweep keeps the rows of the
 * current port and does not scan all rows for each port.
 *
 * @param rows - The rows, in any order.
 */
export function sweepRows<Row extends PortSpan>(rows: readonly Row[]): (port: number) => readonly Row[] {
  const sorted = rows.toSorted((a, b) => a.firstPort - b.firstPort);
  let next = 0;
  let here: Row[] = [];
  return (port) => {
    here = here.filter(({ lastPort }) => lastPort >= port);
    for (let row = sorted[next]; row !== undefined && row.firstPort <= port; row = sorted[++next]) here.push(row);
    return here;
  };
}
