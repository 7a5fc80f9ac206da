// The upper limit of one Node process for GraphQL: node:http parses the body and sends the recorded bytes of the port.
import { createServer } from 'node:http';
import { readRecording } from '../recording.ts';
import { announce } from './announce.ts';

const answers = readRecording(process.argv[2] ?? '');

announce(
  createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { variables } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { variables: { number: number } };
      const answer = answers[variables.number];
      if (answer === undefined) response.writeHead(400).end();
      else response.writeHead(200, answer.headers as string[]).end(answer.body);
    });
  }),
);
