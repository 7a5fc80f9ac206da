import { startNginx } from './nginx.ts';
import { type Nodes, type NodesOptions, startNodes } from './nodes.ts';
import type { Lifetime } from './temporary-folder.ts';

/** The header field with the address of the node that answered. */
export const ANSWERED_BY = 'X-Answered-By';

/** Nodes behind nginx. */
export interface BalancedNodes extends Nodes {
  /** The URL of nginx, which passes each request to the next node. */
  readonly url: string;
}

/**
 * Starts three nodes behind nginx, which uses them in turn.
 *
 * @param lifetime - The test, or another object with an `after` hook.
 * @param options - The options of the nodes.
 */
export async function startBalancedNodes(lifetime: Lifetime, options: NodesOptions = {}): Promise<BalancedNodes> {
  const started = await startNodes(lifetime, options);
  const servers = started.nodes.map(({ url }) => `server ${new URL(url).host};`);
  const sites = `
    upstream portolan { ${servers.join(' ')} }
    server {
      listen 80;
      location / {
        proxy_pass http://portolan;
        proxy_set_header Host $http_host;
        add_header ${ANSWERED_BY} $upstream_addr always;
      }
    }`;
  const nginx = await startNginx(lifetime, sites, started.nodes[0].url);
  return { ...started, url: `http://127.0.0.1:${nginx.port}` };
}
