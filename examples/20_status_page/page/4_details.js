// SPDX-License-Identifier: MIT
// The details of a loop, opened below its row: facts, the last error, the next slots, the history, and a
// field to ask what became of a slot.

class Details {
  constructor(row) {
    this.row = row;
    this.facts = element('dl', {className: 'facts'});
    this.error = element('div');
    this.slots = element('ul', {className: 'slots'});
    this.history = element('tbody', {role: 'rowgroup'});
    const heads = ['Slot', 'Outcome', 'Duration', 'Tries', 'Remark']
      .map((head) => element('th', {scope: 'col'}, head));
    const scroll = element('div', {
      className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': `Last iterations of ${row.name}`,
    }, element('table', {role: 'table'}, element('thead', {}, element('tr', {}, ...heads)), this.history));
    const buttons = control.allowed ? ['restart', 'cancel'].map((verb) => verbButton(verb, row.name)) : [];
    this.element = element('tr', {className: 'details', role: 'row'},
      element('td', {role: 'cell', colSpan: control.allowed ? 6 : 5},
        element('div', {className: 'panel'},
          element('section', {}, ...this.explanation(), element('h3', {}, 'Facts'), this.facts,
            element('div', {className: 'buttons', hidden: !buttons.length}, ...buttons)),
          element('section', {}, element('h3', {}, 'Next slots'), this.slots),
          element('section', {}, this.error, element('h3', {}, 'Last iterations'), scroll))));
    this.load();
  }

  explanation() {
    const answer = element('output', {});
    const zone = this.row.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    const field = element('input', {type: 'datetime-local', step: 1, required: true});
    field.value = localText(serverNow(), zone);
    const form = element('form', {},
      element('label', {}, `What became of the slot at or before (${zone})`, field),
      element('button', {}, 'Explain'));
    form.addEventListener('submit', async (e) => {
      e.preventDefault();
      try {
        const question = new URLSearchParams({at: instantOf(field.value, zone), zone});
        const response = await fetch(`${this.path}/explain?${question}`);
        say(answer, response.ok ? (await response.json()).text : await response.text());
      } catch {
        say(answer, 'The server does not answer.');
      }
    });
    return [element('div', {className: 'explain'}, form, answer)];
  }

  get path() { return `api/loops/${encodeURIComponent(this.row.name)}`; }

  /** Loads slots and history, not more often than once a second. */
  async load() {
    this.showStatus();
    if (this.loading) {
      this.again = true;
      return;
    }
    this.loading = true;
    try {
      const response = await fetch(this.path);
      if (response.ok) this.show(await response.json());
    } catch { /* the next change tries again */ }
    setTimeout(() => {
      this.loading = false;
      if (this.again && this.element.isConnected) {
        this.again = false;
        this.load();
      }
    }, 1000);
  }

  showStatus() {
    const {status: s, zone} = this.row;
    const missed = Object.entries(s.missed).map(([cause, n]) => `${number(n)} ${cause}`).join(', ');
    const facts = [
      ['Run since', s.run_since === null ? 'not running' : instant(s.run_since, zone)],
      ['Iterations', `${number(s.iterations)}, ${number(s.in_flight)} in flight`],
      ['Slots', `${number(s.ran)} ran, ${number(s.coalesced)} coalesced, ${number(s.requested)} requested`],
      ['Missed', missed || 'none'],
      ['Retries', number(s.retries)],
      ['Failures in a row', number(s.failures)],
      ['Last success', s.succeeded ? instant(s.last_success, zone) : 'none yet'],
      ...(s.expect === null ? [] : [['Expected', `a success every ${duration(s.expect)}`]]),
      ...(zone ? [['Clock', zone]] : []),
    ];
    this.facts.replaceChildren(...facts.flatMap(([name, value]) => {
      const late = s.overdue && name === 'Last success';
      return [element('dt', {}, name), element('dd', {className: late ? 'bad' : ''}, value)];
    }));
    this.error.replaceChildren(...(s.error
      ? [element('h3', {}, `Last error, ${instant(s.error.when, zone)}`),
        element('p', {className: 'whole-error'}, s.error.text)]
      : []));
  }

  show({slots, entries}) {
    const {zone} = this.row;
    this.slots.replaceChildren(...(slots.length
      ? slots.map(({slot, clocks_set}) => element('li', {}, element('span', {}, instant(slot, zone)),
        ...(clocks_set ? [element('span', {className: 'mark'}, 'clocks are set')] : [])))
      : [element('li', {}, this.row.status.run_since === null ? 'none, it is not running' : 'none known')]));
    if (!entries.length)
      this.history.replaceChildren(element('tr', {}, element('td', {colSpan: 5}, 'none yet')));
    else this.history.replaceChildren(...entries.reverse().map((e) => {
      const remark = [
        e.missed ? reason(e, zone) : e.error,
        e.coalesced ? `stood for ${count(e.coalesced, 'further slot')}` : '',
      ].filter(Boolean).join('; ');
      const good = ['succeeded', 'in progress', 'skipped'].includes(e.outcome);
      const cell = (className, text) => element('td', {role: 'cell', className}, text);
      return element('tr', {role: 'row'},
        cell('whole', instant(e.slot, zone)),
        cell(good || e.missed ? 'whole' : 'whole bad', e.missed ? 'missed' : e.outcome),
        cell('whole', e.missed ? '' : duration(lengthOf(e))),
        cell('tries', e.missed ? '' : number(e.attempts)),
        cell('text', remark));
    }));
  }
}
