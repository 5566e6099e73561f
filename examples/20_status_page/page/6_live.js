// SPDX-License-Identifier: MIT
// Follows the server: by a stream of events, or by asking now and then while there is none. Its addresses are
// relative, so that a proxy may put the page anywhere.

const link = document.getElementById('link');
const about = document.getElementById('about');
let server = {title: 'Loops'};
let stream;
let polling;
let arranged = false;

function showLink(text, kind) {
  say(link, text);
  link.className = `link ${kind}`;
}

/** Takes what the server tells: all loops, or those that have changed. */
function take(news) {
  offset = news.now - Date.now();
  const whole = Boolean(news.server);
  let changed = false; // whether control is allowed
  if (whole) {
    server = news.server;
    changed = offerControl(server.control);
    say(document.getElementById('title'), server.title);
    const there = new Set(news.loops.map((l) => l.name));
    for (const name of rows.keys()) if (!there.has(name)) forget(name);
  }
  for (const status of news.loops) {
    if (!rows.has(status.name)) {
      rows.set(status.name, new Row(status.name));
      arranged = false;
    }
    const row = rows.get(status.name);
    const before = row.kind;
    row.take(status, whole);
    if (rankOf(before) !== rankOf(row.kind)) arranged = false;
  }
  for (const name of news.gone ?? []) forget(name);
  if (changed) for (const row of rows.values()) row.offerControl();
  sumUp(server.title);
  arrangeSoon();
}

function forget(name) {
  rows.get(name)?.remove();
  rows.delete(name);
}

function arrangeSoon() {
  const first = !table.tBodies.length;
  if (arranged || (!first && performance.now() - touched < 3000)) return;
  arranged = true;
  arrange();
}

function follow() {
  stream = new EventSource('events');
  stream.onmessage = (e) => {
    showLink('live', 'live');
    stopPolling();
    take(JSON.parse(e.data));
  };
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) poll(); // refused: there are too many streams
    else showLink('connection lost, trying again…', 'lost');
  };
}

/** Asks every other second, and tries the stream again from time to time. */
function poll() {
  if (polling) return;
  let times = 0;
  const once = async () => {
    try {
      const response = await fetch('api/loops');
      if (!response.ok) throw new Error(response.statusText);
      take(await response.json());
      showLink('asking every 2 s', 'asks');
    } catch {
      showLink('connection lost, trying again…', 'lost');
    }
    if (++times % 15 === 0) follow();
  };
  polling = setInterval(once, 2000);
  once();
}

function stopPolling() {
  clearInterval(polling);
  polling = undefined;
}

// A page that nobody sees holds no stream: the server has a limited number, and a browser opens six
// connections to a server at most, which six forgotten tabs would take.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    stream?.close();
    stopPolling();
    showLink('resting', 'rests');
  } else {
    follow();
  }
});

setInterval(() => {
  arrangeSoon();
  for (const row of rows.values()) if (row.visible) row.tick();
  if (!server.pid) return;
  const skew = Math.abs(offset) < 1000
    ? 'in step with yours'
    : `${duration(Math.abs(offset))} ${offset > 0 ? 'ahead of' : 'behind'} yours`;
  say(about, `${count(rows.size, 'loop')} · version ${server.version} · process ${server.pid} · `
    + `up for ${seconds(serverNow() - server.since)} · its clock is ${skew}`);
}, 500);

if (!document.hidden) follow();
