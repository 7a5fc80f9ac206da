// A route of Express 5 with all defaults, as in its guide: sends the recorded body of the port from memory.
import { createServer } from 'node:http';
import express from 'express';
import { readRecording } from '../recording.ts';
import { announce } from './announce.ts';

const bodies = readRecording(process.argv[2] ?? '').map(({ body }) => body.toString('utf8'));
const app = express();

app.get('/ports/:port', (request, response) => {
  const body = bodies[Number(request.params.port)];
  if (body === undefined) response.sendStatus(404);
  else response.type('json').send(body);
});

announce(createServer(app));
