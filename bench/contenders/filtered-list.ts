// The approach of whatportis and most small servers: filters the list of all rows for each request.
import { createServer } from 'node:http';
import Database from 'better-sqlite3';
import { announce } from './announce.ts';

/** The fields that whatportis returns for a port. */
interface Row {
  readonly name: string;
  readonly port: string;
  readonly protocol: string;
  readonly description: string;
}

const db = new Database(process.argv[2] ?? '', { readonly: true });
const rows = db
  .prepare<[], Row>(
    `SELECT service_name AS name, port_number AS port, transport_protocol AS protocol, description
     FROM assignment WHERE port_number <> '' ORDER BY id`,
  )
  .all();
db.close();

announce(
  createServer((request, response) => {
    const port = request.url?.slice(7);
    const ports = rows.filter((row) => row.port === port);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ ports }));
  }),
);
