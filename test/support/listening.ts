import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import type { Product } from './registry.ts';

/**
 * Has the product listen on a free port of 127.0.0.1 from the first question on until the tests of a file are over.
 *
 * @param product - What `useProduct` gave.
 * @returns A function that gives its address, without a slash at the end.
 */
export function useListening(product: Product): () => Promise<string> {
  let server: Server | undefined;
  after(() => {
    server?.close();
    server?.closeAllConnections();
  });
  return async () => {
    server ??= product.app.listen(0, '127.0.0.1');
    if (!server.listening) await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
}
