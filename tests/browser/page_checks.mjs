// SPDX-License-Identifier: MIT
// What a person sees and does on the status page.
import assert from 'node:assert/strict';

import {check} from './checks.mjs';
import {until} from './program.mjs';

const mirror = 'check mirror eu/west';

const namesOf = (rows) => rows.evaluateAll((all) => all.map((e) => e.dataset.loop));

/** A page, what went wrong in it, and the parts of a row. */
export class StatusPage {
  static async open(browser, program, options = {}) {
    const it = new StatusPage();
    it.program = program;
    it.problems = [];
    const context = await browser.newContext({timezoneId: 'America/New_York', ...options});
    context.setDefaultTimeout(15e3);
    it.page = await context.newPage();
    it.page.on('console', (m) => ['error', 'warning'].includes(m.type()) && it.problems.push(m.text()));
    it.page.on('pageerror', (e) => it.problems.push(e.stack));
    await it.page.goto(program.url.href);
    await it.row('heartbeat').waitFor();
    return it;
  }

  close() { return this.page.context().close(); }
  row(name) { return this.page.locator(`tbody[data-loop="${name}"]`); }
  button(name) { return this.page.getByRole('button', {name, exact: true}); }
  state(name) { return this.row(name).locator('.row .state').innerText(); }
  fact(name, title) { return this.row(name).locator(`dt:text-is("${title}") + dd`).innerText(); }

  async shows(name, ...states) {
    await until(`${name} is shown as ${states}`, async () => states.includes(await this.state(name)));
  }
}

