import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text as textOf } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import { useProduct } from '../support/registry.ts';
import { runTool } from '../support/tools.ts';

const product = useProduct();
const FOLDER = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));

test('promtool accepts the alert rules', async () => {
  const { code, stdout, stderr } = await runTool('promtool', ['check', 'rules', `${FOLDER}alerts.yml`]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /SUCCESS: \d+ rules found/);
});

test('each rule fires in its condition, and only then', async () => {
  const { code, stdout, stderr } = await runTool('promtool', ['test', 'rules', `${FOLDER}alerts.test.yml`]);
  assert.equal(code, 0, stdout + stderr);
});

test('promtool parses the metrics, without warnings about names and help', async () => {
  await request(product.app).get('/ports/22');
  await request(product.app).post('/associations');
  const { text } = await request(product.app).get('/metrics');
  // Those of Node and the process are prom-client's.
  const ours = text.split('\n\n').filter((metric) => metric.includes('# TYPE portolan_'));
  assert.ok(ours.length > 15);
  const promtool = spawn('promtool', ['check', 'metrics']);
  promtool.stdin.end(`${ours.join('\n')}\n`);
  const [output, code] = await Promise.all([
    textOf(promtool.stderr),
    new Promise((resolve) => promtool.once('close', resolve)),
  ]);
  assert.deepEqual([output, code], ['', 0]);
  const all = spawn('promtool', ['check', 'metrics']);
  all.stdin.end(text);
  assert.doesNotMatch(await textOf(all.stderr), /error while linting/);
});
