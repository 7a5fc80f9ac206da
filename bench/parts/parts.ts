import type { RecordingName } from '../workbench.ts';
import { batch } from './batch.ts';
import { busy } from './busy.ts';
import { cold } from './cold.ts';
import { commandLine } from './command-line.ts';
import { compose } from './compose.ts';
import { conflicts } from './conflicts.ts';
import { forms } from './forms.ts';
import { graphql } from './graphql.ts';
import { graphqlCold } from './graphql-cold.ts';
import { growth } from './growth.ts';
import { importing } from './import.ts';
import { inProcess } from './in-process.ts';
import { lookup } from './lookup.ts';
import { memory } from './memory.ts';
import { nodes } from './nodes.ts';
import { observe } from './observe.ts';
import { paint } from './paint.ts';
import type { Part } from './part.ts';
import { search } from './search.ts';
import { start } from './start.ts';
import { waits } from './waits.ts';

/** A part, and the recordings that it compares responses with. */
export interface KnownPart {
  readonly measure: Part;
  readonly needs: readonly RecordingName[];
}

/** All parts by their name on the command line, in the order of a whole run. */
export const PARTS: Readonly<Record<string, KnownPart>> = {
  lookup: { measure: lookup, needs: ['restRecording'] },
  cold: { measure: cold, needs: ['restRecording'] },
  forms: { measure: forms, needs: ['restRecording'] },
  graphql: { measure: graphql, needs: ['graphqlRecording'] },
  'graphql-cold': { measure: graphqlCold, needs: ['graphqlRecording'] },
  batch: { measure: batch, needs: ['restRecording'] },
  search: { measure: search, needs: [] },
  compose: { measure: compose, needs: [] },
  'in-process': { measure: inProcess, needs: [] },
  memory: { measure: memory, needs: [] },
  start: { measure: start, needs: [] },
  import: { measure: importing, needs: [] },
  'command-line': { measure: commandLine, needs: [] },
  busy: { measure: busy, needs: [] },
  paint: { measure: paint, needs: [] },
  growth: { measure: growth, needs: [] },
  conflicts: { measure: conflicts, needs: [] },
  observe: { measure: observe, needs: [] },
  waits: { measure: waits, needs: [] },
  nodes: { measure: nodes, needs: [] },
};
