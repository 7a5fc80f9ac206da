// The upper limit of one Node process: node:http sends the recorded bytes of the port, header fields included, from memory.
import { createServer } from 'node:http';
import { readRecording } from '../recording.ts';
import { announce } from './announce.ts';

const answers = readRecording(process.argv[2] ?? '');

announce(
  createServer((request, response) => {
    // `/ports/` has seven characters.
    const answer = answers[Number(request.url?.slice(7))];
    if (answer === undefined) response.writeHead(404).end();
    else response.writeHead(200, answer.headers as string[]).end(answer.body);
  }),
);
