// Loads the observed sockets with the token of this window.
import * as api from '../own/api.js';
import { create, createUntrusted } from '../parts/elements.js';
import { createLink, createTable, createTime, loadList } from './observed-table.js';

const COLUMNS = ['Host', 'Port', 'Process', 'Reached', 'Environment', 'Source', 'State', 'First seen', 'Last seen'];

loadList('observations', api, ({ count, results }) => {
  if (results.length === 0) return ['No sockets.'];
  const rows = results.map((socket) => [
    createLink(`?${new URLSearchParams({ host: socket.host })}`, socket.host),
    create('a', { href: api.address(`/ports/${socket.port}/${socket.protocol}`) }, `${socket.port}/${socket.protocol}`),
    socket.process === null ? '' : createUntrusted(socket.process),
    socket.scope,
    createUntrusted(socket.environment ?? ''),
    socket.source,
    socket.goneAt === null ? 'listening' : 'gone',
    createTime(socket.firstSeen),
    createTime(socket.lastSeen),
  ]);
  return [createTable(`${count} ${count === 1 ? 'socket' : 'sockets'}, by host and port`, COLUMNS, rows)];
});
