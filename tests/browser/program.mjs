// SPDX-License-Identifier: MIT
// Starts the example, and asks it things over HTTP.
import {spawn} from 'node:child_process';
import http from 'node:http';
import net from 'node:net';

const patience = 15e3;

/** Calls `condition` until it returns something true, which is the result. Fails after 15 s. */
export async function until(what, condition) {
  const deadline = Date.now() + patience;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Program {
  /** Starts the program, and waits until it has printed its address. */
  static async start(path, ...options) {
    const program = new Program();
    program.process = spawn(path, options, {stdio: ['ignore', 'pipe', 'pipe']});
    program.output = '';
    for (const stream of [program.process.stdout, program.process.stderr])
      stream.on('data', (text) => { program.output += text; });
    program.ended = new Promise((resolve) => {
      program.process.on('close', (code, signal) => {
        program.code = code ?? signal;
        resolve(program.code);
      });
    });
    await until('the program prints its address or ends', () =>
      program.code !== undefined || /^Listening on (.*)$/m.test(program.output));
    const address = /^Listening on (.*)$/m.exec(program.output)?.[1];
    if (address) program.url = new URL(address);
    return program;
  }

  async interrupt() {
    this.process.kill('SIGINT');
    return this.ended;
  }

  kill() {
    this.process.kill('SIGKILL');
  }

  /** Sends a request; resolves to its status, headers and text. */
  request(method, path, headers = {}, body = undefined) {
    return new Promise((resolve, reject) => {
      const options = {method, headers, agent: false, timeout: patience};
      const request = http.request(new URL(path, this.url), options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part) => { text += part; });
        response.on('end', () => resolve({status: response.statusCode, headers: response.headers, text}));
      });
      request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${path}`)));
      request.on('error', reject);
      request.end(body);
    });
  }

  get(path, headers) {
    return this.request('GET', path, headers);
  }

  post(path, headers = {'X-Tasks': '1'}, body = undefined) {
    return this.request('POST', path, headers, body);
  }

  /** Sends bytes over a connection of their own; resolves to all that comes back. */
  raw(bytes) {
    return new Promise((resolve) => {
      let answer = '';
      const socket = net.connect(this.url.port, this.url.hostname, () => socket.write(bytes));
      socket.setTimeout(patience, () => socket.destroy());
      socket.on('data', (part) => { answer += part; });
      socket.on('error', () => {}); // the server may reset what it has not read
      socket.on('close', () => resolve(answer));
    });
  }

  /** Opens a stream of events; resolves, once it has begun, to its status and a function that closes it. */
  stream() {
    return new Promise((resolve, reject) => {
      const request = http.get(new URL('/events', this.url), {agent: false}, (response) => {
        response.on('error', () => {}); // the connection is cut in the end
        const opened = {status: response.statusCode, close: () => request.destroy()};
        if (response.statusCode === 200) response.once('data', () => resolve(opened));
        else resolve(opened);
        response.resume();
      });
      request.on('error', reject);
    });
  }

  /** Follows a stream of events until there have been `count`; resolves to them. */
  events(count) {
    return new Promise((resolve, reject) => {
      const events = [];
      let text = '';
      const request = http.get(new URL('/events', this.url), {agent: false}, (response) => {
        response.setEncoding('utf8');
        response.on('error', () => {}); // the connection is cut in the end
        response.on('data', (part) => {
          text += part;
          const blocks = text.split('\n\n');
          text = blocks.pop();
          for (const block of blocks) {
            const data = /^data: (.*)$/m.exec(block)?.[1];
            if (data) events.push(JSON.parse(data));
          }
          if (events.length < count) return;
          request.destroy();
          resolve(events);
        });
      });
      request.setTimeout(patience, () => request.destroy(new Error('no events')));
      request.on('error', reject);
    });
  }

  /** The state of a loop, as the program tells it. */
  async loop(name) {
    return (await this.loops()).find((l) => l.name === name);
  }

  async loops() {
    return JSON.parse((await this.get('/api/loops')).text).loops;
  }
}
