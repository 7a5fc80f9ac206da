import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Product } from './registry.ts';

/**
 * Makes the product listen on a free port of 127.0.0.1, from the first call until the tests of the file end.
 *
 * @param product - The product from `useProduct`.
 * @returns A function that returns its URL, without a slash at the end.
 */
export function useListening(product: Product): () => Promise<string> {
  let server: Server | undefined;
  product.beforeClose(() => {
    server?.close();
    server?.closeAllConnections();
  });
  return async () => {
    server ??= product.app.listen(0, '127.0.0.1');
    if (!server.listening) await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
}