export async function checkPage(browser, program) {
  const it = await StatusPage.open(browser, program);
  const {page} = it;
  const well = ['waiting', 'running', 'starting'];

  await check('it shows what and whose the loops are', async () => {
    assert.match(await page.title(), /Shop/);
    await until('the process is shown', async () =>
      (await page.locator('#about').innerText()).includes(`process ${program.process.pid}`));
    assert.equal(await page.locator('#link').innerText(), 'live');
    assert.match(await it.row('nightly report').innerText(),
      /at 02:30, by the clock of (Europe\/Berlin|CET)/);
    assert.match(await it.row('drain mailbox').innerText(), /30s after the end of the last iteration/);
  });

  await check('it follows without a reload', async () => {
    await page.evaluate(() => { window.sameDocument = true; });
    await it.button('heartbeat').click();
    const iterations = async () => Number((await it.fact('heartbeat', 'Iterations')).split(',')[0]);
    const before = await iterations();
    await until('there are four more', async () => await iterations() >= before + 4);
    await it.row('poll orders').scrollIntoViewIfNeeded(); // only rows in view are drawn
    const drawn = it.row('poll orders').locator('.bar rect.succeeded');
    const early = await drawn.count();
    await until('a bar has grown', async () => await drawn.count() > early);
    assert.equal(await page.evaluate(() => window.sameDocument), true);
  });

  await check('a text with markup stays text', async () => {
    const name = 'fetch prices';
    const error = it.row(name).locator('.error');
    await error.waitFor();
    assert.match(await error.innerText(), /got <b>no & yes<\/b>/);
    await it.button(name).click();
    await until('it is in the history, too', async () =>
      (await it.row(name).locator('.text').first().innerText()).includes('<b>no & yes</b>'));
    assert.match(await it.row(name).locator('.whole-error').innerText(), /<b>no & yes<\/b>/);
    assert.equal(await page.locator('b').count(), 0);
    await it.button(name).click();
  });

  await check('trouble comes first', async () => {
    await it.shows(mirror, 'failed');
    await it.shows('back up', 'overdue');
    await until('the rows are in order', async () => {
      const names = await namesOf(page.locator('tbody[data-loop]'));
      return names[0] === mirror && names[1] === 'back up' && names[2] === 'fetch prices'
        && names.indexOf('archive letters') < names.indexOf('heartbeat');
    });
  });

  await check('pause and resume', async () => {
    await it.button('Pause poll orders').click();
    await it.shows('poll orders', 'paused');
    assert.equal((await program.loop('poll orders')).paused, true);
    await it.button('Resume poll orders').click();
    await it.shows('poll orders', ...well);
    await until('the program says so, too', async () => !(await program.loop('poll orders')).paused);
  });

  await check('stop stops it', async () => {
    await it.button('Stop heartbeat').click();
    await it.shows('heartbeat', 'idle');
    const before = await program.loop('heartbeat');
    assert.equal(before.state, 'idle');
    const others = async () => (await program.loop('back up')).iterations;
    const begin = await others();
    await until('a slower loop has gone on', async () => await others() >= begin + 2);
    assert.equal((await program.loop('heartbeat')).iterations, before.iterations);
  });

  await check('start starts it again, by keyboard', async () => {
    await it.button('Start heartbeat').focus();
    await page.keyboard.press('Enter');
    await it.shows('heartbeat', ...well);
    await until('it runs', async () => (await program.loop('heartbeat')).iterations > 2);
    // the button that takes the place of the pressed one keeps the focus
    await until('the focus is on stop', () =>
      it.button('Stop heartbeat').evaluate((e) => e === document.activeElement));
  });

  await check('trigger', async () => {
    await it.button('Trigger reindex search').click();
    await it.shows('reindex search', 'running');
    assert.equal((await program.loop('reindex search')).requested, 1);
  });

  await check('cancel asks back', async () => {
    await it.button('reindex search').click();
    await it.button('Cancel reindex search').click();
    const dialog = page.getByRole('dialog');
    assert.match(await dialog.innerText(), /Cancel “reindex search”\?/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({state: 'hidden'});
    assert.notEqual((await program.loop('reindex search')).state, 'idle');
    await it.button('Cancel reindex search').click();
    await dialog.getByRole('button', {name: 'Cancel the run'}).click();
    await it.shows('reindex search', 'idle');
    assert.equal((await program.loop('reindex search')).state, 'idle');
  });

  await check('restart asks back, and brings a failed loop to life', async () => {
    await it.shows(mirror, 'failed');
    await it.button(mirror).click();
    await it.button(`Restart ${mirror}`).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Restart it'}).click();
    await it.shows(mirror, ...well);
    await it.button(mirror).click();
  });

  await check('a refusal is shown', async () => {
    await it.button('Stop resize images').click();
    await it.shows('resize images', 'idle');
    await it.button('Start resize images').click();
    const notice = page.locator('.notice');
    await notice.waitFor();
    assert.match(await notice.innerText(), /resize images.*argument/);
    // the browser itself reports each answer of this kind
    assert.match(it.problems.shift() ?? '', /409/);
    await it.button('Dismiss').click();
    assert.equal(await notice.count(), 0);
  });

  await check('explain answers', async () => {
    const name = 'export invoices';
    const {slot} = await until('a slot was missed', async () => {
      const {entries} = JSON.parse((await program.get('/api/loops/export%20invoices')).text);
      return entries.find((e) => e.missed === 'busy');
    });
    await it.button(name).click();
    const field = it.row(name).getByLabel(/What became of the slot/);
    const [date, time] = new Intl.DateTimeFormat('sv', {
      timeZone: 'America/New_York', dateStyle: 'short', timeStyle: 'medium',
    }).format(slot + 999).split(' '); // a field has whole seconds
    await field.fill(`${date}T${time}`);
    await it.row(name).getByRole('button', {name: 'Explain'}).click();
    const answer = it.row(name).locator('output');
    await until('there is an answer', async () => (await answer.innerText()) !== '');
    assert.match(await answer.innerText(), /^\d\d:\d\d:\d\d.*(got no iteration: missed \(busy\)|ran)/);
    assert.equal(await it.row(name).locator('.slots li').count(), 20);
    await it.button(name).click();
  });

  await check('a bar tells its story to the keyboard and to the pointer', async () => {
    const bar = page.getByRole('slider', {name: 'Last iterations of back up'});
    await bar.focus();
    await page.keyboard.press('ArrowLeft');
    const tip = page.locator('#tip');
    await tip.waitFor();
    assert.match(await tip.innerText(), /failed after .*\nno space left on \/backup/);
    assert.match(await bar.getAttribute('aria-valuetext'), /no space left/);
    await page.keyboard.press('Tab');
    await tip.waitFor({state: 'hidden'});
    const invoices = it.row('export invoices').locator('.bar');
    await invoices.scrollIntoViewIfNeeded();
    await until('a gap tells its cause', async () => {
      const gap = invoices.locator('rect.missed').last();
      const box = await gap.boundingBox();
      if (!box) return false;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      return (await tip.isVisible()) && (await tip.innerText()).includes('the loop was busy');
    });
  });

  await check('the keyboard reaches pause all and resume all', async () => {
    const paused = async () => (await program.loops()).every((l) => l.paused);
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Pause all');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, 'none');
    await page.keyboard.press('Enter');
    await until('all are paused', paused);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await until('all are resumed', async () => !(await paused()));
  });

  await check('the filter leaves those whose name contains it', async () => {
    await page.getByRole('searchbox').fill('MAIL');
    const visible = page.locator('tbody[data-loop]:visible');
    assert.deepEqual(await namesOf(visible), ['drain mailbox']);
    await page.getByRole('searchbox').fill('');
  });

  await check('it is a table with heads, and its buttons have names', async () => {
    const heads = await page.locator('#loops').getByRole('columnheader').allInnerTexts();
    assert.deepEqual(heads.slice(0, 5), ['Loop', 'State', 'Next', 'Last 50', 'Last iteration']);
    const names = await page.locator('button:visible').evaluateAll((all) =>
      all.map((e) => (e.getAttribute('aria-label') ?? e.textContent).trim()));
    assert.ok(names.length > 30 && names.every((name) => name));
  });

  await check('nothing is wrong on the page', () => assert.deepEqual(it.problems, []));
  await it.close();
}

export async function checkPhone(browser, program) {
  await check('it fits on a phone', async () => {
    const phone = {viewport: {width: 360, height: 740}, colorScheme: 'dark', hasTouch: true};
    const it = await StatusPage.open(browser, program, phone);
    await it.button('nightly report').click();
    const slots = it.row('nightly report').locator('.slots li');
    await until('the slots are shown', async () => await slots.count() === 20);
    assert.equal(await it.page.evaluate(() => document.documentElement.scrollWidth), 360);
    assert.deepEqual(it.problems, []);
    await it.close();
  });
}

export async function checkQuietPage(browser, program) {
  await check('a page without control has no buttons for it', async () => {
    const it = await StatusPage.open(browser, program);
    await it.button('heartbeat').click();
    assert.deepEqual(await it.page.locator('button[data-verb], #all button').count(), 0);
    assert.deepEqual(it.problems, []);
    await it.close();
  });
}

export async function checkStreams(browser, program) {
  const streams = [];
  await check('the 25th stream is refused, and its page asks instead', async () => {
    for (let i = 0; i < 24; ++i) streams.push(await program.stream());
    assert.deepEqual(streams.map((s) => s.status), Array(24).fill(200));
    const refused = await program.stream();
    assert.equal(refused.status, 503);

    const it = await StatusPage.open(browser, program);
    assert.equal(await it.page.locator('#link').innerText(), 'asking every 2 s');
    await it.button('heartbeat').click();
    const iterations = async () => Number((await it.fact('heartbeat', 'Iterations')).split(',')[0]);
    const before = await iterations();
    await until('it follows', async () => await iterations() > before + 4);
    assert.ok(it.problems.length > 0 && it.problems.every((p) => p.includes('503')), it.problems.join());
    await it.close();
  });
  await check('streams that were closed make room', async () => {
    for (const s of streams) s.close();
    const stream = await until('there is room', async () => {
      const s = await program.stream();
      return s.status === 200 && s;
    });
    stream.close();
  });
}
