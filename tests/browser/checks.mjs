// SPDX-License-Identifier: MIT
// Runs checks one after the other, and reports those that fail.

const begin = Date.now();
let failures = 0;

export async function check(what, body) {
  try {
    await body();
    console.log(`ok ${((Date.now() - begin) / 1000).toFixed(1)} s: ${what}`);
  } catch (error) {
    ++failures;
    console.log(`FAILED ${((Date.now() - begin) / 1000).toFixed(1)} s: ${what}\n  ${error.stack}`);
  }
}

export const failed = () => failures !== 0;
