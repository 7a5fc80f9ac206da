import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import request from 'supertest';
import { lazyHandler } from '../../src/http/routes/lazy-handler.ts';

test('requests wait for a handler that is still being loaded, while other routes answer, and it is loaded once', async () => {
  const { promise, resolve } = Promise.withResolvers<RequestHandler>();
  let count = 0;
  const late = lazyHandler(() => {
    count++;
    return promise;
  });
  const app = express()
    .get('/early', (_request, response) => void response.send('early'))
    .get('/late', late.handle);
  const loading = late.load();
  const answers: string[] = [];
  const asked = ['/late', '/late', '/early'].map(async (path) => {
    const { text } = await request(app).get(path);
    answers.push(text);
    if (text === 'early') resolve((_request, response) => void response.send('late'));
  });
  await Promise.all(asked);
  await loading;
  assert.deepEqual(answers, ['early', 'late', 'late']);
  assert.equal(count, 1);
});

test('an error while a handler is loaded reaches the loader and the requests', async () => {
  const late = lazyHandler(async () => {
    await setImmediate();
    throw new Error('no such schema');
  });
  const sendError: ErrorRequestHandler = (error, _request, response, _next) =>
    void response.status(500).send(error.message);
  const app = express().get('/late', late.handle).use(sendError);
  await assert.rejects(late.load(), { message: 'no such schema' });
  const { text } = await request(app).get('/late').expect(500);
  assert.equal(text, 'no such schema');
});
