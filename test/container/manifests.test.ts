import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { validate } from 'dockerfile-utils';
import { parse, parseAllDocuments } from 'yaml';
import { SETTABLE_NAMES } from '../../src/config/settings.ts';
import { LIVENESS, READINESS } from '../../src/http/message/probe-paths.ts';
import { PROJECT } from '../support/portolan-process.ts';
import { DOCKERFILE, parseSteps } from './dockerfile.ts';
import { isInContext } from './image.ts';

const steps = parseSteps();
const last = steps.slice(steps.findLastIndex(({ word }) => word === 'FROM'));

function textOf(path: string): string {
  return readFileSync(join(PROJECT, path), 'utf8');
}

function only(word: string) {
  const found = last.filter((step) => step.word === word);
  assert.equal(found.length, 1, `${word} stands once in the last stage`);
  return found[0] ?? assert.fail();
}

describe('deploy/Dockerfile', () => {
  test('has valid syntax', () => {
    assert.deepEqual(validate(DOCKERFILE), []);
  });

  // The rules of hadolint that apply to the file, by their numbers.
  const rules: Readonly<Record<string, () => void>> = {
    'DL3006, DL3007: images have a tag, and not the latest one': () => {
      for (const { words } of steps.filter(({ word }) => word === 'FROM'))
        assert.match(words[0] ?? '', /^[a-z]+:(?!latest)[\w.-]+$/);
    },
    'DL3002: the last user is not root, and is a number': () => assert.match(only('USER').text, /^[1-9]\d*:[1-9]\d*$/),
    'DL3000: folders are whole paths': () => {
      for (const { text } of steps.filter(({ word }) => word === 'WORKDIR')) assert.match(text, /^\//);
    },
    'DL3020: nothing is added that COPY can copy': () => assert.ok(!steps.some(({ word }) => word === 'ADD')),
    'DL3021: several files are copied into a folder': () => {
      for (const { words } of steps.filter(({ word, words }) => word === 'COPY' && words.length > 2))
        assert.match(words.at(-1) ?? '', /\/$/);
    },
    'DL3022, DL3023: what is copied from a stage comes from an earlier one': () => {
      const named: string[] = [];
      for (const { word, words, flags } of steps) {
        if (word === 'FROM' && words[2] !== undefined) named.push(words[2]);
        if (flags.from !== undefined) assert.ok(named.includes(flags.from), flags.from);
      }
    },
    'DL3025: commands are JSON, so that no shell stands before node': () => {
      for (const word of ['ENTRYPOINT', 'CMD', 'HEALTHCHECK']) assert.ok(only(word).isJson, word);
      assert.deepEqual([only('ENTRYPOINT').words[0], only('HEALTHCHECK').words[0]], ['node', 'node']);
    },
    'DL3003, DL3004, DL3009, DL4006: no step changes the folder, the user, loads a package of Debian or pipes': () => {
      for (const { text } of steps.filter(({ word }) => word === 'RUN'))
        assert.doesNotMatch(text, /\b(?:cd|sudo|apt|apt-get|curl|wget)\b|\|(?!\|)/);
    },
    'DL3016: npm installs what the lock file says': () => {
      for (const { text } of steps.filter(({ word }) => word === 'RUN'))
        assert.doesNotMatch(text, /npm (?:i|install|add)\b/);
    },
    'DL4000, DL3044: nobody maintains in it, and no variable is made of one that is made with it': () => {
      assert.ok(!steps.some(({ word }) => word === 'MAINTAINER'));
      for (const { text } of steps.filter(({ word }) => word === 'ENV')) assert.doesNotMatch(text, /\$/);
    },
  };
  for (const [title, check] of Object.entries(rules)) test(title, check);

  test('writes only to a volume, whose folder exists in the image, and stops by SIGTERM', () => {
    assert.deepEqual(only('VOLUME').words, ['/var/lib/portolan']);
    assert.ok(last.findIndex(({ word }) => word === 'RUN') < last.findIndex(({ word }) => word === 'VOLUME'));
    assert.equal(only('STOPSIGNAL').text, 'SIGTERM');
    const variables = only('ENV').words.map((word) => word.split('=')[0] ?? '');
    assert.deepEqual(
      variables.filter((name) => !SETTABLE_NAMES.includes(name)),
      ['NODE_ENV', 'GLIBC_TUNABLES'],
    );
  });

  test('has its base images pinned by the command in docs/container.md', () => {
    const [, pin = assert.fail()] = /^(sed .*) > Dockerfile\.pinned$/m.exec(textOf('docs/container.md')) ?? [];
    const [node, debian] = [`node@sha256:${'0'.repeat(64)}`, `debian@sha256:${'1'.repeat(64)}`];
    const pinned = execFileSync('sh', ['-c', pin], {
      cwd: PROJECT,
      env: { PATH: process.env.PATH, NODE_BASE: node, DEBIAN_BASE: debian },
      encoding: 'utf8',
    });
    assert.deepEqual(pinned.match(/^FROM .*$/gm), [`FROM ${node} AS package`, `FROM ${debian}`]);
    assert.deepEqual(validate(pinned), []);
  });

  test('has a build context of only the files that it copies', () => {
    const copied = steps.filter(({ word, flags }) => word === 'COPY' && flags.from === undefined);
    const files = copied.flatMap(({ words }) => words.slice(0, -1));
    assert.deepEqual(
      files.filter((path) => !isInContext(path)),
      [],
    );
    for (const path of ['node_modules', 'test', 'var', '.git', 'bench']) assert.equal(isInContext(path), false, path);
  });
});

test('deploy/compose.yaml removes every right that the image does not need', () => {
  const { services, volumes } = parse(textOf('deploy/compose.yaml'));
  const { portolan } = services;
  const [image = ''] = only('VOLUME').words;
  assert.deepEqual(
    [portolan.read_only, portolan.cap_drop, portolan.security_opt, portolan.user, portolan.volumes, portolan.ports],
    [true, ['ALL'], ['no-new-privileges:true'], only('USER').text, [`database:${image}`], ['127.0.0.1:7605:7605']],
  );
  assert.match(portolan.tmpfs[0], /^\/tmp:rw,noexec,nosuid,nodev,/);
  assert.equal(portolan.privileged ?? portolan.network_mode ?? portolan.cap_add ?? portolan.devices, undefined);
  assert.deepEqual(Object.keys(volumes), ['database']);
  assert.ok(Object.keys(portolan.environment).every((name) => SETTABLE_NAMES.includes(name)));
  // The server ends within 10 s.
  assert.ok(Number.parseInt(portolan.stop_grace_period, 10) > 10);
});

test('deploy/kubernetes.yaml runs the image with its port, volume, user and probes, and without any right', () => {
  const [claim, service, deployment, ...others] = parseAllDocuments(textOf('deploy/kubernetes.yaml')).map(
    (document) => {
      assert.deepEqual(document.errors, []);
      return document.toJS();
    },
  );
  assert.deepEqual(others, []);
  assert.deepEqual(
    [claim, service, deployment].map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata.name]),
    [
      ['v1', 'PersistentVolumeClaim', 'portolan'],
      ['v1', 'Service', 'portolan'],
      ['apps/v1', 'Deployment', 'portolan'],
    ],
  );
  const { replicas, strategy, selector, template } = deployment.spec;
  assert.deepEqual([replicas, strategy], [1, { type: 'Recreate' }], 'one process writes the database');
  assert.deepEqual(selector.matchLabels, template.metadata.labels);
  assert.deepEqual(service.spec.selector, template.metadata.labels);
  const { containers, volumes, securityContext, automountServiceAccountToken } = template.spec;
  const [container] = containers;
  assert.equal(containers.length, 1);
  assert.deepEqual(container.ports, [{ name: 'http', containerPort: Number(only('EXPOSE').text) }]);
  assert.equal(service.spec.ports[0].targetPort, 'http');
  const [user, group] = only('USER').text.split(':').map(Number);
  assert.deepEqual(securityContext, {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: group,
    fsGroup: group,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  assert.equal(automountServiceAccountToken, false);
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
  assert.deepEqual(
    probes.map(({ httpGet }) => httpGet),
    [READINESS, LIVENESS, READINESS].map((path) => ({ path, port: 'http' })),
  );
  const [volume = ''] = only('VOLUME').words;
  const mounts = container.volumeMounts.map(({ name, mountPath }: Record<string, string>) => [name, mountPath]);
  assert.deepEqual(mounts, [
    ['database', volume],
    ['tmp', '/tmp'],
  ]);
  assert.equal(volumes[0].persistentVolumeClaim.claimName, claim.metadata.name);
  assert.ok(container.env.every(({ name }: { name: string }) => SETTABLE_NAMES.includes(name)));
});
