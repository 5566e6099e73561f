// SPDX-License-Identifier: MIT
// Words for numbers and instants, and small helpers for elements. All text goes into the page as text, never
// as markup: the content security policy forbids the other way.

let offset = 0; // of the server's clock, in milliseconds
const serverNow = () => Date.now() + offset;

/** Creates an element. `parts` are nodes or texts. */
function element(tag, properties = {}, ...parts) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name in e) e[name] = value;
    else e.setAttribute(name, value);
  e.append(...parts);
  return e;
}

/** Creates an SVG element. */
function drawing(tag, attributes = {}, ...parts) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  e.append(...parts);
  return e;
}

const shape = (name) =>
  drawing('svg', {'aria-hidden': 'true', focusable: 'false'}, drawing('use', {href: `#shape-${name}`}));

/** Sets the text of an element if it is another one, because every change costs a layout. */
function say(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

const units = [[86400e3, 'd'], [3600e3, 'h'], [60e3, 'min'], [1e3, 's']];

/** A duration, as two units at most: `3 min 20 s`, `850 ms`. */
function duration(ms) {
  if (ms < 1) return ms > 0 ? '< 1 ms' : '0 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10e3) return `${(ms / 1000).toFixed(1)} s`;
  const at = units.findIndex(([size]) => ms >= size);
  const [size, name] = units[at];
  const whole = Math.floor(ms / size);
  const [small, smallName] = units[at + 1] ?? [Infinity];
  const rest = Math.floor((ms % size) / small);
  return `${whole} ${name}${rest ? ` ${rest} ${smallName}` : ''}`;
}

/** As `duration`, in whole seconds, for texts that are renewed every second. */
const seconds = (ms) => (ms < 10e3 ? `${Math.floor(Math.max(ms, 0) / 1000)} s` : duration(ms));

const ago = (t) => `${seconds(serverNow() - t)} ago`;
const number = new Intl.NumberFormat('en').format;

const formats = new Map();
function format(zone, options) {
  const key = `${zone} ${Object.keys(options)}`;
  if (!formats.has(key)) {
    try {
      formats.set(key, new Intl.DateTimeFormat('en-GB', {timeZone: zone, ...options}));
    } catch { // a zone that only the server knows
      formats.set(key, new Intl.DateTimeFormat('en-GB', options));
    }
  }
  return formats.get(key);
}

const minutes = {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'};
const clock = {...minutes, second: '2-digit'};
const day = {weekday: 'short', day: 'numeric', month: 'short'};

/** An instant as a clock of the zone shows it, with the day unless that is today. */
function instant(t, zone) {
  const date = format(zone, day).format(t);
  const time = format(zone, t % 60e3 ? clock : minutes).format(t);
  return date === format(zone, day).format(serverNow()) ? time : `${date}, ${time}`;
}

/** A count with its noun. */
const count = (n, noun) => `${number(n)} ${noun}${n === 1 ? '' : 's'}`;

/** By how much local time in a zone is ahead of UTC at an instant. */
function offsetIn(zone, t) {
  const parts = format(zone, {year: 'numeric', month: 'numeric', day: 'numeric', ...clock}).formatToParts(t);
  const p = Object.fromEntries(parts.map(({type, value}) => [type, value]));
  return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - Math.floor(t / 1000) * 1000;
}

/** An instant as a field for dates and times wants it, and back. */
const localText = (t, zone) => new Date(t + offsetIn(zone, t)).toISOString().slice(0, 19);

function instantOf(text, zone) {
  const local = Date.parse(`${text}Z`);
  return local - offsetIn(zone, local - offsetIn(zone, local));
}
