import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPorts, PORT_COUNT, shufflePorts } from '../../bench/port-sequence.ts';

test('the same seed gives the same ports', () => {
  assert.deepEqual(drawPorts(1000, 1), drawPorts(1000, 1));
  assert.deepEqual(drawPorts(1000, 1).slice(0, 10), drawPorts(10, 1));
  assert.notDeepEqual(drawPorts(1000, 1), drawPorts(1000, 2));
});

test('every port is about equally frequent', () => {
  const ports = drawPorts(PORT_COUNT * 16);
  assert.ok(ports.every((port) => Number.isInteger(port) && port >= 0 && port < PORT_COUNT));
  // 65,536 for each sixteenth of the ports; the standard deviation is 248.
  for (let part = 0; part < 16; part++) {
    const drawn = ports.filter((port) => port >>> 12 === part).length;
    assert.ok(Math.abs(drawn - PORT_COUNT) < 1500, `${drawn} ports were drawn from sixteenth ${part}`);
  }
});

test('shuffled ports contain each port once, in another order', () => {
  const ports = shufflePorts();
  const ascending = Array.from({ length: PORT_COUNT }, (_, port) => port);
  assert.notDeepEqual(ports, ascending);
  assert.deepEqual(ports, shufflePorts());
  assert.deepEqual(
    ports.sort((a, b) => a - b),
    ascending,
  );
});
