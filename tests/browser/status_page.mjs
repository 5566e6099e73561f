// SPDX-License-Identifier: MIT
// Drives the status page of example 20 in a headless Chromium.
//
//     node status_page.mjs PROGRAM CHROMIUM MODULES WITH_METRICS
//
// MODULES is the folder in which `npm ci` has been run. It waits for conditions, never for a time.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {join} from 'node:path';

import {check, failed} from './checks.mjs';
import * as server from './http_checks.mjs';
import * as page from './page_checks.mjs';
import {Program, until} from './program.mjs';

const [path, chromiumPath, modules, withMetrics] = process.argv.slice(2);

let playwright;
try {
  playwright = createRequire(join(modules, 'package.json'))('playwright-core');
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  console.log('SKIPPED: playwright-core is not installed');
  process.exit(77);
}

const browser = await playwright.chromium.launch({
  executablePath: chromiumPath,
  args: process.getuid() === 0 ? ['--no-sandbox'] : [], // which root may not have
});
let program = await Program.start(path, '--allow-control', '--name', 'status.example');
try {
  const quiet = server.checkQuietProgram(path); // meanwhile
  await server.checkGuards(program);
  await server.checkHealth(program);
  await page.checkPage(browser, program);
  await page.checkPhone(browser, program);
  await server.checkVerbs(program);
  await server.checkMetrics(program, withMetrics === 'ON');
  await page.checkStreams(browser, program);

  await check('a page finds the program again after it has been restarted', async () => {
    const it = await page.StatusPage.open(browser, program);
    await it.button('heartbeat').click(); // its details have buttons, too
    const link = () => it.page.locator('#link').innerText();
    assert.equal(await program.interrupt(), 0);
    await until('the loss is shown', async () => (await link()).includes('lost'));
    program = await Program.start(path, '--no-trouble', '--port', program.url.port);
    await until('it is live', async () => await link() === 'live');
    await until('the loops that are gone vanish', async () => await it.row('back up').count() === 0);
    const buttons = it.page.locator('button[data-verb]');
    await until('and so do the buttons', async () => await buttons.count() === 0);
    await it.close();
  });
  await page.checkQuietPage(browser, program);
  await quiet;
} finally {
  program.kill();
  await browser.close();
}
process.exitCode = failed() ? 1 : 0;
