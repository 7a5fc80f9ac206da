import { isOwnId } from '../../registry/rows/association.ts';
import { quoteInput } from '../../registry/values/registry-error.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { parsePorts } from './cells.ts';
import type { FileFaults } from './file-faults.ts';
import type { AddRow, RawOwnRow } from './own-row.ts';
import { parseProtocolWords } from './protocol-words.ts';

/** A name on a port or a range, from one or more lines. */
interface Use {
  readonly line: number;
  readonly name: string;
  readonly firstPort: number;
  readonly lastPort: number;
  readonly protocols: readonly TransportProtocol[];
  readonly aliases: readonly string[];
  readonly note: string | null;
}

/** The lines that one step parses. */
const STEP_LINES = 200;

/**
 * Parses services(5): a name, a port and protocol, aliases, and a comment after `#`. A name on several protocols of a
 * port is one entry, and so is a name on consecutive ports. Aliases become other names, the comment becomes the note;
 * an existing entry keeps its other names and note. A name that is an id stands for the entry with that id. Lines without
 * a name and of other protocols, such as `1/ddp`, are left out.
 *
 * @param text - The content.
 * @param faults - Receives the faults.
 * @param add - Receives the rows.
 * @param run - Runs the steps.
 * @returns The numbers of the lines that are left out.
 */
export async function parseOwnServices(text: string, faults: FileFaults, add: AddRow, run: RunStep): Promise<number[]> {
  const lines = text.split('\n');
  const uses: Use[] = [];
  const skipped: number[] = [];
  for (let first = 0; first < lines.length; first += STEP_LINES) {
    await run(() => {
      for (const [index, line] of lines.slice(first, first + STEP_LINES).entries()) {
        const use = parseLine(line, first + index + 1, faults);
        if (use === 'skipped') skipped.push(first + index + 1);
        else if (use !== undefined) uses.push(use);
      }
    });
  }
  const merged = await run(() => mergePorts(mergeProtocols(uses)));
  for (let first = 0; first < merged.length; first += STEP_LINES) {
    await run(() =>
      merged
        .slice(first, first + STEP_LINES)
        .map(toRow)
        .forEach(add),
    );
  }
  return skipped;
}

function parseLine(text: string, line: number, faults: FileFaults): Use | 'skipped' | undefined {
  const [content = '', ...comment] = text.split('#');
  const [name = '', ports = '', ...aliases] = content.trim().split(/\s+/);
  if (name === '') return undefined;
  if (/^\d+(?:-\d+)?\/\w+$/.test(name)) return 'skipped';
  const [, protocol] = /^\d+(?:-\d+)?\/([\w-]+)$/.exec(ports) ?? [];
  if (protocol !== undefined && 'expected' in parseProtocolWords(protocol)) return 'skipped';
  const parsed = protocol === undefined ? null : parsePorts(ports);
  if (parsed === null || 'expected' in parsed || parsed.value.protocols === null) {
    const detail = `expected a port and protocol such as 8443/tcp, got ${quoteInput(ports)}`;
    faults.add(() => `line ${line}, column "port"`, detail);
    return undefined;
  }
  const { protocols } = parsed.value;
  return { line, name, ...parsed.value, protocols, aliases, note: comment.join('#').trim() || null };
}

/** Merges the lines of one name and port, without duplicates. */
function mergeProtocols(uses: readonly Use[]): Use[] {
  return [...Map.groupBy(uses, ({ name, firstPort, lastPort }) => `${firstPort}-${lastPort} ${name}`).values()].flatMap(
    (same) => {
      const [first] = same;
      if (first === undefined) return [];
      const protocols = [...new Set(same.flatMap((use) => use.protocols))].sort();
      const notes = new Set(same.flatMap(({ note }) => note ?? []));
      const aliases = [...new Set(same.flatMap((use) => use.aliases))];
      return { ...first, protocols, aliases, note: [...notes].join('\n') || null };
    },
  );
}

/** Merges uses of consecutive ports that are otherwise equal. */
function mergePorts(uses: readonly Use[]): Use[] {
  const merged: Use[] = [];
  const open = new Map<string, number>();
  for (const use of uses.toSorted((a, b) => a.firstPort - b.firstPort)) {
    const key = JSON.stringify([use.name, use.protocols, use.aliases, use.note]);
    const index = open.get(key);
    const before = index === undefined ? undefined : merged[index];
    if (index !== undefined && before?.lastPort === use.firstPort - 1)
      merged[index] = { ...before, lastPort: use.lastPort };
    else open.set(key, merged.push(use) - 1);
  }
  return merged;
}

function toRow({ line, name, firstPort, lastPort, protocols, aliases, note }: Use): RawOwnRow {
  const isId = isOwnId(name);
  return {
    line,
    id: isId ? name : null,
    fields: { firstPort, lastPort, protocols, ...(isId ? {} : { name }) },
    initial: { ...(isId ? { name } : {}), otherNames: [...new Set(aliases)], note },
    expected: new Map(),
    locate: () => `line ${line}`,
  };
}
