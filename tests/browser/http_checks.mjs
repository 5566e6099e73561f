// SPDX-License-Identifier: MIT
// What the server of the status page answers, and what it refuses.
import assert from 'node:assert/strict';

import {check} from './checks.mjs';
import {Program, until} from './program.mjs';

const mirror = 'check mirror eu/west';
const path = (name, rest) => `/api/loops/${encodeURIComponent(name)}/${rest}`;

export async function checkGuards(program) {
  const stop = path('heartbeat', 'stop');
  const runs = async () => (await program.loop('heartbeat')).state !== 'idle';
  const own = program.url.origin;

  await check('a request without the header is refused', async () => {
    const {status, text} = await program.post(stop, {});
    assert.equal(status, 403);
    assert.match(text, /X-Tasks/);
  });
  await check('a request from another site is refused, even with the header', async () => {
    for (const origin of ['https://evil.example', 'null', `${own}.evil.example`, 'http://127.0.0.1:1'])
      assert.equal((await program.post(stop, {'X-Tasks': '1', Origin: origin})).status, 403, origin);
  });
  await check('a request under another name is refused, because names may be rebound', async () => {
    for (const host of ['evil.example', `evil.example:${program.url.port}`, '127.0.0.1', 'localhost:1'])
      for (const target of ['/', '/api/loops', '/events', '/healthz'])
        assert.equal((await program.get(target, {Host: host})).status, 403, `${host} ${target}`);
    assert.equal((await program.post(stop, {'X-Tasks': '1', Host: 'evil.example'})).status, 403);
    assert.equal((await program.get('/api/loops', {Host: `LOCALHOST:${program.url.port}`})).status, 200);
  });
  await check('a name that was given is one of its own, as a proxy passes it on', async () => {
    const proxied = {Host: 'status.example', 'X-Tasks': '1', Origin: 'https://status.example'};
    assert.equal((await program.get('/api/loops', proxied)).status, 200);
    assert.equal((await program.post(path('heartbeat', 'resume'), proxied)).status, 204);
    const origin = {...proxied, Origin: 'https://status.example:444'};
    assert.equal((await program.post(path('heartbeat', 'resume'), origin)).status, 403);
  });
  await check('the body of a refused request is not taken for another request', async () => {
    const head = (target) => `POST ${target} HTTP/1.1\r\nHost: ${program.url.host}\r\n`;
    const inner = `${head(stop)}X-Tasks: 1\r\nContent-Length: 0\r\n\r\n`;
    const attack = async (target, type) => {
      // The server reads 4 KiB at once, and forgets what is left of them; so the body begins with filler.
      const outer = `${head(target)}Origin: https://evil.example\r\nContent-Type: ${type}\r\n`
        + 'Content-Length: 100000\r\n\r\n';
      const answer = await program.raw(outer.padEnd(4096, 'x') + inner);
      const answers = answer.match(/^HTTP\/1\.1/gm) ?? []; // none if the connection was reset before
      assert.ok(answers.length <= 1, `${type} ${target}: ${answer}`);
      assert.doesNotMatch(answer, / 20[04] /, `${type} ${target}`);
    };
    await Promise.all([stop, '/', '/nowhere'].flatMap((target) =>
      ['text/plain', 'multipart/form-data'].map((type) => attack(target, type))));
  });
  await check('all of that has stopped nothing', async () => assert.ok(await runs()));

  await check('the page has a strict policy', async () => {
    const {headers} = await program.get('/');
    const policy = headers['content-security-policy'];
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[^ ]+'; script-src 'sha256-[^ ]+';/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });
  await check('nothing allows another site to read an answer', async () => {
    for (const target of ['/', '/api/loops', '/healthz'])
      for (const name of Object.keys((await program.get(target, {Origin: 'https://evil.example'})).headers))
        assert.doesNotMatch(name, /^access-control/);
    assert.equal((await program.request('OPTIONS', stop, {Origin: 'https://evil.example'})).status, 404);
  });
}

export async function checkVerbs(program) {
  await check('there are no other loops, verbs and pages', async () => {
    for (const target of [path('nobody', 'stop'), path('heartbeat', 'explode'), '/api/all/stop', '/api/x'])
      assert.equal((await program.post(target)).status, 404, target);
    for (const target of ['/x', path('nobody', ''), path('nobody', 'explain?at=0'), path('heartbeat', 'x'),
      '/api/loops/', '/api%2Floops%2Fheartbeat', `/api/loops/${'a'.repeat(7000)}`])
      assert.equal((await program.get(target)).status, 404, target);
  });
  await check('a verb that does not fit the state is refused with the reason', async () => {
    const started = await program.post(path('heartbeat', 'start'));
    assert.equal(started.status, 409);
    assert.match(started.text, /'heartbeat'.*a run is in progress/);
    const restarted = await program.post(path('resize images', 'restart'));
    assert.equal(restarted.status, 409);
    assert.match(restarted.text, /argument/);
  });
  await check('slots on days on which clocks are set are marked', async () => {
    const marks = async (name) => {
      const {slots} = JSON.parse((await program.get(`/api/loops/${encodeURIComponent(name)}`)).text);
      assert.equal(slots.length, 20);
      return slots.filter((s) => s.clocks_set).length;
    };
    assert.equal(await marks('mend time sheets'), 20);
    assert.ok(await marks('nightly report') <= 1);
  });
  await check('other clients need no origin', async () => {
    assert.equal((await program.post(path('poll orders', 'trigger'))).status, 204);
    await until('the request is served', async () => (await program.loop('poll orders')).requested > 0);
  });
  await check('an instant that is none is refused', async () => {
    for (const query of ['', '?at=', '?at=noon', '?at=1e3', `?at=${'9'.repeat(20)}`, '?at=0&zone=Mars/Base'])
      assert.equal((await program.get(path('heartbeat', `explain${query}`))).status, 400, query);
  });
}

export async function checkHealth(program) {
  await check('loops that failed or are overdue make it unhealthy', async () => {
    const text = await until('both are reported', async () => {
      const health = await program.get('/healthz');
      return health.status === 503 && health.text.includes('overdue: ') && health.text.includes('failed: ')
        && health.text;
    });
    assert.equal(text, `failed: ${mirror}\noverdue: back up\n`);
  });
}

export async function checkMetrics(program, expected) {
  await check(expected ? 'there are metrics' : 'this build has no metrics', async () => {
    const {status, headers, text} = await program.get('/metrics');
    assert.equal(status, expected ? 200 : 404);
    if (!expected) return;
    assert.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
    assert.match(text, /^tasks_slots_total\{.*loop="heartbeat".*\} \d+$/m);
  });
}

/** Of a program that may not be controlled, and whose loops are all well. */
export async function checkQuietProgram(path) {
  const program = await Program.start(path, '--no-trouble');
  try {
    await check('control is refused unless it was allowed', async () => {
      const {status, text} = await program.post('/api/loops/heartbeat/stop');
      assert.equal(status, 403);
      assert.match(text, /not allowed/);
      assert.equal((await program.post('/api/all/pause')).status, 403);
      const {state, paused} = await program.loop('heartbeat');
      assert.ok(state !== 'idle' && !paused);
    });
    await check('loops that are well make it healthy', async () => {
      await until('all have begun', async () => (await program.loop('heartbeat')).iterations > 8);
      const {status, text} = await program.get('/healthz');
      assert.equal(`${status} ${text}`, '200 ok\n');
    });
    await check('events tell what has changed, at most five times a second', async () => {
      const begin = Date.now();
      const [first, ...others] = await program.events(16);
      assert.ok(Date.now() - begin >= 14 * 200, 'that was too fast');
      assert.equal(first.loops.length, 10);
      assert.equal(first.server.title, 'Shop');
      const told = (name) => others.filter((e) => e.loops.some((l) => l.name === name)).length;
      assert.ok(told('heartbeat') >= 10);
      assert.equal(told('nightly report'), 0);
      assert.ok(told('resize images') <= 4, 'the clocks make its next slot look like another one each time');
      assert.ok(others.every((e) => e.server === undefined && Math.abs(e.now - Date.now()) < 60e3));
    });
    await check('a port that is taken is not shared', async () => {
      const second = await Program.start(path, '--port', program.url.port);
      assert.equal(await second.ended, 1);
      assert.match(second.output, /cannot listen on 127\.0\.0\.1:/);
    });
    await check('it ends on SIGTERM, too', async () => {
      program.process.kill('SIGTERM');
      assert.equal(await program.ended, 0);
    });
  } finally {
    program.kill();
  }
}
