// SPDX-License-Identifier: MIT
// The rows: one for each loop, those in trouble first. Only rows in view are drawn.

const table = document.getElementById('loops');
const rows = new Map();

// In order of trouble. A loop that is well changes between waiting and running all the time, and its row
// should stay where it is, so these are one rank.
const ranks = ['failed', 'overdue', 'failing', 'paused', 'running', 'waiting', 'idle'];
const rankOf = (kind) => ranks.indexOf(kind === 'running' ? 'waiting' : kind);

/** The kind of a loop, which gives it a shape, a colour and a place; and the words for it. */
function judge(s) {
  if (s.failed) return ['failed', 'failed'];
  if (s.overdue) return ['overdue', 'overdue'];
  if (s.state === 'backing off') return ['failing', s.state];
  if (s.failures > 0) return ['failing', 'failing'];
  if (s.paused) return ['paused', 'paused'];
  if (s.state === 'idle') return ['idle', 'idle'];
  if (s.state === 'waiting') return ['waiting', 'waiting'];
  return ['running', s.state];
}

const inView = new IntersectionObserver((changes) => {
  for (const {target, isIntersecting} of changes) {
    const row = rows.get(target.dataset.loop);
    if (row?.body === target) row.see(isIntersecting);
  }
}, {rootMargin: '200px'});

class Row {
  constructor(name) {
    this.name = name;
    this.entries = [];
    this.visible = false;
    this.stale = true;

    this.toggle = element('button', {type: 'button', className: 'toggle', 'aria-expanded': 'false'},
      shape('chevron'), element('span', {}, name));
    this.toggle.addEventListener('click', () => this.open(!this.details));
    this.schedule = element('div', {className: 'schedule small'});
    this.error = element('div', {className: 'error', hidden: true});
    this.stateText = element('span');
    this.stateShape = drawing('use');
    this.state = element('span', {className: 'state'},
      drawing('svg', {'aria-hidden': 'true', focusable: 'false'}, this.stateShape), this.stateText);
    this.since = element('div', {className: 'since small'});
    this.in = element('div', {className: 'in'});
    this.at = element('div', {className: 'at small'});
    this.barCell = element('td', {role: 'cell', className: 'bar-cell'});
    this.outcome = element('div');
    this.ago = element('div', {className: 'ago small'});
    this.row = element('tr', {className: 'row', role: 'row'},
      element('th', {scope: 'row', role: 'rowheader', className: 'name'},
        this.toggle, this.schedule, this.error),
      element('td', {role: 'cell', className: 'state-cell'}, this.state, this.since),
      element('td', {role: 'cell', className: 'next'}, this.in, this.at),
      this.barCell,
      element('td', {role: 'cell', className: 'last'}, this.outcome, this.ago));
    this.body = element('tbody', {role: 'rowgroup'}, this.row);
    this.body.dataset.loop = name;
    inView.observe(this.body);
  }

  /** Takes a status, and how the history has grown. */
  take(status, whole) {
    const {drop = 0, add} = status;
    const kept = whole ? [] : this.entries.slice(0, this.entries.length - drop);
    this.entries = [...kept, ...add].slice(-most);
    this.status = status;
    this.zone = status.zone;
    [this.kind, this.word] = judge(status);
    this.stale = true;
    if (this.visible) this.draw();
    if (this.details) this.details.load();
  }

  see(visible) {
    this.visible = visible;
    if (visible) this.draw();
  }

  draw() {
    if (!this.stale) {
      this.tick();
      return;
    }
    this.stale = false;
    const s = this.status;
    say(this.schedule, s.schedule);
    this.row.className = `row${['failed', 'failing'].includes(this.kind) ? ' trouble' : ''}`
      + `${this.kind === 'overdue' ? ' late' : ''}`;
    this.state.className = `state ${this.kind}`;
    this.stateShape.setAttribute('href', `#shape-${this.kind}`);
    say(this.stateText, this.word);
    const inTrouble = s.error && (s.failed || s.failures > 0 || s.state === 'backing off');
    this.error.hidden = !inTrouble;
    if (inTrouble) say(this.error, s.error.text);

    const {last} = s;
    this.outcome.className = last ? last.outcome.replace(' ', '-') : 'small';
    say(this.outcome, last ? `${last.outcome}, ${duration(last.duration)}` : 'none yet');
    this.outcome.title = last
      ? `slot ${instant(last.slot, this.zone)}, ${duration(last.lateness)} late, attempt ${last.attempt + 1}`
      : '';

    if (this.bar) {
      this.bar.draw();
    } else {
      this.bar = new Bar(this);
      this.barCell.append(this.bar.svg);
    }
    this.drawControl();
    this.tick();
  }

