// SPDX-License-Identifier: MIT
// The bar of a loop: its last iterations as rectangles, with gaps for the slots that were missed. A pointer
// or the arrow keys choose one, and its story is shown and read out.

const most = 50;
const step = 5;
const barHeight = 36;

const causes = {
  skipped: 'skipped, because later slots were overdue too',
  dropped: 'dropped, because too many were overdue',
  rescheduled: 'the schedule was changed',
  ended: 'the run ended',
  paused: 'the loop was paused',
  late: 'it was too late for them',
  busy: 'the loop was busy',
};

const classOf = (entry) => (entry.missed ? 'missed' : entry.outcome.replace(' ', '-'));

/** How long an iteration took, or has been taking. */
const lengthOf = (entry) =>
  (entry.outcome === 'in progress' ? Math.max(0, serverNow() - entry.start) : entry.duration);

/** Why slots were missed, and how many if it is not one. */
function reason(entry, zone) {
  const cause = causes[entry.missed] ?? entry.missed;
  if (entry.count === 1) return cause;
  const few = entry.at_least ? 'at least ' : '';
  return `${cause}; ${few}${count(entry.count, 'slot')} until ${instant(entry.last, zone)}`;
}

/** What became of a slot, in words. */
function story(entry, zone) {
  if (entry.missed) return `${instant(entry.slot, zone)}: missed, ${reason(entry, zone)}`;
  const join = entry.outcome === 'in progress' ? 'for' : 'after';
  let text = `${instant(entry.slot, zone)}: ${entry.outcome} ${join} ${duration(lengthOf(entry))}`;
  if (entry.attempts > 1) text += `, at attempt ${entry.attempts}`;
  if (entry.coalesced) text += `; it stood for ${count(entry.coalesced, 'further slot')}`;
  if (entry.error) text += `\n${entry.error}`;
  return text;
}

const tip = document.getElementById('tip');

/** Shows a text above or below a point, within the window. */
function showTip(text, x, top, bottom) {
  tip.hidden = false;
  say(tip, text);
  const left = Math.min(Math.max(8, x - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 8);
  const above = top - tip.offsetHeight - 8;
  tip.style.transform = `translate(${left}px, ${above > 4 ? above : bottom + 8}px)`;
}

class Bar {
  constructor(row) {
    this.row = row;
    this.chosen = -1;
    this.mark = drawing('rect', {class: 'chosen', y: -2, width: step, height: barHeight + 4});
    this.rects = Array.from({length: most}, (_, i) =>
      drawing('rect', {x: i * step + 0.5, width: step - 1.5, height: 0}));
    // For assistive technology, a slider is what arrow keys move along, with a text for each position.
    this.svg = drawing('svg', {
      class: 'bar', viewBox: `0 0 ${most * step} ${barHeight}`, preserveAspectRatio: 'none',
      tabindex: 0, role: 'slider', 'aria-label': `Last iterations of ${row.name}`, 'aria-valuemin': 1,
    }, this.mark, drawing('path', {class: 'base', d: `M0 ${barHeight - 0.5}H${most * step}`}), ...this.rects);
    this.svg.addEventListener('pointermove', (e) => this.point(e));
    this.svg.addEventListener('pointerdown', (e) => this.point(e));
    this.svg.addEventListener('pointerleave', () => this.choose(-1));
    this.svg.addEventListener('keydown', (e) => this.key(e));
    this.svg.addEventListener('focus', () => {
      if (this.svg.matches(':focus-visible')) this.choose(this.entries.length - 1);
    });
    this.svg.addEventListener('blur', () => this.choose(-1));
    this.choose(-1);
    this.draw();
  }

  get entries() { return this.row.entries; }

  draw() {
    const {entries} = this;
    const longest = Math.max(1, ...entries.map((e) => (e.missed ? 0 : lengthOf(e))));
    const unused = most - entries.length; // on the left: the newest is on the right
    this.rects.forEach((rect, i) => {
      const entry = entries[i - unused];
      if (!entry) {
        if (rect.getAttribute('class')) rect.removeAttribute('class');
        rect.setAttribute('height', 0);
        return;
      }
      let height = entry.missed ? barHeight - 1 : 3 + (barHeight - 3) * Math.sqrt(lengthOf(entry) / longest);
      if (entry.outcome === 'skipped') height = 3;
      const outlined = ['missed', 'cancelled', 'abandoned', 'in-progress'].includes(classOf(entry)) ? 0.5 : 0;
      rect.setAttribute('class', classOf(entry));
      rect.setAttribute('y', (barHeight - height + outlined).toFixed(1));
      rect.setAttribute('height', Math.max(1, height - 2 * outlined).toFixed(1));
    });
    const bad = entries.filter((e) => !e.missed && !['succeeded', 'in progress'].includes(e.outcome)).length;
    const missed = entries.filter((e) => e.missed).length;
    this.summary = `${count(entries.length - missed, 'iteration')}, ${bad} without success; `
      + count(missed, 'gap');
    this.svg.setAttribute('aria-valuemax', Math.max(1, entries.length));
    if (this.chosen >= 0) this.choose(Math.min(this.chosen, entries.length - 1));
    else this.describe(this.summary);
  }

  describe(text) {
    const position = this.chosen < 0 ? this.entries.length : this.chosen + 1;
    this.svg.setAttribute('aria-valuenow', Math.max(1, position));
    this.svg.setAttribute('aria-valuetext', text);
  }

  choose(index) {
    this.chosen = index;
    const entry = this.entries[index];
    this.mark.setAttribute('visibility', entry ? 'visible' : 'hidden');
    if (!entry) {
      tip.hidden = true;
      this.describe(this.summary);
      return;
    }
    const position = most - this.entries.length + index;
    this.mark.setAttribute('x', position * step - 0.25);
    const text = story(entry, this.row.zone);
    this.describe(text);
    const box = this.svg.getBoundingClientRect();
    showTip(text, box.left + (position + 0.5) * (box.width / most), box.top, box.bottom);
  }

  point(e) {
    const box = this.svg.getBoundingClientRect();
    const position = Math.floor((e.clientX - box.left) / (box.width / most));
    this.choose(position - (most - this.entries.length));
  }

  key(e) {
    const moves = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -most, End: most};
    if (e.key === 'Escape') this.choose(-1);
    const move = moves[e.key];
    if (!move || !this.entries.length) return;
    e.preventDefault();
    const from = this.chosen < 0 ? this.entries.length : this.chosen;
    this.choose(Math.min(Math.max(from + move, 0), this.entries.length - 1));
  }
}
