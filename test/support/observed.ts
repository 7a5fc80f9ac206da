import assert from 'node:assert/strict';
import { request } from './contract.ts';
import type { Product } from './registry.ts';

/**
 * Returns a line of `ss -H -tulnp` for a listening socket.
 *
 * @param protocol - `tcp` or `udp`.
 * @param address - The address and the port.
 * @param process - The name of the process; empty for none.
 */
export function socketLine(protocol: string, address: string, process: string): string {
  const state = protocol === 'udp' ? 'UNCONN' : 'LISTEN';
  const users = process === '' ? '' : ` users:(("${process}",pid=7,fd=3))`;
  return `${protocol} ${state} 0 128 ${address} 0.0.0.0:*${users}\n`;
}

/**
 * Sends the snapshot of a host, with a token of the scope `observe`.
 *
 * @param product - The product.
 * @param place - The host, with the query parameters.
 * @param body - The snapshot.
 * @param app - The app of the product, or another one.
 */
export function sendSnapshot(product: Product, place: string, body: string | Buffer, app = product.app) {
  return request(app)
    .put(`/observations/${place}`)
    .set({ Authorization: product.bearer('observe'), 'Content-Type': 'text/plain' })
    .send(body);
}

/** Sends a snapshot as `sendSnapshot`, which must be accepted. Returns the body of the response. */
export async function putSnapshot(...values: Parameters<typeof sendSnapshot>) {
  const { status, body } = await sendSnapshot(...values);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}
