import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { parse } from 'yaml';

const contract = parse(readFileSync(new URL('../../schema/openapi.yaml', import.meta.url), 'utf8'));
const [server] = contract.servers;
parentPort?.postMessage(JSON.stringify({ ...contract, servers: [{ ...server, url: workerData || server.url }] }));