  /** Follows a change of what is allowed, whether in view or not. */
  offerControl() {
    this.drawControl();
    if (this.details) this.open(true);
  }

  drawControl() {
    const {paused, state} = this.status;
    const wanted = control.allowed
      ? ['trigger', paused ? 'resume' : 'pause', state === 'idle' ? 'start' : 'stop'].join()
      : '';
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    if (!wanted) {
      this.control?.remove();
      this.control = undefined;
      return;
    }
    if (!this.control) {
      this.control = element('td', {role: 'cell', className: 'control'},
        element('div', {className: 'buttons', role: 'group', 'aria-label': `Control of ${this.name}`}));
      this.row.append(this.control);
    }
    // A button that does the opposite takes the place of the other one, and its focus.
    const group = this.control.firstChild;
    wanted.split(',').forEach((verb, i) => {
      const old = group.children[i];
      if (old?.dataset.verb === verb) return;
      const button = verbButton(verb, this.name);
      const focused = old === document.activeElement;
      if (old) old.replaceWith(button);
      else group.append(button);
      if (focused) button.focus();
    });
  }

  /** Renews what changes with time alone. */
  tick() {
    const {status: s} = this;
    const left = s.next === null ? null : s.next - serverNow();
    const success = s.succeeded ? `last success ${ago(s.last_success)}` : 'no success yet';
    say(this.since, s.overdue ? success : `for ${seconds(serverNow() - s.since)}`);
    say(this.in, left === null ? 'none' : left < 1000 ? 'now' : `in ${seconds(left)}`);
    this.in.className = left === null ? 'in none' : 'in';
    say(this.at, s.next === null ? '' : instant(s.next, this.zone));
    say(this.ago, s.last ? ago(s.last.began) : '');
  }

  open(wanted) {
    this.toggle.setAttribute('aria-expanded', String(wanted));
    this.details?.element.remove();
    this.details = wanted ? new Details(this) : undefined;
    if (wanted) this.body.append(this.details.element);
  }

  remove() {
    inView.unobserve(this.body);
    this.body.remove();
  }
}

// A row does not move away from under a pointer or a finger that has just been there.
let touched = 0;
for (const event of ['pointermove', 'pointerdown', 'keydown'])
  table.addEventListener(event, () => { touched = performance.now(); }, {passive: true});

const filter = document.getElementById('filter');
const collator = new Intl.Collator('en', {numeric: true});

/** Puts the rows into order, and hides those that the filter excludes. */
function arrange() {
  const wanted = filter.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows.values()) {
    row.body.hidden = !row.name.toLowerCase().includes(wanted);
    if (!row.body.hidden) ++shown;
  }
  document.getElementById('empty').hidden = shown !== 0 || rows.size === 0;

  const order = [...rows.values()].sort(
    (a, b) => rankOf(a.kind) - rankOf(b.kind) || collator.compare(a.name, b.name));
  const focused = document.activeElement;
  let place = table.tHead.nextElementSibling;
  for (const {body} of order) {
    if (body === place) place = place.nextElementSibling;
    else table.insertBefore(body, place);
  }
  if (focused !== document.activeElement) focused.focus({preventScroll: true});
}

filter.addEventListener('input', arrange);

const summary = document.getElementById('summary');
const always = ['running', 'waiting']; // so that these do not come and go all the time

/** Counts the loops of each kind, in the head of the page and in the title of its tab. */
function sumUp(title) {
  const sums = new Map(ranks.map((kind) => [kind, 0]));
  for (const row of rows.values()) sums.set(row.kind, sums.get(row.kind) + 1);
  const text = JSON.stringify([...sums]);
  if (summary.dataset.shown !== text) {
    summary.dataset.shown = text;
    summary.replaceChildren(...[...sums].filter(([kind, n]) => n || always.includes(kind)).map(([kind, n]) =>
      element('li', {className: `state ${kind}`}, shape(kind), `${number(n)} ${kind}`)));
  }
  const ill = sums.get('failed') + sums.get('overdue') + sums.get('failing');
  const wanted = ill ? `(${ill}) ${title}` : title;
  if (document.title !== wanted) document.title = wanted;
}
